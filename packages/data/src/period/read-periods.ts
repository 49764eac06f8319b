// A column of period cells to day numbers or integers. The format is decided over the whole column: "05/02/2024" alone
// says nothing, a column that also holds "13/02/2024" does.

import { dataError, type MmmError } from "@mmm/core";
import { type Table, type TableColumn, tableColumn, tablePlace } from "../table/table.js";
import { compileDatePattern, type DatePattern } from "./date-pattern.js";

/** Periods of a column, one entry a row: days since 1970-01-01 for dates, plain integers for `index`. */
export interface PeriodReading {
  readonly kind: "date" | "index";
  readonly positions: readonly number[];
  /** The pattern that every cell follows; "integer" for plain integers. */
  readonly format: string;
}

const dayFirst = ["DD/MM/YYYY", "DD-MM-YYYY", "DD/MM/YY", "DD-MM-YY"];
const monthFirst = ["MM/DD/YYYY", "MM-DD-YYYY", "MM/DD/YY", "MM-DD-YY"];
const patterns: readonly DatePattern[] = [
  "YYYY-MM-DD",
  "YYYY/MM/DD",
  "YYYY.MM.DD",
  "DD.MM.YYYY",
  "DD.MM.YY",
  ...dayFirst,
  ...monthFirst,
  "DD MMM YYYY",
  "DD-MMM-YYYY",
  "DD-MMM-YY",
  "DD MMM YY",
  "MMM DD, YYYY",
  "MMM DD YYYY",
  "YYYY-MM",
  "YYYY/MM",
  "MM/YYYY",
  "MM.YYYY",
  "MMM YYYY",
  "MMM-YYYY",
  "MMM-YY",
  "MMM YY",
  "YYYY-[W]WW",
  "YYYY[W]WW",
  "YYYY [W]WW",
  "YYYY-[W]WW-E",
  "[W]WW YYYY",
  "YYYY-[Q]Q",
  "YYYY[Q]Q",
  "YYYY [Q]Q",
  "[Q]Q YYYY",
  "[Q]Q-YYYY",
].map(compileDatePattern);

const clock = /^(.*\d)(?:T|\s+)(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[AP]M)?)\s?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const integer = /^-?\d+(\.0+)?$/;

/**
 * Read a period column.
 *
 * Understands ISO dates (also with a clock time that is the same in every row), `YYYY/MM/DD`, `DD.MM.YYYY`,
 * `DD/MM/YYYY` or `MM/DD/YYYY` (decided over the column), English month names, `YYYY-MM`, ISO weeks (`2024-W05`),
 * quarters (`2024-Q1`), `YYYYMMDD`, `YYYYMM`, years, and plain integers.
 *
 * @param dateFormat pattern to use instead, see {@link compileDatePattern}; "integer" for plain integers, "excel" for
 *   Excel day numbers
 * @throws MmmError `UNPARSEABLE_DATE`, `AMBIGUOUS_DATE`, `MIXED_DATE_FORMATS`, `SUB_DAILY`, `MISSING_PERIOD`
 */
export function readPeriods(
  table: Table,
  column: string,
  { dateFormat }: { readonly dateFormat?: string } = {},
): PeriodReading {
  const source = tableColumn(table, column);
  const empty = source.cells.indexOf("");
  if (empty >= 0) {
    throw dataError(
      "MISSING_PERIOD",
      `Column '${column}' has no period in row ${table.lines[empty]}.`,
      "Fill the cell or delete the row.",
      tablePlace(table, empty, column),
    );
  }
  if (dateFormat !== undefined) return readGiven(table, source, dateFormat);
  if (source.cells.every((cell) => integer.test(cell))) return readIntegers(table, source);

  const cells = withoutClock(table, source);
  const fits = patterns.filter(({ read }) => !Number.isNaN(read(cells[0]!)));
  const whole = fits.filter(({ read }) => cells.every((cell) => !Number.isNaN(read(cell))));
  const chosen = whole[0];
  if (!chosen) throw notAllDates(table, source, cells);
  const positions = cells.map(chosen.read);
  const rival = whole.slice(1).find(({ read }) => cells.some((cell, row) => read(cell) !== positions[row]));
  if (rival) {
    const row = cells.findIndex((cell, at) => rival.read(cell) !== positions[at]);
    throw dataError(
      "AMBIGUOUS_DATE",
      `Column '${column}' can be read as ${chosen.pattern} or as ${rival.pattern}: '${cells[row]}' (row ${table.lines[row]}) does not say, and no other row decides it.`,
      `Say which with the option dateFormat: '${chosen.pattern}' or '${rival.pattern}'.`,
      tablePlace(table, row, column),
    );
  }
  return { kind: "date", positions, format: chosen.pattern };
}

/** Part of the first cells of a column that look like dates; 0 for plain integers. Cheap, for guessing roles. */
export function dateShare(cells: readonly string[]): number {
  const sample = cells.slice(0, 20);
  if (sample.length === 0 || sample.every((cell) => integer.test(cell))) return 0;
  const dated = sample.filter((cell) => {
    const day = clock.exec(cell)?.[1] ?? cell;
    return patterns.some(({ read }) => !Number.isNaN(read(day)));
  });
  return dated.length / sample.length;
}

function readGiven(table: Table, source: TableColumn, format: string): PeriodReading {
  const read =
    format === "integer" || format === "excel"
      ? (cell: string) => (integer.test(cell) ? Number(cell) - (format === "excel" ? 25_569 : 0) : Number.NaN)
      : compileDatePattern(format).read;
  const cells = format === "integer" || format === "excel" ? source.cells : withoutClock(table, source);
  const positions = cells.map(read);
  const wrong = positions.findIndex(Number.isNaN);
  if (wrong >= 0) {
    throw dataError(
      "UNPARSEABLE_DATE",
      `'${source.cells[wrong]}' in column '${source.name}', row ${table.lines[wrong]}, does not follow the date format ${format}.`,
      "Correct the cell or the option dateFormat.",
      tablePlace(table, wrong, source.name),
    );
  }
  return { kind: format === "integer" ? "index" : "date", positions, format };
}

function readIntegers(table: Table, source: TableColumn): PeriodReading {
  const digits = source.cells.map((cell) => cell.replace(/\.0+$/, ""));
  const byPattern = (pattern: string) => digits.map(compileDatePattern(pattern).read);
  const plausible = (days: readonly number[]) => days.every((day) => day >= -25_567 && day < 73_050);
  if (digits.every((cell) => cell.length === 8)) {
    const days = byPattern("YYYYMMDD");
    if (plausible(days)) return { kind: "date", positions: days, format: "YYYYMMDD" };
  }
  if (digits.every((cell) => /^(19|20)\d{4}$/.test(cell))) {
    for (const pattern of ["YYYYMM", "YYYYWW"]) {
      const days = byPattern(pattern);
      if (plausible(days)) return { kind: "date", positions: days, format: pattern };
    }
  }
  if (digits.every((cell) => /^(19[5-9]|20)\d+$/.test(cell) && cell.length === 4)) {
    return { kind: "date", positions: byPattern("YYYY"), format: "YYYY" };
  }
  const positions = digits.map(Number);
  if (positions.every((value) => value >= 32_874 && value < 58_000)) {
    throw dataError(
      "AMBIGUOUS_DATE",
      `Column '${source.name}' holds numbers such as ${digits[0]} that look like Excel day numbers.`,
      "Say so with the option dateFormat 'excel', or 'integer' if they simply count periods.",
      tablePlace(table, 0, source.name),
    );
  }
  return { kind: "index", positions, format: "integer" };
}

// Drops a clock time that says the same in every row.
function withoutClock(table: Table, source: TableColumn): readonly string[] {
  const matches = source.cells.map((cell) => clock.exec(cell));
  const first = matches[0];
  if (!first) return source.cells;
  const other = matches.findIndex((match) => match && match[2] !== first[2]);
  if (other >= 0) {
    throw dataError(
      "SUB_DAILY",
      `Column '${source.name}' holds different times of day ('${source.cells[0]}', and '${source.cells[other]}' in row ${table.lines[other]}); the finest period is a day.`,
      "Add the rows up to days or weeks first.",
      tablePlace(table, other, source.name),
    );
  }
  return source.cells.map((cell, row) => matches[row]?.[1] ?? cell);
}

function notAllDates(table: Table, source: TableColumn, cells: readonly string[]): MmmError {
  const misses = patterns.map((pattern) => ({
    pattern,
    rows: cells.flatMap((cell, row) => (Number.isNaN(pattern.read(cell)) ? [row] : [])),
  }));
  const best = misses.reduce((a, b) => (b.rows.length < a.rows.length ? b : a));
  const row = best.rows[0]!;
  const cell = cells[row]!;
  const alternative = patterns.find(({ read }) => !Number.isNaN(read(cell)));
  if (best.rows.length < cells.length && alternative) {
    const regular = cells.findIndex((other) => !Number.isNaN(best.pattern.read(other)));
    return dataError(
      "MIXED_DATE_FORMATS",
      `Column '${source.name}' mixes date formats: '${cells[regular]}' (row ${table.lines[regular]}) is ${best.pattern.pattern}, '${cell}' (row ${table.lines[row]}) is not.`,
      "Write all dates the same way, best as YYYY-MM-DD.",
      tablePlace(table, row, source.name),
    );
  }
  return dataError(
    "UNPARSEABLE_DATE",
    `'${source.cells[row]}' in column '${source.name}', row ${table.lines[row]}, is not a date${
      best.rows.length < cells.length ? ` (other rows follow ${best.pattern.pattern})` : ""
    }.`,
    "Write dates as YYYY-MM-DD, weeks as 2024-W05 or plain integers, or name the pattern with the option dateFormat.",
    tablePlace(table, row, source.name),
  );
}
