// How sure is each edge? The engine is run again on resampled periods (in blocks) and units; the share of replicates
// that draw an edge is its probability. Replicates are numbered and independent: any range can be run anywhere, stopped
// and continued, and tallies add up to exactly the same numbers.

import {
  type CausalData,
  type CausalEngine,
  type CausalGraph,
  createRandom,
  type DiscoverOptions,
  MmmError,
  type RunHooks,
  throwIfCancelled,
  usageError,
  yieldToEventLoop,
} from "@mmm/core";
import { adjacencyOf, type LagLayer, maxLagOf, weightsOf } from "../graph/adjacency.js";
import { defaultBlockLength, drawRowWeights } from "./draw-weights.js";
import { isResamplable, type Resampler, repeatRows } from "./resampler.js";

export interface BootstrapOptions extends DiscoverOptions {
  /** Default 200. */
  readonly replicates?: number;
  /** Number of the first replicate; ranges of the same seed may be run apart and merged. Default 0. */
  readonly first?: number;
  /** Rows drawn together. Default 1, for temporal data the cube root of the periods per unit. */
  readonly blockLength?: number;
  /** Also draw units with replacement. Default: with 5 units or more. */
  readonly drawUnits?: boolean;
}

/** Counts of drawn edges over replicates; plain data, so it can be stored and continued. */
export interface EdgeTally {
  readonly engine: string;
  readonly nodes: readonly string[];
  readonly seed: number;
  /** Numbers of the replicates counted, ascending. */
  readonly replicates: readonly number[];
  /** Per lag, `[size · size]` sums over replicates: 1 for a drawn edge, ½ each way for an undirected one. */
  readonly counts: readonly (readonly number[])[];
  /** Replicates in which the engine failed (for example a constant column was drawn). */
  readonly failed: number;
}

/**
 * Run a range of replicates.
 *
 * @throws MmmError `CANCELLED`; `BOOTSTRAP_FAILED` when more than half of the replicates fail
 * @example const tally = await bootstrapTally(data, orderBic(), { replicates: 200, seed: 1 });
 */
export async function bootstrapTally(
  data: CausalData,
  engine: CausalEngine,
  options: BootstrapOptions = {},
  hooks?: RunHooks,
): Promise<EdgeTally> {
  const { replicates = 200, first = 0, seed = 0 } = options;
  const sampler = isResamplable(engine) ? engine.resampler(data, options) : null;
  const unitOffsets = sampler?.unitOffsets ?? data.unitOffsets ?? [0, data.rows];
  const rows = sampler?.rows ?? data.rows;
  const units = unitOffsets.length - 1;
  const plan = {
    rows,
    unitOffsets,
    blockLength: options.blockLength ?? defaultBlockLength(data.temporal, rows / units),
    drawUnits: options.drawUnits ?? units >= 5,
  };
  if (!(plan.blockLength >= 1) || !(replicates >= 1)) {
    throw usageError(
      "BOOTSTRAP",
      `Block length and replicates must be 1 or more; got ${plan.blockLength}, ${replicates}.`,
    );
  }
  const size = data.columns.length;
  const counts: number[][] = [];
  const done: number[] = [];
  let failed = 0;
  let lastYield = 0;
  for (let replicate = first; replicate < first + replicates; replicate++) {
    throwIfCancelled(hooks);
    const weights = drawRowWeights(plan, createRandom(seed).split(`bootstrap/${replicate}`));
    const layers = await attempt(() => estimate(engine, sampler, data, weights, options));
    done.push(replicate);
    if (layers) addLayers(counts, layers, size);
    else failed++;
    hooks?.onProgress?.({ phase: "bootstrap", step: replicate - first + 1, total: replicates });
    if (++lastYield % 10 === 0) await yieldToEventLoop();
  }
  if (failed > replicates / 2) {
    throw new MmmError(`The engine '${engine.id}' failed on ${failed} of ${replicates} resampled data sets.`, {
      code: "BOOTSTRAP_FAILED",
      kind: "numerical",
      fix: "Use more rows, fewer columns or lags, or an engine that needs fewer rows, such as 'order-bic'.",
    });
  }
  return { engine: engine.id, nodes: data.columns, seed, replicates: done, counts, failed };
}

/** Add tallies of disjoint replicates of the same run. @throws MmmError `TALLY_MISMATCH` */
export function mergeTallies(first: EdgeTally, second: EdgeTally): EdgeTally {
  const same =
    first.engine === second.engine && first.seed === second.seed && first.nodes.join() === second.nodes.join();
  const overlap = second.replicates.find((replicate) => first.replicates.includes(replicate));
  if (!same || overlap !== undefined) {
    throw usageError(
      "TALLY_MISMATCH",
      overlap !== undefined && same
        ? `Both tallies count replicate ${overlap}.`
        : `The tallies are of different runs: ${first.engine} (seed ${first.seed}) and ${second.engine} (seed ${second.seed}).`,
      "Merge disjoint ranges of one engine, one data set and one seed.",
    );
  }
  const lags = Math.max(first.counts.length, second.counts.length);
  const size = first.nodes.length;
  const counts = Array.from({ length: lags }, (_, lag) =>
    Array.from(
      { length: size * size },
      (_, cell) => (first.counts[lag]?.[cell] ?? 0) + (second.counts[lag]?.[cell] ?? 0),
    ),
  );
  const replicates = [...first.replicates, ...second.replicates].sort((a, b) => a - b);
  return { ...first, replicates, counts, failed: first.failed + second.failed };
}

/** The graph with each pair's probability from a tally: the share of successful replicates that drew it. */
export function withProbabilities(graph: CausalGraph, tally: EdgeTally): CausalGraph {
  const index = new Map(tally.nodes.map((name, position) => [name, position]));
  const size = tally.nodes.length;
  const successes = Math.max(1, tally.replicates.length - tally.failed);
  const edges = graph.edges.map((edge) => {
    const cell = index.get(edge.from)! * size + index.get(edge.to)!;
    return { ...edge, probability: (tally.counts[edge.lag]?.[cell] ?? 0) / successes };
  });
  return Object.freeze({ ...graph, edges });
}

/**
 * Discover a graph and attach bootstrap probabilities to every pair.
 *
 * @param resume a tally of earlier replicates of the same run; only the missing ones are computed
 * @example const graph = await edgeProbabilities(data, orderBic(), { replicates: 500, constraints });
 */
export async function edgeProbabilities(
  data: CausalData,
  engine: CausalEngine,
  options: BootstrapOptions & { readonly resume?: EdgeTally } = {},
  hooks?: RunHooks,
): Promise<CausalGraph> {
  const { resume, replicates = 200 } = options;
  const graph = await engine.discover(data, options, hooks);
  const already = resume?.replicates.length ?? 0;
  if (resume && already >= replicates) return withProbabilities(graph, resume);
  const rest = await bootstrapTally(
    data,
    engine,
    { ...options, first: already, replicates: replicates - already },
    hooks,
  );
  return withProbabilities(graph, resume ? mergeTallies(resume, rest) : rest);
}

async function estimate(
  engine: CausalEngine,
  sampler: Resampler | null,
  data: CausalData,
  weights: Float64Array,
  options: DiscoverOptions,
): Promise<readonly LagLayer[]> {
  if (sampler) return sampler.estimate(weights);
  const drawn =
    engine.capabilities.edges === "contemporaneous" ? repeatRows(data, weights) : runsAsUnits(data, weights);
  const graph = await engine.discover(drawn, options);
  return Array.from({ length: maxLagOf(graph) + 1 }, (_, lag) => ({
    lag,
    weights: weightsOf(graph, { lag }),
    adjacency: adjacencyOf(graph, lag),
  }));
}

/** For engines that build lags themselves: every run of drawn consecutive rows becomes a unit of its own. */
function runsAsUnits(data: CausalData, weights: Float64Array): CausalData {
  const size = data.columns.length;
  const left = weights.slice();
  const offsets = data.unitOffsets ?? [0, data.rows];
  const pieces: Float64Array[] = [];
  const newOffsets = [0];
  for (let unit = 0; unit + 1 < offsets.length; unit++) {
    for (let t = offsets[unit]!; t < offsets[unit + 1]!; ) {
      if (left[t] === 0) {
        t++;
        continue;
      }
      let end = t;
      while (end < offsets[unit + 1]! && left[end]! > 0) left[end++]! -= 1;
      pieces.push(data.values.subarray(t * size, end * size));
      newOffsets.push(newOffsets.at(-1)! + end - t);
    }
  }
  const values = new Float64Array(newOffsets.at(-1)! * size);
  for (const [k, piece] of pieces.entries()) values.set(piece, newOffsets[k]! * size);
  return {
    columns: data.columns,
    rows: newOffsets.at(-1)!,
    values,
    temporal: data.temporal,
    units: pieces.map((_, k) => `run ${k + 1}`),
    unitOffsets: newOffsets,
  };
}

function addLayers(counts: number[][], layers: readonly LagLayer[], size: number): void {
  for (const { lag, adjacency } of layers) {
    while (counts.length <= lag) counts.push(new Array<number>(size * size).fill(0));
    const sums = counts[lag]!;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (!adjacency[i * size + j]) continue;
        const undirected = lag === 0 && adjacency[j * size + i];
        sums[i * size + j]! += undirected ? 0.5 : 1;
      }
    }
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code === "CANCELLED") throw error;
    return null;
  }
}
