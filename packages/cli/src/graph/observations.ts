// A table as observations for causal discovery: which columns, which rows belong together, and in which order. Nothing is
// filled in; period and unit are guessed only where the variables are.

import {
  type CausalData,
  type Diagnostic,
  dataError,
  type Frequency,
  isMmmError,
  type MmmError,
  usageError,
} from "@mmm/core";
import {
  buildTimeline,
  type ColumnProfile,
  type DecimalMark,
  type Delimiter,
  detectRoles,
  profileColumns,
  readPeriods,
  selectColumns,
  type Table,
  type TableRoles,
  type Timeline,
  tableColumn,
} from "@mmm/data";
import { openTable } from "@mmm/data/node";
import type { UnitStream } from "./streamed-observations.js";

export interface ObservationFlags {
  readonly vars?: string;
  readonly unit?: string;
  readonly time?: string;
  /** Rows are consecutive periods, oldest first. */
  readonly inOrder?: boolean;
  /** Only to say no more about it. */
  readonly kpi?: string;
  /** Constant facts about each unit, for engines with one graph per unit. */
  readonly context?: string;
  readonly dateFormat?: string;
  readonly decimal?: DecimalMark;
  readonly delimiter?: Delimiter | "tab";
}

export interface Observations {
  /** Variables, then context columns; empty cells and absent periods are NaN where they are allowed. */
  readonly data: CausalData;
  readonly variables: readonly string[];
  readonly context: readonly string[];
  /** Period of each row, with the frequency for going on; null without a time column. */
  readonly calendar: { readonly frequency: Frequency; readonly periodOfRow: readonly string[] } | null;
  readonly complete: boolean;
  /** Rows that stay in their file; `data` then has no values. */
  readonly stream?: UnitStream;
  readonly notes: readonly Diagnostic[];
}

/**
 * Read a file.
 *
 * With `--time`, rows are sorted within their unit. A period that one unit lacks cuts its history in two, so that no lag
 * reaches across the hole; with `allowMissing` it becomes a row of missing values instead.
 *
 * @throws MmmError `NO_SUCH_COLUMN`, `TOO_FEW_COLUMNS`, `NOT_A_NUMBER`, `EMPTY_CELL`, `DUPLICATE_ROW`, and what reading a
 *   table and its periods throws
 */
export async function readObservations(
  path: string,
  given: ObservationFlags,
  { allowMissing }: { readonly allowMissing: boolean },
): Promise<Observations> {
  const { delimiter, decimal } = given;
  const table = await openTable(path, { ...(delimiter && { delimiter: delimiter === "tab" ? "\t" : delimiter }) });
  const profiles = new Map(
    profileColumns(table, { ...(decimal && { decimal }) }).map((profile) => [profile.name, profile]),
  );
  const guess = guessKeys(table, [...profiles.values()], given);
  const flags = { ...given, ...guess.keys };
  for (const column of [flags.unit, flags.time]) if (column !== undefined) tableColumn(table, column);
  const { variables, context, notes } = chooseColumns(table, profiles, flags);
  const columns = [...variables, ...context];
  const values = columns.map((name) => numbers(table, profiles.get(name)!, allowMissing));
  const timeline = flags.time === undefined ? null : readTimeline(table, flags.time, flags);
  const runs = timeline ? timedRuns(table, flags, timeline, allowMissing) : plainRuns(table, flags);

  const rows = runs.flatMap(({ rows }) => rows);
  const matrix = new Float64Array(rows.length * columns.length);
  rows.forEach((row, at) => {
    values.forEach((column, j) => {
      matrix[at * columns.length + j] = row === null ? Number.NaN : column[row]!;
    });
  });
  if (context.length > 0) fillContext(matrix, columns.length, variables.length, runs);
  const unitOffsets = [0];
  for (const run of runs) unitOffsets.push(unitOffsets.at(-1)! + run.rows.length);
  const cut = runs.length - new Set(runs.map(({ unit }) => unit)).size;
  return {
    data: {
      columns,
      rows: rows.length,
      values: matrix,
      temporal: timeline !== null || flags.inOrder === true,
      ...((flags.unit !== undefined || runs.length > 1) && { units: runs.map(({ name }) => name), unitOffsets }),
    },
    variables,
    context,
    calendar: timeline && { frequency: timeline.frequency, periodOfRow: runs.flatMap(({ periods }) => periods) },
    complete: !matrix.some(Number.isNaN),
    notes: [...table.warnings, ...guess.notes, ...notes, ...(cut > 0 ? [cutNote(cut)] : [])],
  };
}

/** Period and unit of a table whose variables are to be guessed too; none where it does not look like marketing data. */
function guessKeys(
  table: Table,
  profiles: readonly ColumnProfile[],
  { vars, unit, time, inOrder, context, kpi }: ObservationFlags,
): { keys: Pick<ObservationFlags, "unit" | "time">; notes: Diagnostic[] } {
  if (vars !== undefined || (time !== undefined && unit !== undefined)) return { keys: {}, notes: [] };
  let roles: TableRoles;
  try {
    roles = detectRoles(table, profiles, {
      ...(unit !== undefined && { geo: unit }),
      ...(time !== undefined && { date: time }),
      ...(context !== undefined && { context }),
    });
  } catch (error) {
    if (isMmmError(error)) return { keys: {}, notes: [] };
    throw error;
  }
  const keys = {
    ...(time === undefined && !inOrder && { time: roles.date }),
    ...(unit === undefined && roles.geo !== null && { unit: roles.geo }),
  };
  const said = Object.entries(keys).map(([name, column]) => `--${name} ${column}`);
  if (said.length === 0) return { keys, notes: [] };
  return {
    keys,
    notes: [
      {
        severity: "info",
        code: "KEYS_GUESSED",
        message: `The table looks like ${said.join(" ")}.${kpi === undefined ? ` If '${roles.kpi}' is the KPI, --kpi ${roles.kpi} says that it causes nothing.` : ""}`,
        fix: "Name the variables with --vars to have nothing guessed.",
      },
    ],
  };
}

function chooseColumns(
  table: Table,
  profiles: ReadonlyMap<string, ColumnProfile>,
  flags: ObservationFlags,
): { variables: string[]; context: string[]; notes: Diagnostic[] } {
  const names = table.columns.map(({ name }) => name);
  const context = flags.context === undefined ? [] : chosen(flags.context, names, "--context");
  const taken = new Set([flags.unit, flags.time, ...context]);
  const notes: Diagnostic[] = [];
  let variables: string[];
  if (flags.vars !== undefined) {
    variables = chosen(flags.vars, names, "--vars").filter((name) => !context.includes(name));
    const reserved = variables.find((name) => taken.has(name));
    if (reserved !== undefined && flags.vars.split(",").some((entry) => entry.trim() === reserved)) {
      throw usageError(
        "COLUMN_TAKEN",
        `'${reserved}' is in --vars and also the ${reserved === flags.unit ? "--unit" : "--time"} column.`,
        "Leave it out of --vars.",
      );
    }
    variables = variables.filter((name) => !taken.has(name));
  } else {
    const free = names.filter((name) => !taken.has(name));
    variables = free.filter((name) => profiles.get(name)!.kind === "number");
    const left = free.filter((name) => !variables.includes(name));
    notes.push({
      severity: "info",
      code: "VARIABLES_CHOSEN",
      message: `Without --vars all number columns are variables: ${variables.join(", ")}.${left.length > 0 ? ` Left out: ${left.join(", ")}.` : ""}`,
      fix: "Name the variables with --vars.",
    });
  }
  if (variables.length >= 2) return { variables, context, notes };
  throw dataError(
    "TOO_FEW_COLUMNS",
    `A graph needs at least 2 variables; ${variables.length === 0 ? "no column was" : `only '${variables[0]}' was`} chosen. The table has: ${names.join(", ")}.`,
    "Name number columns with --vars.",
    place(table),
  );
}

const chosen = (patterns: string, names: readonly string[], option: string): string[] =>
  selectColumns(patterns, names, option).map(({ column }) => column);

function numbers(table: Table, profile: ColumnProfile, allowMissing: boolean): Float64Array {
  const { name, values, missing, firstText } = profile;
  if (firstText !== null) {
    throw dataError(
      "NOT_A_NUMBER",
      `Column '${name}' holds '${tableColumn(table, name).cells[firstText]}' in row ${table.lines[firstText]}, which is not a number.`,
      "Correct the cell, empty it, or leave the column out of --vars.",
      place(table, firstText, name),
    );
  }
  if (missing[0] !== undefined && !allowMissing) {
    throw dataError(
      "EMPTY_CELL",
      `Column '${name}' has no value in row ${table.lines[missing[0]]}${missing.length > 1 ? ` and in ${missing.length - 1} more` : ""}; this engine needs every value.`,
      "Fill the cells, delete the rows, leave the column out of --vars, or use --engine granger-vi, which takes gaps.",
      place(table, missing[0], name),
    );
  }
  return values;
}

function readTimeline(table: Table, column: string, { dateFormat }: ObservationFlags): Timeline {
  return buildTimeline(table, column, readPeriods(table, column, { ...(dateFormat !== undefined && { dateFormat }) }));
}

/** Consecutive rows of one unit. */
interface RowRun {
  readonly unit: string;
  /** The unit, with where the run starts when the unit has several. */
  readonly name: string;
  /** Rows of the table; null for an absent period. */
  readonly rows: readonly (number | null)[];
  readonly periods: readonly string[];
}

function rowsByUnit(table: Table, unit: string | undefined): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  const cells = unit === undefined ? null : tableColumn(table, unit).cells;
  for (let row = 0; row < table.rows; row++) {
    const name = cells ? cells[row]! : "all";
    if (name === "") {
      throw dataError(
        "EMPTY_CELL",
        `Column '${unit}' names no unit in row ${table.lines[row]}.`,
        "Fill the cell or delete the row.",
        place(table, row, unit),
      );
    }
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

function plainRuns(table: Table, { unit }: ObservationFlags): RowRun[] {
  return [...rowsByUnit(table, unit)].map(([name, rows]) => ({ unit: name, name, rows, periods: [] }));
}

function timedRuns(table: Table, flags: ObservationFlags, timeline: Timeline, allowMissing: boolean): RowRun[] {
  return [...rowsByUnit(table, flags.unit)].flatMap(([unit, unsorted]) => {
    const at = (row: number): number => timeline.periodOfRow[row]!;
    const rows = [...unsorted].sort((a, b) => at(a) - at(b));
    const twice = rows.findIndex((row, i) => i > 0 && at(row) === at(rows[i - 1]!));
    if (twice > 0)
      throw duplicateRow(table, flags, rows[twice - 1]!, rows[twice]!, timeline.periods[at(rows[twice]!)]!);
    if (allowMissing) {
      const start = at(rows[0]!);
      const length = at(rows.at(-1)!) - start + 1;
      const filled = new Array<number | null>(length).fill(null);
      for (const row of rows) filled[at(row) - start] = row;
      return [{ unit, name: unit, rows: filled, periods: timeline.periods.slice(start, start + length) }];
    }
    const pieces: number[][] = [];
    for (const row of rows) {
      const last = pieces.at(-1);
      if (last && at(row) === at(last.at(-1)!) + 1) last.push(row);
      else pieces.push([row]);
    }
    return pieces.map((piece) => ({
      unit,
      name: pieces.length === 1 ? unit : `${unit} from ${timeline.periods[at(piece[0]!)]}`,
      rows: piece,
      periods: piece.map((row) => timeline.periods[at(row)]!),
    }));
  });
}

/** An absent period has no context of its own; it takes that of its unit. */
function fillContext(matrix: Float64Array, width: number, first: number, runs: readonly RowRun[]): void {
  let at = 0;
  for (const { rows } of runs) {
    const known = rows.findIndex((row) => row !== null);
    rows.forEach((row, i) => {
      if (row !== null) return;
      for (let j = first; j < width; j++) matrix[(at + i) * width + j] = matrix[(at + known) * width + j]!;
    });
    at += rows.length;
  }
}

const cutNote = (cut: number): Diagnostic => ({
  severity: "info",
  code: "CUT_AT_GAPS",
  message: `Histories are cut at ${cut} ${cut === 1 ? "gap" : "gaps"} in time; no lag reaches across.`,
  fix: "Add the missing rows if the values are known.",
});

function duplicateRow(table: Table, flags: ObservationFlags, first: number, second: number, period: string): MmmError {
  const where = flags.unit === undefined ? "" : ` of unit '${tableColumn(table, flags.unit).cells[second]}'`;
  return dataError(
    "DUPLICATE_ROW",
    `Rows ${table.lines[first]} and ${table.lines[second]} are both period '${period}'${where}.`,
    flags.unit === undefined
      ? "Name the column that tells them apart with --unit, or delete one of the rows."
      : "Delete one of the rows or add them up.",
    place(table, second, flags.time),
  );
}

function place(table: Table, row?: number, column?: string): { file?: string; row?: number; column?: string } {
  return {
    ...(table.file !== null && { file: table.file }),
    ...(row !== undefined && { row: table.lines[row]! }),
    ...(column !== undefined && { column }),
  };
}
