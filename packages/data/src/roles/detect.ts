// Which column means what. What the caller says wins; the rest is guessed from names and, for dates, units and
// constants, from the values. Every guess comes with its reason, so it can be printed and overruled.

import { type Channel, dataError, usageError } from "@mmm/core";
import type { ColumnProfile } from "../number/column-profile.js";
import { isMissingWord } from "../number/missing.js";
import { looksLikeDates } from "../period/read-periods.js";
import { type Table, tableColumn, tablePlace } from "../table/table.js";
import { pairChannels } from "./channels.js";
import { selectColumn, selectColumns } from "./glob.js";
import * as names from "./names.js";
import type { ControlSource, RoleAssignment, RoleName, RoleOptions, TableRoles } from "./types.js";

/** Most levels a text column may have to become controls. */
const controlLevelLimit = 12;

/**
 * Decide the role of every column.
 *
 * @throws MmmError `NO_SUCH_COLUMN`, `NO_DATE_COLUMN`, `NO_GEO_COLUMN`, `NO_KPI_COLUMN`, `NO_MEDIA_COLUMN`, `ROLE_CONFLICT`
 */
export function detectRoles(table: Table, profiles: readonly ColumnProfile[], options: RoleOptions = {}): TableRoles {
  const columns = table.columns.map(({ name }) => name);
  const profileOf = new Map(profiles.map((profile) => [profile.name, profile]));
  const given = givenRoles(columns, options);
  const assigned = new Map<string, RoleAssignment>();
  const unused = new Map<string, string>();
  const assign = (column: string, role: RoleName, source: "given" | "guessed", reason: string) =>
    assigned.set(column, { column, role, source, reason });
  for (const [column, role] of given.roles) assign(column, role, "given", "as given");
  for (const column of given.ignored) unused.set(column, "as given: ignored");
  for (const column of given.answers) unused.set(column, answerReason);

  const free = () => columns.filter((column) => !assigned.has(column) && !unused.has(column));
  const roleColumn = (role: RoleName) => [...assigned.values()].find((each) => each.role === role)?.column ?? null;
  const numeric = (column: string) => {
    const { kind } = profileOf.get(column)!;
    return kind === "number" || kind === "mixed";
  };

  const date = roleColumn("date") ?? guessDate(table, free(), assign);
  const geo = roleColumn("geo") ?? guessGeo(table, date, free(), profileOf, assign, unused);
  for (const column of free()) {
    const profile = profileOf.get(column)!;
    if (profile.kind === "empty") unused.set(column, "empty");
    else if (names.isAnswerName(column)) unused.set(column, answerReason);
  }
  const guess = (role: RoleName, name: (column: string) => boolean, reason: string) => {
    if (roleColumn(role) !== null) return;
    const found = free().find((column) => numeric(column) && name(column));
    if (found !== undefined) assign(found, role, "guessed", reason);
  };
  guess("population", names.isPopulationName, "name says population");
  guess("revenuePerKpi", names.isRevenuePerKpiName, "name says revenue per KPI");
  const kpi = roleColumn("kpi") ?? guessKpi(table, free().filter(numeric), assign, unused);

  const perUnit = unitRows(table, geo);
  const constant = (column: string) => constantPerUnit(tableColumn(table, column).cells, perUnit);
  const open = (role: keyof RoleOptions) => options[role] === undefined;
  for (const column of free()) {
    const profile = profileOf.get(column)!;
    if (names.isTrendName(column)) {
      unused.set(column, "counts time; the model has its own trend and seasonality");
    } else if (profile.kind !== "text" && names.isDateName(column) && !names.isSpendName(column)) {
      unused.set(column, "a second time column");
    } else if (looksLikeDates(tableColumn(table, column).cells)) {
      unused.set(column, "a second time column");
    } else if (profile.kind === "text") {
      guessTextColumn(column, profile, constant(column), open("controls"), assign, unused);
    } else if (perUnit.length > 1 && constant(column) && open("context") && !names.isSpendName(column)) {
      assign(column, "context", "guessed", "constant within each unit");
    } else if (names.isReachName(column)) {
      unused.set(column, "reach and frequency are not modelled; impressions or spend are");
    } else if (names.isOrganicName(column)) {
      if (open("organic")) assign(column, "organic", "guessed", "name says organic activity");
      else unused.set(column, "not among the organic columns given");
    } else if (names.isControlName(column)) {
      if (open("controls")) assign(column, "control", "guessed", "name says control");
      else unused.set(column, "not among the controls given");
    } else if (names.isSpendName(column) || names.isExposureName(column) || names.isBareChannelName(column)) {
      const isExposure = names.isExposureName(column) && !names.isSpendName(column);
      const role = isExposure ? "exposure" : "spend";
      if (open("media")) {
        assign(
          column,
          role,
          "guessed",
          `name says ${isExposure ? "exposure" : names.isSpendName(column) ? "spend" : "a channel, taken as spend"}`,
        );
      } else unused.set(column, "not among the media given");
    } else {
      const outcome = names.kpiRank(column) !== null;
      unused.set(column, outcome ? "looks like another outcome" : "role not recognised from its name");
    }
  }
  if (open("media")) dropSurplusExposure(assigned, unused);

  const withRole = (...roles: RoleName[]) =>
    columns.filter((column) => roles.includes(assigned.get(column)?.role as RoleName));
  const single =
    (kind: Channel["kind"]) =>
    (column: string): Channel => ({
      name: column,
      activity: column,
      spend: null,
      kind,
    });
  const channels = [
    ...pairChannels(withRole("spend", "exposure")),
    ...withRole("organic").map(single("organic")),
    ...withRole("treatment").map(single("treatment")),
  ];
  if (!channels.some(({ kind }) => kind === "paid")) {
    const candidates = [...free(), ...unused.keys()].filter(numeric);
    throw dataError(
      "NO_MEDIA_COLUMN",
      `No column is recognised as media; the number columns without a role are: ${candidates.join(", ") || "none"}.`,
      "Name the media columns, for example media 'tv_spend,search_*'.",
      tablePlace(table),
    );
  }
  return {
    date,
    geo,
    kpi,
    channels,
    controls: withRole("control").flatMap((column) => controlSources(profileOf.get(column)!)),
    population: roleColumn("population"),
    revenuePerKpi: roleColumn("revenuePerKpi"),
    context: withRole("context"),
    unused: columns.filter((column) => unused.has(column)).map((column) => ({ column, reason: unused.get(column)! })),
    assignments: columns.filter((column) => assigned.has(column)).map((column) => assigned.get(column)!),
  };
}

/** Reason given for columns that hold the answer; callers turn it into a warning. */
export const answerReason = "looks like an answer of a simulation or another model; a fit must not see it";

type Assign = (column: string, role: RoleName, source: "given" | "guessed", reason: string) => void;

function givenRoles(columns: readonly string[], options: RoleOptions) {
  const roles = new Map<string, RoleName>();
  const ignored =
    options.ignore === undefined ? [] : selectColumns(options.ignore, columns, "ignore").map(({ column }) => column);
  const answers = new Set<string>();
  const claim = (column: string, role: RoleName, exact: boolean, option: string) => {
    const earlier = roles.get(column);
    if (earlier !== undefined) {
      if (!exact || earlier === role) return;
      throw usageError(
        "ROLE_CONFLICT",
        `Column '${column}' is given as ${option} and as ${earlier}.`,
        "Give each column one role.",
      );
    }
    if (ignored.includes(column)) return;
    if (!exact && names.isAnswerName(column)) answers.add(column);
    else roles.set(column, role);
  };
  for (const role of ["date", "geo", "kpi", "population", "revenuePerKpi"] as const) {
    const name = options[role];
    if (name !== undefined) claim(selectColumn(name, columns, role), role, true, role);
  }
  const lists = [
    ["media", null],
    ["organic", "organic"],
    ["treatments", "treatment"],
    ["controls", "control"],
    ["context", "context"],
  ] as const;
  const wanted = lists.flatMap(([option, role]) => {
    const patterns = options[option];
    if (patterns === undefined) return [];
    return selectColumns(patterns, columns, option).map((match) => ({ ...match, option, role }));
  });
  for (const exact of [true, false]) {
    for (const match of wanted.filter((each) => each.exact === exact)) {
      const isExposure = names.isExposureName(match.column) && !names.isSpendName(match.column);
      claim(match.column, match.role ?? (isExposure ? "exposure" : "spend"), exact, match.option);
    }
  }
  return { roles, ignored, answers };
}

function guessDate(table: Table, free: readonly string[], assign: Assign): string {
  const cells = (column: string) => tableColumn(table, column).cells;
  const isInteger = (column: string) => cells(column).every((cell) => /^\d+(\.0+)?$/.test(cell));
  const ranked = free
    .map((column) => {
      const dates = looksLikeDates(cells(column));
      const named = names.isDateName(column);
      const trend = names.isTrendName(column);
      if (dates)
        return { column, score: named ? 4 : 3, reason: named ? "name and values say date" : "values are dates" };
      if (named && !trend && isInteger(column))
        return { column, score: 2, reason: "name says time, values are integers" };
      if (column === "t" && isInteger(column)) return { column, score: 1, reason: "named t, values are integers" };
      return { column, score: 0, reason: "" };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = ranked[0];
  if (!best) {
    throw dataError(
      "NO_DATE_COLUMN",
      `No column is recognised as the date; the table has: ${free.join(", ")}.`,
      "Name it with the option date.",
      tablePlace(table),
    );
  }
  assign(best.column, "date", "guessed", best.reason);
  return best.column;
}

function guessGeo(
  table: Table,
  date: string,
  free: readonly string[],
  profiles: ReadonlyMap<string, ColumnProfile>,
  assign: Assign,
  unused: Map<string, string>,
): string | null {
  const dates = tableColumn(table, date).cells;
  const repeats = new Set(dates).size < dates.length;
  const named = free.filter(names.isGeoName);
  if (!repeats) {
    for (const column of named) {
      if (new Set(tableColumn(table, column).cells).size === 1) unused.set(column, "the same in every row");
    }
    return null;
  }
  const identifies = (column: string) => {
    const cells = tableColumn(table, column).cells;
    const distinct = new Set(cells).size;
    return (
      distinct > 1 &&
      distinct < cells.length &&
      new Set(cells.map((cell, row) => `${cell}\0${dates[row]}`)).size === cells.length
    );
  };
  const several = (column: string) => new Set(tableColumn(table, column).cells).size > 1;
  const texts = free.filter((column) => profiles.get(column)!.kind === "text");
  const choice = named.find(identifies) ?? texts.find(identifies) ?? named.find(several);
  if (choice === undefined) {
    throw dataError(
      "NO_GEO_COLUMN",
      `Periods of column '${date}' occur in several rows, and no column is recognised as the region, shop or brand they belong to.`,
      "Name the unit column with the option geo, or add the rows up to one per period.",
      tablePlace(table),
    );
  }
  assign(
    choice,
    "geo",
    "guessed",
    named.includes(choice) ? "name says unit" : "text that tells rows of one period apart",
  );
  return choice;
}

function guessKpi(table: Table, free: readonly string[], assign: Assign, unused: Map<string, string>): string {
  const ranked = free
    .flatMap((column) => {
      const rank = names.kpiRank(column);
      return rank === null || names.isSpendName(column) || names.isExposureName(column) ? [] : [{ column, rank }];
    })
    .sort((a, b) => a.rank - b.rank);
  const best = ranked[0];
  if (!best) {
    throw dataError(
      "NO_KPI_COLUMN",
      `No column is recognised as the KPI; the number columns are: ${free.join(", ") || "none"}.`,
      "Name it with the option kpi.",
      tablePlace(table),
    );
  }
  assign(best.column, "kpi", "guessed", "name says outcome");
  for (const { column } of ranked.slice(1)) unused.set(column, "looks like another outcome");
  return best.column;
}

function guessTextColumn(
  column: string,
  profile: ColumnProfile,
  constant: boolean,
  open: boolean,
  assign: Assign,
  unused: Map<string, string>,
): void {
  if (constant) unused.set(column, "text that never changes within a unit");
  else if (profile.levels.length > controlLevelLimit + 1) {
    unused.set(column, `text with more than ${controlLevelLimit} different values`);
  } else if (!open) unused.set(column, "not among the controls given");
  else assign(column, "control", "guessed", "text with few values: one 0/1 control per value");
}

// A text column becomes one 0/1 series per level but the one that stands for "nothing": a missing word, else the most
// frequent level, which profiles do not count; callers pass levels in order of appearance.
function controlSources(profile: ColumnProfile): ControlSource[] {
  if (profile.kind !== "text") return [{ name: profile.name, column: profile.name, level: null }];
  const rest = profile.levels.some(isMissingWord)
    ? profile.levels.filter((level) => !isMissingWord(level))
    : profile.levels.filter((level) => level !== profile.commonest);
  return rest.map((level) => ({ name: `${profile.name}_${level}`, column: profile.name, level }));
}

function dropSurplusExposure(assigned: Map<string, RoleAssignment>, unused: Map<string, string>): void {
  const media = [...assigned.values()].filter(({ role }) => role === "spend" || role === "exposure");
  const stems = new Map<string, RoleAssignment[]>();
  for (const each of media) {
    const stem = names.channelStem(each.column).toLowerCase();
    stems.set(stem, [...(stems.get(stem) ?? []), each]);
  }
  for (const group of stems.values()) {
    const spends = group.filter(({ role }) => role === "spend");
    const exposures = group.filter(({ role }) => role === "exposure");
    if (spends.length !== 1 || exposures.length < 2) continue;
    const kept = exposures.find(({ column }) => /imp/i.test(column)) ?? exposures[0]!;
    for (const { column } of exposures.filter((each) => each !== kept)) {
      assigned.delete(column);
      unused.set(column, `second exposure of the channel; '${kept.column}' is used`);
    }
  }
}

function unitRows(table: Table, geo: string | null): readonly (readonly number[])[] {
  if (geo === null) return [Array.from({ length: table.rows }, (_, row) => row)];
  const rows = new Map<string, number[]>();
  for (const [row, unit] of tableColumn(table, geo).cells.entries()) {
    const list = rows.get(unit);
    if (list) list.push(row);
    else rows.set(unit, [row]);
  }
  return [...rows.values()];
}

function constantPerUnit(cells: readonly string[], units: readonly (readonly number[])[]): boolean {
  return units.every((rows) => rows.every((row) => cells[row] === cells[rows[0]!]));
}
