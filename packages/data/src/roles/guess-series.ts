// Guesses for the columns that explain the KPI: media, organic activity, controls, context; and which columns to leave
// out, each with its reason.

import { dateShare } from "../period/read-periods.js";
import type { RoleDraft } from "./draft.js";
import * as names from "./names.js";
import type { RoleAssignment, RoleOptions } from "./types.js";

/** Decide every column that is still open. Roles for which the caller gave a list are not guessed. */
export function guessSeries(draft: RoleDraft, geo: string | null, options: RoleOptions): void {
  const units = unitRows(draft, geo);
  const constant = (column: string) => {
    const cells = draft.cells(column);
    return units.every((rows) => rows.every((row) => cells[row] === cells[rows[0]!]));
  };
  const offer = (column: string, role: "organic" | "control", reason: string) => {
    const option = role === "control" ? "controls" : role;
    if (options[option] === undefined) draft.guess(column, role, reason);
    else draft.leaveOut(column, `not among the ${option} given`);
  };
  const offerMedia = (column: string) => {
    if (options.media === undefined) guessMedia(draft, column);
    else draft.leaveOut(column, "not among the media given");
  };
  for (const column of draft.open()) {
    const { kind, levels } = draft.profile(column);
    const dated =
      dateShare(draft.cells(column)) === 1 ||
      (names.isDateName(column) &&
        !names.isControlName(column) &&
        draft.cells(column).every((cell) => /^\d+$/.test(cell)));
    if (kind === "empty") draft.leaveOut(column, "empty");
    else if (names.isTrendName(column)) {
      draft.leaveOut(column, "counts rows or time; the model has its own trend and seasonality");
    } else if (dated && !names.isSpendName(column)) draft.leaveOut(column, "a second time column");
    else if (kind === "text" && (names.isSpendName(column) || names.isExposureName(column)) && !constant(column)) {
      offerMedia(column);
    } else if (kind === "text") {
      if (constant(column)) draft.leaveOut(column, "text that never changes within a unit");
      else if (levels.length > names.controlLevelLimit + 1) draft.leaveOut(column, names.manyLevelsReason);
      else offer(column, "control", "text with few values: one 0/1 control per value");
    } else if (units.length > 1 && options.context === undefined && !names.isSpendName(column) && constant(column)) {
      draft.guess(column, "context", "constant within each unit");
    } else if (names.isReachName(column)) {
      draft.leaveOut(column, "reach and frequency are not modelled; impressions or spend are");
    } else if (names.isOrganicName(column)) offer(column, "organic", "name says organic activity");
    else if (names.isControlName(column)) offer(column, "control", "name says control");
    else if (names.isSpendName(column) || names.isExposureName(column) || names.isBareChannelName(column)) {
      offerMedia(column);
    } else if (names.kpiRank(column) !== null) draft.leaveOut(column, "looks like another outcome");
    else draft.leaveOut(column, names.unknownReason);
  }
  if (options.media === undefined) dropSurplusExposure(draft);
}

function guessMedia(draft: RoleDraft, column: string): void {
  const role = names.mediaRole(column);
  const what = role === "exposure" ? "exposure" : names.isSpendName(column) ? "spend" : "a channel, taken as spend";
  draft.guess(column, role, `name says ${what}`);
}

// Impressions and clicks of one channel: one exposure is enough, impressions are preferred.
function dropSurplusExposure(draft: RoleDraft): void {
  const stems = new Map<string, RoleAssignment[]>();
  for (const column of draft.withRole("spend", "exposure")) {
    const stem = names.channelStem(column).toLowerCase();
    stems.set(stem, [...(stems.get(stem) ?? []), draft.assigned.get(column)!]);
  }
  for (const group of stems.values()) {
    const exposures = group.filter(({ role }) => role === "exposure");
    if (group.length - exposures.length !== 1 || exposures.length < 2) continue;
    const kept = exposures.find(({ column }) => /imp/i.test(column)) ?? exposures[0]!;
    for (const { column } of exposures.filter((each) => each !== kept)) {
      draft.assigned.delete(column);
      draft.leaveOut(column, `second exposure of the channel; '${kept.column}' is used`);
    }
  }
}

function unitRows(draft: RoleDraft, geo: string | null): readonly (readonly number[])[] {
  if (geo === null) return [Array.from({ length: draft.table.rows }, (_, row) => row)];
  const rows = new Map<string, number[]>();
  for (const [row, unit] of draft.cells(geo).entries()) {
    const list = rows.get(unit);
    if (list) list.push(row);
    else rows.set(unit, [row]);
  }
  return [...rows.values()];
}
