import { dataError } from "@mmm/core";
import type { Table } from "../table/table.js";
import { type ParquetCell, type ParquetOptions, type ParquetSource, parquetBlocks } from "./parquet-blocks.js";

/**
 * A whole Parquet file as a table, interpreted afterwards like any other: dates become ISO text, nulls and NaN empty
 * cells. Works in browsers.
 *
 * @param input the file's bytes, or a source that hands out stretches of them
 * @throws MmmError `EMPTY_FILE` and what {@link parquetBlocks} throws
 * @example const panel = loadPanel(await readParquetTable(bytes, { file: "sales.parquet" })).panel;
 */
export async function readParquetTable(
  input: Uint8Array | ParquetSource,
  options: ParquetOptions = {},
): Promise<Table> {
  const source = input instanceof Uint8Array ? bytesSource(input) : input;
  const cells = new Map<string, string[]>();
  let rows = 0;
  for await (const block of parquetBlocks(source, options)) {
    rows += block.rows;
    for (const [name, values] of Object.entries(block.columns)) {
      const own = cells.get(name) ?? [];
      for (const value of values) own.push(cellText(value));
      cells.set(name, own);
    }
  }
  const { file } = options;
  if (rows === 0) {
    throw dataError(
      "EMPTY_FILE",
      "The file has no data rows.",
      "Add the data rows.",
      file === undefined ? {} : { file },
    );
  }
  return {
    file: file ?? null,
    columns: [...cells].map(([name, own]) => ({ name, cells: own })),
    rows,
    lines: Array.from({ length: rows }, (_, row) => row + 1),
    warnings: [],
  };
}

function bytesSource(bytes: Uint8Array): ParquetSource {
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { byteLength: whole.byteLength, slice: (start, end) => whole.slice(start, end) };
}

/** A cell as a CSV file would have it. */
export function cellText(value: ParquetCell): string {
  if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
  if (!(value instanceof Date)) return String(value);
  const iso = value.toISOString();
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso;
}
