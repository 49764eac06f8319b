// Writing files so that a reader never sees half of one: into a temporary file in the same directory, flushed to disk,
// then renamed over the target.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type MmmError, usageError } from "@mmm/core";

let counter = 0;

/**
 * Write a file completely or not at all. Missing directories are made; an existing file is replaced. When anything
 * fails, the old file is untouched and no temporary file is left.
 *
 * @throws MmmError `CANNOT_WRITE` (kind `usage`) naming the path and the reason
 * @example writeFileAtomic("out/result.json", JSON.stringify(result));
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${process.pid}.${counter++}.tmp`);
  try {
    mkdirSync(directory, { recursive: true });
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The directory itself is not usable; the first error says why.
    }
    throw cannotWrite(path, cause as NodeJS.ErrnoException);
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

function cannotWrite(path: string, cause: NodeJS.ErrnoException): MmmError {
  const [why, fix] = reasons[cause.code ?? ""] ?? [cause.message, "Choose another path."];
  return usageError("CANNOT_WRITE", `Cannot write '${path}': ${why}.`, fix);
}
