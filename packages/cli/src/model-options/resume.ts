// Training a network can take minutes; what is done is kept in the output directory until the fit is written, so that
// a run that was killed can go on.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isMmmError, MmmError, type Panel, usageError } from "@mmm/core";
import { writeFileAtomic } from "@mmm/data/node";
import { decodeNetworkCheckpoint, encodeNetworkCheckpoint, type TrainingOptions } from "@mmm/model";
import { versions } from "../runtime/versions.js";

const fileName = "training.safetensors";

/** Gradient steps between two checkpoints. */
const every = 20;

export interface Resumable {
  readonly training: Pick<TrainingOptions, "checkpoint" | "resume">;
  /** What to tell people; null when nothing was asked. */
  readonly told: string | null;
  /** `work`, and when it is cancelled, word of what is kept. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Forget the checkpoint: the fit is written. */
  done(): void;
}

/**
 * @param run everything that decides the numbers of a run besides the panel, as plain data
 * @throws MmmError `CHECKPOINT` when the interrupted run had other data or options
 */
export function resumable(directory: string, panel: Panel, run: object, resume: boolean): Resumable {
  const path = join(directory, fileName);
  const fingerprint = fingerprintOf(panel, run);
  const found = resume && existsSync(path) ? decodeNetworkCheckpoint(readFileSync(path)) : null;
  if (found && found.about !== fingerprint) {
    throw usageError(
      "CHECKPOINT",
      `The interrupted run in ${directory} had other data, options or versions than this one.`,
      "Give the same data and options, or leave --resume out to start from the beginning.",
    );
  }
  const start = `No interrupted run in ${directory}: starting from the beginning.`;
  const goOn = `Going on after ${found?.checkpoint.current.step} steps of stage ${(found?.checkpoint.finished.length ?? 0) + 1}.`;
  return {
    training: {
      checkpoint: {
        every,
        save: (checkpoint) => writeFileAtomic(path, encodeNetworkCheckpoint(checkpoint, fingerprint)),
      },
      ...(found && { resume: found.checkpoint }),
    },
    told: resume ? (found ? goOn : start) : null,
    guard: (work) =>
      work.catch((error) => {
        if (!isMmmError(error) || error.kind !== "cancelled" || !existsSync(path)) throw error;
        throw new MmmError(error.message, {
          code: error.code,
          kind: error.kind,
          fix: `What the network has learned is kept in '${path}'; the same command with --resume goes on from there.`,
        });
      }),
    done: () => rmSync(path, { force: true }),
  };
}

function fingerprintOf({ units, periods, columns, observed, roles }: Panel, run: object): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ units, periods, roles, run, versions: versions() }));
  for (const { name, values } of columns) hash.update(name).update(values);
  return hash.update(observed).digest("hex");
}
