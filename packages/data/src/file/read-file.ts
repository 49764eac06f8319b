// Reading tables from disk. Node only; everything that interprets the bytes is in the main entry.

import { readFileSync } from "node:fs";
import { type Panel, usageError } from "@mmm/core";
import type { LiftTest } from "../lift-tests/lift-test.js";
import { type ReadLiftTestsOptions, readLiftTests } from "../lift-tests/read-lift-tests.js";
import { type LoadedPanel, type LoadPanelOptions, loadPanel } from "../panel/load-panel.js";
import { type ReadTableOptions, readTable } from "../table/read-table.js";
import type { Table } from "../table/table.js";

export type { LoadedPanel };

/**
 * {@link readTable} for a path.
 *
 * @throws MmmError `CANNOT_READ` when the file is absent, a directory or not readable; else as `readTable`
 */
export function readTableFile(path: string, options: Omit<ReadTableOptions, "file"> = {}): Table {
  return readTable(readBytes(path), { ...options, file: path });
}

/** {@link loadPanel} for a path. */
export function loadPanelFile(path: string, options: Omit<LoadPanelOptions, "file"> = {}): LoadedPanel {
  return loadPanel(readBytes(path), { ...options, file: path });
}

/** {@link readLiftTests} for a path. */
export function readLiftTestsFile(
  path: string,
  panel: Panel,
  options: Omit<ReadLiftTestsOptions, "file"> = {},
): LiftTest[] {
  return readLiftTests(readBytes(path), panel, { ...options, file: path });
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
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
      code === "EACCES" || code === "EPERM" ? "Change its permissions." : "Give the path of a CSV file.",
    );
  }
}
