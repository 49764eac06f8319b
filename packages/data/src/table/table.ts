import { type Diagnostic, dataError } from "@mmm/core";

/** One column as text, exactly as the file has it apart from surrounding blanks. */
export interface TableColumn {
  readonly name: string;
  readonly cells: readonly string[];
}

/** A rectangular table of text: what a file says before anyone decides what it means. */
export interface Table {
  /** Name for messages; null when the table did not come from a file. */
  readonly file: string | null;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
  /** 1-based line of the file each row starts on; the header is line 1. */
  readonly lines: readonly number[];
  readonly warnings: readonly Diagnostic[];
}

/** The column of that name. Throws `MISSING_COLUMN` listing what there is. */
export function tableColumn(table: Table, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column) return column;
  throw dataError(
    "MISSING_COLUMN",
    `There is no column '${name}'; the table has: ${table.columns.map((each) => each.name).join(", ")}.`,
    "Correct the name, or add the column to the file.",
    tablePlace(table),
  );
}

/** Where a cell stands in the file, for error messages. */
export function tablePlace(
  table: Table,
  row?: number,
  column?: string,
): { readonly file?: string; readonly row?: number; readonly column?: string } {
  return {
    ...(table.file !== null && { file: table.file }),
    ...(row !== undefined && { row: table.lines[row]! }),
    ...(column !== undefined && { column }),
  };
}

/**
 * A table from named columns of values, for data that never were a file. Missing values (null, undefined, NaN) become
 * empty cells.
 *
 * @example createTable({ week: ["2024-01-01", "2024-01-08"], tv: [10, 0], sales: [120, 100] })
 */
export function createTable(
  columns: Readonly<Record<string, ArrayLike<string | number | null | undefined>>>,
  { file = null }: { readonly file?: string | null } = {},
): Table {
  const names = Object.keys(columns);
  const rows = names.length === 0 ? 0 : columns[names[0]!]!.length;
  for (const name of names) {
    if (columns[name]!.length !== rows) {
      throw dataError("SHAPE", `Column '${name}' has ${columns[name]!.length} values, '${names[0]}' has ${rows}.`);
    }
  }
  const text = (value: string | number | null | undefined) =>
    value === null || value === undefined || Number.isNaN(value) ? "" : String(value);
  return {
    file,
    columns: names.map((name) => ({ name, cells: Array.from(columns[name]!, text) })),
    rows,
    lines: Array.from({ length: rows }, (_, row) => row + 2),
    warnings: [],
  };
}
