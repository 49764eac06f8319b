// A file of lift tests, one row per test.

import { dataError, dayToIso, isMmmError, MmmError, type Panel } from "@mmm/core";
import { profileColumns } from "../number/column-profile.js";
import { isMissingWord } from "../number/missing.js";
import type { DecimalMark } from "../number/read-number.js";
import { readPeriods } from "../period/read-periods.js";
import { normalQuantile } from "../statistics/normal-quantile.js";
import { type ReadTableOptions, readTable } from "../table/read-table.js";
import { type Table, type TableColumn, tablePlace } from "../table/table.js";
import type { LiftTest } from "./lift-test.js";
import { placeLiftTest } from "./place-lift-test.js";

export interface ReadLiftTestsOptions extends ReadTableOptions {
  readonly decimal?: DecimalMark;
  readonly dateFormat?: string;
}

/** Columns of a lift-test file. Case does not matter, nor whether words are joined by blanks, `_` or `-`. */
const columnNames = [
  "channel",
  "units",
  "from",
  "to",
  "until",
  "spend_change",
  "lift",
  "lift_per_period",
  "standard_error",
  "lower",
  "upper",
  "confidence",
  "degrees_of_freedom",
] as const;
type ColumnName = (typeof columnNames)[number];

/**
 * Read lift tests and check them against the panel.
 *
 * | column | meaning |
 * |---|---|
 * | `channel` | name of a channel of the panel |
 * | `units` | `all` (also when the column is absent), or names separated by `;` |
 * | `from`, `to` | first and last date of the change; whole periods that contain them count |
 * | `until` | optional: last date in which the KPI was measured, to count carry-over after the change |
 * | `spend_change` | actual minus what would have been: a total (`12000`, `-12000`), a per cent (`50%`), or `all` |
 * | `lift` or `lift_per_period` | KPI units over all units: total over `from` … `until`, or per period |
 * | `standard_error`, or `lower` and `upper` | of the lift; the interval holds `confidence` (default 90%) |
 * | `degrees_of_freedom` | optional: of the standard error |
 *
 * @throws MmmError of kind `data`, naming file, row and column
 * @example
 * readLiftTests("channel,from,to,spend_change,lift,standard_error\ntv,2024-03-04,2024-03-31,50%,1200,300\n", panel);
 */
export function readLiftTests(
  source: Table | string | Uint8Array,
  panel: Panel,
  options: ReadLiftTestsOptions = {},
): LiftTest[] {
  const table = named(typeof source === "string" || source instanceof Uint8Array ? readTable(source, options) : source);
  const has = (name: ColumnName): boolean => table.columns.some((column) => column.name === name);
  requireColumns(table, has);
  const cells = (name: ColumnName): readonly string[] | undefined =>
    table.columns.find((column) => column.name === name)?.cells;
  const numbers = numberColumns(table, options);
  const dates = dateColumns(table, panel, options);
  const text = (name: ColumnName, row: number): string => cells(name)?.[row] ?? "";
  const empty = (name: ColumnName, row: number): boolean => isMissingWord(text(name, row));
  const number = (name: ColumnName, row: number): number => {
    const value = numbers.get(name)![row]!;
    if (Number.isFinite(value)) return value;
    throw cellError(table, row, name, empty(name, row) ? "is empty" : `'${text(name, row)}' is no number`, "a number");
  };

  const seen = new Map<string, number>();
  return Array.from({ length: table.rows }, (_, row): LiftTest => {
    const spendChange = text("spend_change", row);
    const { lift, standardError } = measurement(table, row, has, number);
    const test: LiftTest = {
      channel: text("channel", row),
      units: unitsOf(text("units", row)),
      from: dates.get("from")![row]!,
      to: dates.get("to")![row]!,
      ...(has("until") && !empty("until", row) && { until: dates.get("until")![row]! }),
      spendChange: /^all$/i.test(spendChange)
        ? "all"
        : spendChange.endsWith("%")
          ? { percent: number("spend_change", row) }
          : { amount: number("spend_change", row) },
      lift,
      standardError,
      ...(has("degrees_of_freedom") &&
        !empty("degrees_of_freedom", row) && { degreesOfFreedom: number("degrees_of_freedom", row) }),
    };
    const placed = checked(table, row, () => placeLiftTest(panel, test));
    if (!has("lift")) {
      const periods = placed.until - placed.start;
      Object.assign(test, { lift: periods * test.lift, standardError: periods * test.standardError });
    }
    const key = JSON.stringify(test);
    if (seen.has(key)) {
      throw dataError(
        "DUPLICATE_ROW",
        `Row ${table.lines[row]} repeats the test of row ${table.lines[seen.get(key)!]}, which would count twice.`,
        "Delete one of them.",
        tablePlace(table, row),
      );
    }
    seen.set(key, row);
    return test;
  });
}

function named(table: Table): Table {
  const plain = (name: string): string =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, "_");
  const columns = table.columns.map((column): TableColumn => ({ ...column, name: plain(column.name) }));
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) < i);
  if (twice) {
    throw dataError("DUPLICATE_COLUMN", `Two columns are named '${twice.name}'.`, "Remove one.", tablePlace(table));
  }
  return { ...table, columns };
}

function requireColumns(table: Table, has: (name: ColumnName) => boolean): void {
  const missing = (["channel", "from", "to", "spend_change"] as const).filter((name) => !has(name));
  const wanted: string[] = missing.map((name) => `'${name}'`);
  if (!has("lift") && !has("lift_per_period")) wanted.push("'lift' (or 'lift_per_period')");
  if (!has("standard_error") && !(has("lower") && has("upper"))) {
    wanted.push("'standard_error' (or 'lower' and 'upper')");
  }
  if (wanted.length === 0) return;
  throw dataError(
    "MISSING_COLUMN",
    `The lift tests have no column ${wanted.join(", no column ")}; the columns are: ${table.columns.map(({ name }) => name).join(", ")}.`,
    `Add the column. Known columns: ${columnNames.join(", ")}.`,
    tablePlace(table),
  );
}

function numberColumns(table: Table, options: ReadLiftTestsOptions): Map<ColumnName, Float64Array> {
  const numeric: readonly ColumnName[] = columnNames.slice(columnNames.indexOf("spend_change"));
  const columns = table.columns.filter(({ name }) => numeric.includes(name as ColumnName));
  const profiles = profileColumns({ ...table, columns }, options.decimal ? { decimal: options.decimal } : {});
  return new Map(profiles.map(({ name, values }) => [name as ColumnName, values]));
}

// The date columns are read as one, so that a day above 12 in any of them says which number is the month.
function dateColumns(table: Table, panel: Panel, options: ReadLiftTestsOptions): Map<ColumnName, string[]> {
  const cells = table.columns.flatMap(({ name, cells }) =>
    name === "from" || name === "to" || name === "until"
      ? cells.map((cell, row) => ({ name: name as ColumnName, cell, row }))
      : [],
  );
  const filled = cells.filter(({ name, cell }) => name !== "until" || !isMissingWord(cell));
  const name = "from, to, until";
  const stacked: Table = {
    ...table,
    columns: [{ name, cells: filled.map(({ cell }) => cell) }],
    rows: filled.length,
    lines: filled.map(({ row }) => table.lines[row]!),
  };
  const { positions, kind } = readPeriods(stacked, name, options.dateFormat ? { dateFormat: options.dateFormat } : {});
  if ((kind === "index") !== (panel.frequency === "index")) {
    const { name, cell, row } = filled[0]!;
    throw cellError(
      table,
      row,
      name,
      `'${cell}' is ${kind === "index" ? "no date" : "a date"}`,
      panel.frequency === "index" ? "the number of a period, as in the data" : "a date, as in the data",
    );
  }
  const labels = new Map<ColumnName, string[]>();
  filled.forEach(({ name, row }, i) => {
    if (!labels.has(name))
      labels.set(
        name,
        Array.from({ length: table.rows }, () => ""),
      );
    labels.get(name)![row] = kind === "index" ? String(positions[i]) : dayToIso(positions[i]!);
  });
  return labels;
}

function unitsOf(cell: string): LiftTest["units"] {
  if (cell === "" || /^all$/i.test(cell)) return "all";
  return cell
    .split(";")
    .map((unit) => unit.trim())
    .filter((unit) => unit !== "");
}

function measurement(
  table: Table,
  row: number,
  has: (name: ColumnName) => boolean,
  number: (name: ColumnName, row: number) => number,
): { readonly lift: number; readonly standardError: number } {
  const lift = number(has("lift") ? "lift" : "lift_per_period", row);
  if (has("standard_error")) return { lift, standardError: number("standard_error", row) };
  const lower = number("lower", row);
  const upper = number("upper", row);
  if (!(lower < lift && lift < upper)) {
    throw cellError(
      table,
      row,
      "lower",
      `the interval ${lower} to ${upper} does not hold the lift ${lift}`,
      "its ends",
    );
  }
  const stated = has("confidence") ? number("confidence", row) : 0.9;
  const confidence = stated > 1 ? stated / 100 : stated;
  if (!(confidence > 0 && confidence < 1)) {
    throw cellError(table, row, "confidence", `is ${stated}`, "a probability such as 0.9 or 90%");
  }
  return { lift, standardError: (upper - lower) / (2 * normalQuantile(0.5 + confidence / 2)) };
}

function cellError(table: Table, row: number, column: ColumnName, what: string, wanted: string): MmmError {
  return dataError(
    "BAD_LIFT_TEST",
    `Row ${table.lines[row]}, column '${column}': ${what}.`,
    `Give ${wanted}.`,
    tablePlace(table, row, column),
  );
}

// Faults of a test get the row and file they come from.
function checked<T>(table: Table, row: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isMmmError(error)) throw error;
    const { message, code, kind, fix, place } = error;
    throw new MmmError(message, {
      code,
      kind,
      ...(fix !== undefined && { fix }),
      place: { ...place, ...tablePlace(table, row) },
    });
  }
}
