// Writing files so that a reader never sees half of one: into a temporary file in the same directory, flushed to disk,
// then renamed over the target.

import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isMmmError, type MmmError, usageError } from "@mmm/core";

let counter = 0;

/**
 * Write a file completely or not at all. Missing directories are made; an existing file is replaced. When anything
 * fails, the old file is untouched and no temporary file is left.
 *
 * @throws MmmError `CANNOT_WRITE` (kind `usage`) naming the path and the reason
 * @example writeFileAtomic("out/result.json", JSON.stringify(result));
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  writeFilesAtomic(dirname(path), { [basename(path)]: data });
}

/**
 * {@link writeFileAtomic} for files that belong together: all are on disk before the first one gets its name.
 *
 * @param files contents by file name
 * @throws MmmError `CANNOT_WRITE`; none of the files has changed then, unless the renaming itself fails half-way
 * @example writeFilesAtomic("out", { "result.json": json, "report.html": html });
 */
export function writeFilesAtomic(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  const staged = Object.entries(files).map(([name, data]) => ({
    data,
    path: join(directory, name),
    temporary: join(directory, `.${name}.${process.pid}.${counter++}.tmp`),
  }));
  let current = staged[0]?.path ?? directory;
  try {
    mkdirSync(directory, { recursive: true });
    for (const { path, temporary, data } of staged) {
      current = path;
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cannotWrite(path, { code: "EISDIR" });
      const file = openSync(temporary, "wx");
      try {
        writeFileSync(file, data);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    for (const { path, temporary } of staged) {
      current = path;
      renameSync(temporary, path);
    }
  } catch (cause) {
    for (const { temporary } of staged) {
      try {
        rmSync(temporary, { force: true });
      } catch {
        // The directory itself is not usable; the first error says why.
      }
    }
    throw isMmmError(cause) ? cause : cannotWrite(current, cause as NodeJS.ErrnoException);
  }
}

/**
 * Refuse a directory that cannot be written to before long work begins. Makes nothing: a directory that does not exist
 * is judged by the nearest one above it that does.
 *
 * @throws MmmError `CANNOT_WRITE`
 */
export function checkWritable(directory: string): void {
  try {
    let existing = resolve(directory);
    while (!statSync(existing, { throwIfNoEntry: false }) && dirname(existing) !== existing) {
      existing = dirname(existing);
    }
    if (!statSync(existing).isDirectory()) throw cannotWrite(directory, { code: "ENOTDIR" });
    accessSync(existing, constants.W_OK);
  } catch (cause) {
    throw isMmmError(cause) ? cause : cannotWrite(directory, cause as NodeJS.ErrnoException);
  }
}

const reasons: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  EACCES: ["permission denied", "Choose a directory you may write to, or change its permissions."],
  EPERM: ["permission denied", "Choose a directory you may write to, or change its permissions."],
  EROFS: ["the file system is read-only", "Choose a directory on another file system."],
  ENOTDIR: ["a part of the path is a file, not a directory", "Choose another path, or move that file away."],
  EEXIST: ["a part of the path is a file, not a directory", "Choose another path, or move that file away."],
  EISDIR: ["it is a directory", "Name a file, or remove the directory."],
  ENOTEMPTY: ["it is a directory", "Name a file, or remove the directory."],
  ENOSPC: ["the disk is full", "Free some space or choose another disk."],
  EDQUOT: ["the disk quota is used up", "Free some space or choose another disk."],
  ENAMETOOLONG: ["the name is too long", "Choose a shorter name."],
};

function cannotWrite(path: string, cause: Partial<NodeJS.ErrnoException>): MmmError {
  const [why, fix] = reasons[cause.code ?? ""] ?? [cause.message ?? "unknown reason", "Choose another path."];
  return usageError("CANNOT_WRITE", `Cannot write '${path}': ${why}.`, fix);
}
