// How sure is each edge? The engine is run again on resampled periods (in blocks) and units; the share of replicates
// that draw an edge is its probability. Replicates are numbered and independent: any range can be run anywhere, stopped
// and continued, and tallies add up to exactly the same numbers. For several threads see `bootstrapInWorkers`.

import { type CausalData, type CausalEngine, type CausalGraph, MmmError, type RunHooks, usageError } from "@mmm/core";
import { type EdgeTally, refuseOtherRun, withProbabilities } from "./edge-tally.js";
import { prepareReplicates, type ReplicateOptions } from "./replicates.js";
import { runHere } from "./run-here.js";

export interface BootstrapOptions extends ReplicateOptions {
  /** Default 200. */
  readonly replicates?: number;
  /** Number of the first replicate; ranges of the same seed may be run apart and merged. Default 0. */
  readonly first?: number;
  /** A tally of earlier replicates of the same run: they are not run again, and are part of the result. */
  readonly resume?: EdgeTally;
  /** Hears the tally so far, a few times a second; store it to be able to resume. */
  readonly onTally?: (tally: EdgeTally) => void;
}

/**
 * Run replicates `first … first + replicates − 1`.
 *
 * @throws MmmError `CANCELLED`; `TALLY_MISMATCH` when `resume` is of another run; `BOOTSTRAP_FAILED` when more than half
 * of the replicates fail
 * @example const tally = await bootstrapTally(data, orderBic(), { replicates: 200, seed: 1 });
 */
export async function bootstrapTally(
  data: CausalData,
  engine: CausalEngine,
  options: BootstrapOptions = {},
  hooks?: RunHooks,
): Promise<EdgeTally> {
  const replicates = prepareReplicates(data, engine, options);
  const pieces = { ...outstanding(replicates.none, options), onTally: options.onTally };
  return refuseFailures(await runHere(replicates, pieces, hooks));
}

/** What `resume` has, and the replicates that are still to be run. */
export function outstanding(
  none: EdgeTally,
  { replicates = 200, first = 0, resume }: BootstrapOptions,
): { readonly tally: EdgeTally; readonly missing: readonly number[] } {
  if (!(replicates >= 1)) throw usageError("BOOTSTRAP", `There must be 1 replicate or more; got ${replicates}.`);
  if (resume) refuseOtherRun(none, resume);
  const done = new Set(resume?.replicates);
  const wanted = Array.from({ length: replicates }, (_, k) => first + k);
  return { tally: resume ?? none, missing: wanted.filter((number) => !done.has(number)) };
}

/** @throws MmmError `BOOTSTRAP_FAILED` */
export function refuseFailures(tally: EdgeTally): EdgeTally {
  const { engine, failed, replicates } = tally;
  if (failed <= replicates.length / 2) return tally;
  throw new MmmError(`The engine '${engine}' failed on ${failed} of ${replicates.length} resampled data sets.`, {
    code: "BOOTSTRAP_FAILED",
    kind: "numerical",
    fix: "Use more rows, fewer columns or lags, or an engine that needs fewer rows, such as 'order-bic'.",
  });
}

/**
 * Discover a graph and attach bootstrap probabilities to every pair.
 *
 * @example const graph = await edgeProbabilities(data, orderBic(), { replicates: 500, constraints });
 */
export async function edgeProbabilities(
  data: CausalData,
  engine: CausalEngine,
  options: BootstrapOptions = {},
  hooks?: RunHooks,
): Promise<CausalGraph> {
  const graph = await engine.discover(data, options, hooks);
  return withProbabilities(graph, await bootstrapTally(data, engine, options, hooks));
}
