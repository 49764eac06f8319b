// Which column means what. What the caller says wins; the rest is guessed from names and, for dates, units and
// constants, from the values. Every guess comes with its reason, so it can be printed and overruled.

import { type Channel, dataError } from "@mmm/core";
import { type ColumnProfile, levelLimit } from "../number/column-profile.js";
import { isMissingWord } from "../number/missing.js";
import { type Table, tablePlace } from "../table/table.js";
import { pairChannels } from "./channels.js";
import { createDraft, type RoleDraft } from "./draft.js";
import { claimMatches, claimNames } from "./given.js";
import { guessDate, guessGeo, guessKpi } from "./guess-keys.js";
import { guessSeries } from "./guess-series.js";
import * as names from "./names.js";
import type { ControlSource, RoleOptions, TableRoles } from "./types.js";

/**
 * Decide the role of every column.
 *
 * @throws MmmError `NO_SUCH_COLUMN`, `ROLE_CONFLICT`, `NO_DATE_COLUMN`, `NO_GEO_COLUMN`, `NO_KPI_COLUMN`,
 *   `NO_MEDIA_COLUMN`, `AMBIGUOUS_PAIR`, `TOO_MANY_LEVELS`
 */
export function detectRoles(table: Table, profiles: readonly ColumnProfile[], options: RoleOptions = {}): TableRoles {
  const draft = createDraft(table, profiles);
  const matches = claimNames(draft, options);
  const date = draft.withRole("date")[0] ?? guessDate(draft);
  const geo = draft.withRole("geo")[0] ?? guessGeo(draft, date);
  for (const column of draft.open()) {
    if (names.isAnswerName(column)) draft.leaveOut(column, names.answerReason);
  }
  guessNamed(draft, "population", names.isPopulationName, "name says population");
  guessNamed(draft, "revenuePerKpi", names.isRevenuePerKpiName, "name says revenue per KPI");
  const kpi = draft.withRole("kpi")[0] ?? guessKpi(draft, new Set(matches.map(({ column }) => column)));
  claimMatches(draft, matches);
  guessSeries(draft, geo, options);

  const unpriced = (column: string) => ({ name: column, activity: column, spend: null });
  const channels: Channel[] = [
    ...pairChannels(draft.withRole("spend", "exposure")),
    ...draft.withRole("organic").map((column) => ({ ...unpriced(column), kind: "organic" as const })),
    ...draft.withRole("treatment").map((column) => ({ ...unpriced(column), kind: "treatment" as const })),
  ];
  if (!channels.some(({ kind }) => kind === "paid")) throw noMedia(draft);
  return {
    date,
    geo,
    kpi,
    channels,
    controls: draft.withRole("control").flatMap((column) => controlSources(table, draft.profile(column))),
    population: draft.withRole("population")[0] ?? null,
    revenuePerKpi: draft.withRole("revenuePerKpi")[0] ?? null,
    context: draft.withRole("context"),
    unused: draft.columns
      .filter((column) => draft.unused.has(column))
      .map((column) => ({ column, reason: draft.unused.get(column)! })),
    assignments: draft.columns
      .filter((column) => draft.assigned.has(column))
      .map((column) => draft.assigned.get(column)!),
  };
}

function guessNamed(
  draft: RoleDraft,
  role: "population" | "revenuePerKpi",
  named: (column: string) => boolean,
  reason: string,
): void {
  if (draft.withRole(role).length > 0) return;
  const found = draft.openNumbers().find(named);
  if (found !== undefined) draft.guess(found, role, reason);
}

// A text column becomes one 0/1 series per level but the one that stands for "nothing": the missing words, else the
// most frequent level.
function controlSources(table: Table, profile: ColumnProfile): ControlSource[] {
  if (profile.kind !== "text") return [{ name: profile.name, column: profile.name, level: null }];
  if (profile.levels.length >= levelLimit) {
    throw dataError(
      "TOO_MANY_LEVELS",
      `Column '${profile.name}' holds text with ${levelLimit} or more different values, too many for one control each.`,
      "Leave it out, or group its values into a few.",
      tablePlace(table, undefined, profile.name),
    );
  }
  const rest = profile.levels.some(isMissingWord)
    ? profile.levels.filter((level) => !isMissingWord(level))
    : profile.levels.filter((level) => level !== profile.commonest);
  return rest.map((level) => ({ name: `${profile.name}_${level}`, column: profile.name, level }));
}

function noMedia(draft: RoleDraft) {
  const numbers = [...draft.unused.keys()].filter((column) => draft.profile(column).kind === "number");
  return dataError(
    "NO_MEDIA_COLUMN",
    `No column is recognised as media; the number columns without a role are: ${numbers.join(", ") || "none"}.`,
    "Name the media columns, for example media 'tv_spend,search_*'.",
    tablePlace(draft.table),
  );
}
