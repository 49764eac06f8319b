// Parquet files as blocks of columns, one row group at a time, so that memory holds one group whatever the file's size.

import { dataError, usageError } from "@mmm/core";
import type { AsyncBuffer, FileMetaData } from "hyparquet";

/** What a Parquet file is read from: its length, and any stretch of its bytes. */
export type ParquetSource = Pick<AsyncBuffer, "byteLength" | "slice">;

/** Value of a cell; whole numbers beyond 2⁵³ stay bigint. */
export type ParquetCell = string | number | bigint | boolean | Date | null;

export interface ParquetBlock {
  /** Position of the block's first row in the file, from 0. */
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly ParquetCell[]>>;
}

export interface ParquetOptions {
  /** Columns to read; the others are not touched. Default all. */
  readonly columns?: readonly string[];
  /** Name of the file, for messages. */
  readonly file?: string;
}

/** True for the bytes a Parquet file begins with. */
export function looksLikeParquet(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;
}

/**
 * Read a Parquet file row group by row group.
 *
 * @throws MmmError `BAD_PARQUET`, `NESTED_COLUMN`, `NO_SUCH_COLUMN`
 * @example for await (const { columns, rows } of parquetBlocks(source, { columns: ["shop", "sales"] })) …
 */
export async function* parquetBlocks(
  source: ParquetSource,
  { columns, file }: ParquetOptions = {},
): AsyncGenerator<ParquetBlock> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const place = file === undefined ? {} : { file };
  const broken = (cause: unknown) =>
    dataError(
      "BAD_PARQUET",
      `The Parquet file cannot be read: ${(cause as Error).message}`,
      "Write the file again, or save it as CSV.",
      place,
    );
  const nested = (name: string) =>
    dataError(
      "NESTED_COLUMN",
      `Column '${name}' holds lists or records; every cell must be one value.`,
      "Write its parts as columns of their own, or leave it out.",
      { ...place, column: name },
    );
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(source);
  } catch (cause) {
    throw broken(cause);
  }
  const fields = parquetSchema(metadata).children;
  const known = fields.map(({ element }) => element.name);
  const chosen = columns ?? known;
  for (const name of chosen) {
    const field = fields.find(({ element }) => element.name === name);
    if (!field) {
      throw usageError(
        "NO_SUCH_COLUMN",
        `There is no column '${name}'; the file has: ${known.join(", ")}.`,
        "Correct the name.",
      );
    }
    if (field.children.length > 0) throw nested(name);
  }
  let firstRow = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    let records: readonly Record<string, ParquetCell>[];
    try {
      records = await parquetReadObjects({
        file: source as AsyncBuffer,
        metadata,
        columns: [...chosen],
        compressors,
        rowStart: firstRow,
        rowEnd: firstRow + rows,
      });
    } catch (cause) {
      throw broken(cause);
    }
    const cellsOf = (name: string): ParquetCell[] =>
      records.map((record) => {
        const cell = record[name] ?? null;
        if (typeof cell === "object" && cell !== null && !(cell instanceof Date)) throw nested(name);
        return cell;
      });
    yield {
      firstRow,
      rows,
      columns: Object.fromEntries(chosen.map((name) => [name, cellsOf(name)])),
    };
    firstRow += rows;
  }
}
