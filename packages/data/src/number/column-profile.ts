// What a column holds: numbers, text or nothing; with the decimal mark decided over all its cells.

import { dataError, type MmmError } from "@mmm/core";
import { type Table, type TableColumn, tablePlace } from "../table/table.js";
import { isMissingWord } from "./missing.js";
import { type DecimalMark, type MarkEvidence, markEvidence, measureOf, readNumber } from "./read-number.js";

export interface ColumnProfile {
  readonly name: string;
  /** `mixed`: at least half of the filled cells are numbers, but not all of them. */
  readonly kind: "number" | "text" | "mixed" | "empty";
  /** Parsed numbers, NaN where missing or text. */
  readonly values: Float64Array;
  /** Rows that say "no value" (in a number column). */
  readonly missing: readonly number[];
  /** First row that is neither a number nor missing; null when there is none. */
  readonly firstText: number | null;
  /** Distinct cells in order of appearance, at most {@link levelLimit} of them. */
  readonly levels: readonly string[];
  /** The most frequent cell; the first one among equals. */
  readonly commonest: string;
  /** Currency or percent sign the numbers carry. */
  readonly measure: string | undefined;
}

/** Most levels a profile lists; a column with more has exactly this many. */
export const levelLimit = 60;

/**
 * Profile every column of a table.
 *
 * The decimal mark of a column follows from its own cells (`1,234,567` and `12.50` say point; `1.234,5` and `12,5` say
 * comma). A column in which every mark could be read both ways takes the mark of the other columns, if they agree. With
 * no such evidence `1.234` is one point two three four, and `1,234` is refused.
 *
 * @param decimal the decimal mark, when the caller knows it
 * @throws MmmError `AMBIGUOUS_NUMBER`, `MIXED_DECIMAL_MARKS`
 */
export function profileColumns(table: Table, { decimal }: { readonly decimal?: DecimalMark } = {}): ColumnProfile[] {
  const evidence = table.columns.map((column) => decimal ?? columnEvidence(table, column));
  const decided = new Set(evidence.filter((mark) => mark === "." || mark === ","));
  const common = decided.size === 1 ? [...decided][0] : undefined;
  return table.columns.map((column, i) => {
    const own = evidence[i]!;
    if (own === "either," && common === undefined) throw ambiguousNumber(table, column);
    return profile(column, own === "." || own === "," ? own : (common ?? "."));
  });
}

function columnEvidence(table: Table, column: TableColumn): Exclude<MarkEvidence, "text" | "either."> {
  const first = new Map<MarkEvidence, number>();
  let numbers = 0;
  let texts = 0;
  for (let row = 0; row < column.cells.length; row++) {
    const cell = column.cells[row]!;
    if (isMissingWord(cell)) continue;
    const says = markEvidence(cell);
    if (says === "text") texts++;
    else numbers++;
    if (!first.has(says)) first.set(says, row);
  }
  if (texts > numbers) return "none";
  const point = first.get(".");
  const comma = first.get(",");
  if (point !== undefined && comma !== undefined) {
    throw dataError(
      "MIXED_DECIMAL_MARKS",
      `Column '${column.name}' mixes decimal marks: '${column.cells[point]}' (row ${table.lines[point]}) and '${column.cells[comma]}' (row ${table.lines[comma]}).`,
      "Write all numbers of the column the same way.",
      tablePlace(table, Math.max(point, comma), column.name),
    );
  }
  if (point !== undefined) return ".";
  if (comma !== undefined) return ",";
  return first.has("either,") ? "either," : "none";
}

function ambiguousNumber(table: Table, column: TableColumn): MmmError {
  const row = column.cells.findIndex((cell) => markEvidence(cell) === "either,");
  const cell = column.cells[row]!;
  return dataError(
    "AMBIGUOUS_NUMBER",
    `Column '${column.name}' holds '${cell}' (row ${table.lines[row]}), which may mean ${cell.replace(",", "")} or ${cell.replace(",", ".")}; no other cell decides it.`,
    "Say which with the option decimal: '.' (the comma groups thousands) or ',' (the comma starts the fraction).",
    tablePlace(table, row, column.name),
  );
}

function profile(column: TableColumn, decimal: DecimalMark): ColumnProfile {
  const { name, cells } = column;
  const values = new Float64Array(cells.length);
  const missing: number[] = [];
  const counts = new Map<string, number>();
  let firstText: number | null = null;
  let numbers = 0;
  let firstNumber: string | undefined;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row]!;
    const count = counts.get(cell);
    if (count !== undefined) counts.set(cell, count + 1);
    else if (counts.size < levelLimit) counts.set(cell, 1);
    if (isMissingWord(cell)) {
      values[row] = Number.NaN;
      missing.push(row);
      continue;
    }
    const value = readNumber(cell, decimal);
    values[row] = value;
    if (Number.isFinite(value)) {
      numbers++;
      firstNumber ??= cell;
    } else firstText ??= row;
  }
  const texts = cells.length - missing.length - numbers;
  const kind = texts === 0 ? (numbers === 0 ? "empty" : "number") : numbers >= texts ? "mixed" : "text";
  return {
    name,
    kind,
    values,
    missing,
    firstText,
    levels: [...counts.keys()],
    commonest: [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0] as readonly [string, number])[0],
    measure: kind === "number" && firstNumber !== undefined ? measureOf(firstNumber) : undefined,
  };
}
