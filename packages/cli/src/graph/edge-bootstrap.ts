// Edge probabilities of `mmm graph`: on all processors, and kept in the output directory while they are computed, so
// that a run that was stopped goes on where it ended.

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { EdgeTally } from "@mmm/causal";
import { bootstrapInWorkers } from "@mmm/causal/node";
import { type CausalConstraints, type CausalData, isMmmError, MmmError, type RunHooks } from "@mmm/core";
import { writeFileAtomic } from "@mmm/data/node";
import { z } from "zod";
import { engineInThread } from "./engine-list.js";

export interface EdgeBootstrapOptions {
  readonly replicates: number;
  readonly workers: number | undefined;
  readonly lags: number | undefined;
  readonly seed: number;
  readonly constraints: CausalConstraints | undefined;
  readonly checkpoint: Checkpoint;
}

/** The tally of the replicates that are done. */
export async function bootstrapEdges(
  engine: string,
  data: CausalData,
  options: EdgeBootstrapOptions,
  hooks: RunHooks,
): Promise<EdgeTally> {
  const { replicates, workers, lags, seed, constraints, checkpoint } = options;
  const common = {
    replicates,
    seed,
    ...(workers !== undefined && { workers }),
    ...(constraints && { constraints }),
    onTally: checkpoint.keep,
  };
  const run = (resume: EdgeTally | null): Promise<EdgeTally> =>
    bootstrapInWorkers(data, engineInThread(engine, { lags }), { ...common, ...(resume && { resume }) }, hooks);
  const afresh = (): Promise<EdgeTally> => {
    checkpoint.forget();
    return run(null);
  };
  try {
    const earlier = checkpoint.read();
    if (earlier === null || earlier.replicates.some((number) => number >= replicates)) return await afresh();
    return await run(earlier).catch((error) => {
      if (isMmmError(error) && error.code === "TALLY_MISMATCH") return afresh();
      throw error;
    });
  } catch (error) {
    const kept = isMmmError(error) && error.kind === "cancelled" ? checkpoint.write() : 0;
    if (kept === 0) throw error;
    throw new MmmError("The run was cancelled.", {
      code: "CANCELLED",
      kind: "cancelled",
      fix: `${kept} of ${replicates} resampled data sets are kept in '${checkpoint.path}'; the same command goes on from there.`,
    });
  }
}

export interface Checkpoint {
  readonly path: string;
  /** The tally of an earlier run with the same key, or null. */
  read(): EdgeTally | null;
  /** Remember a tally; written at most once a second. */
  keep(tally: EdgeTally): void;
  /** Write what is remembered now; returns the number of replicates on disk. */
  write(): number;
  /** Forget the tally and remove the file. */
  forget(): void;
}

const fileSchema = z.strictObject({
  schema: z.literal("mmm.bootstrap/v1"),
  key: z.string(),
  tally: z.strictObject({
    engine: z.string(),
    nodes: z.array(z.string()),
    seed: z.number(),
    run: z.string(),
    replicates: z.array(z.number()),
    counts: z.array(z.array(z.number())),
    failed: z.number(),
  }),
});

/**
 * `bootstrap.json` in the output directory, written atomically.
 *
 * @param key what else must be the same for its replicates to count: the settings of the engine
 */
export function createCheckpoint(directory: string, key: string): Checkpoint {
  const path = join(directory, "bootstrap.json");
  let latest: EdgeTally | null = null;
  let written = performance.now();
  const write = (): number => {
    if (latest) writeFileAtomic(path, `${JSON.stringify({ schema: "mmm.bootstrap/v1", key, tally: latest })}\n`);
    return latest?.replicates.length ?? 0;
  };
  return {
    path,
    read() {
      try {
        const file = fileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
        latest = file.key === key ? file.tally : null;
      } catch {
        latest = null;
      }
      return latest;
    },
    keep(tally) {
      latest = tally;
      if (performance.now() - written < 1000) return;
      write();
      written = performance.now();
    },
    write,
    forget() {
      latest = null;
      rmSync(path, { force: true });
    },
  };
}
