// Reading tables from disk. Node only; everything that interprets the bytes is in the main entry.

import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { dataError, type MmmError, type Panel, usageError } from "@mmm/core";
import type { LiftTest } from "../lift-tests/lift-test.js";
import { type ReadLiftTestsOptions, readLiftTests } from "../lift-tests/read-lift-tests.js";
import { type LoadedPanel, type LoadPanelOptions, loadPanel } from "../panel/load-panel.js";
import { looksLikeParquet, type ParquetBlock, parquetBlocks } from "../parquet/parquet-blocks.js";
import { readParquetTable } from "../parquet/parquet-table.js";
import { type ReadTableOptions, readTable } from "../table/read-table.js";
import type { Table } from "../table/table.js";

export type { LoadedPanel };

/**
 * The table in a CSV or Parquet file; which of the two is seen from its first bytes.
 *
 * @throws MmmError `CANNOT_READ`; `BAD_PARQUET` for another file that is named `.parquet`; else as `readTable` and `readParquetTable`
 */
export async function openTable(path: string, options: Omit<ReadTableOptions, "file"> = {}): Promise<Table> {
  if (isParquet(path)) return readParquetTable(readBytes(path), { file: path });
  if (/\.parquet$/i.test(path)) throw misnamed(path);
  return readTableFile(path, options);
}

function misnamed(path: string): MmmError {
  return dataError(
    "BAD_PARQUET",
    "The file is named .parquet, but it does not begin as a Parquet file does (with the bytes PAR1).",
    "Write it again as Parquet, in case it was cut short or sent as text; if it is a CSV table, rename it to end in .csv.",
    { file: path },
  );
}

/** {@link loadPanel} for the path of a CSV or Parquet file. */
export async function openPanel(path: string, options: Omit<LoadPanelOptions, "file"> = {}): Promise<LoadedPanel> {
  return loadPanel(await openTable(path, options), { ...options, file: path });
}

/**
 * Read a Parquet file block by block, one row group in memory at a time.
 *
 * @param columns names to read; default all
 * @throws MmmError `CANNOT_READ`, `BAD_PARQUET`, `NESTED_COLUMN`, `NO_SUCH_COLUMN`
 * @example for await (const { columns, rows } of streamParquet("shops.parquet")) …
 */
export async function* streamParquet(path: string, columns?: readonly string[]): AsyncGenerator<ParquetBlock> {
  if (!isParquet(path)) {
    throw usageError("BAD_PARQUET", `'${path}' is no Parquet file.`, "Write it as Parquet, or read it with openTable.");
  }
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array((end < 0 ? size + end : end) - (start < 0 ? size + start : start));
      await handle.read(bytes, 0, bytes.length, start < 0 ? size + start : start);
      return bytes.buffer;
    };
    yield* parquetBlocks({ byteLength: size, slice }, { file: path, ...(columns && { columns }) });
  } finally {
    await handle.close();
  }
}

/**
 * {@link readTable} for a path.
 *
 * @throws MmmError `CANNOT_READ` when the file is absent, a directory or not readable; else as `readTable`
 */
export function readTableFile(path: string, options: Omit<ReadTableOptions, "file"> = {}): Table {
  return readTable(readText(path), { ...options, file: path });
}

/** {@link loadPanel} for a path. */
export function loadPanelFile(path: string, options: Omit<LoadPanelOptions, "file"> = {}): LoadedPanel {
  return loadPanel(readText(path), { ...options, file: path });
}

function readText(path: string): Uint8Array {
  const bytes = readBytes(path);
  if (!looksLikeParquet(bytes)) return bytes;
  throw usageError("NOT_TEXT", `'${path}' is a Parquet file.`, "Read it with openTable or openPanel.");
}

function isParquet(path: string): boolean {
  return readable(path, () => {
    const file = openSync(path, "r");
    try {
      const start = new Uint8Array(4);
      return readSync(file, start, 0, 4, 0) === 4 && looksLikeParquet(start);
    } finally {
      closeSync(file);
    }
  });
}

/** {@link readLiftTests} for a path. */
export function readLiftTestsFile(
  path: string,
  panel: Panel,
  options: Omit<ReadLiftTestsOptions, "file"> = {},
): LiftTest[] {
  return readLiftTests(readText(path), panel, { ...options, file: path });
}

function readBytes(path: string): Uint8Array {
  return readable(path, () => readFileSync(path));
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === "ENOENT"
        ? "there is no such file"
        : code === "EISDIR"
          ? "it is a directory"
          : code === "EACCES" || code === "EPERM"
            ? "it may not be read"
            : String((cause as Error).message);
    throw usageError(
      "CANNOT_READ",
      `Cannot read '${path}': ${why}.`,
      code === "EACCES" || code === "EPERM" ? "Change its permissions." : "Give the path of a CSV or Parquet file.",
    );
  }
}
