// One numbered replicate at a time: rows drawn again, the engine run on them, its edges counted.

import {
  type CausalData,
  type CausalEngine,
  createRandom,
  type DiscoverOptions,
  type RunHooks,
  throwIfCancelled,
  usageError,
} from "@mmm/core";
import { adjacencyOf, type LagLayer, maxLagOf, weightsOf } from "../graph/adjacency.js";
import { defaultBlockLength, drawRowWeights } from "./draw-weights.js";
import { addLayers, type EdgeTally } from "./edge-tally.js";
import { fingerprint } from "./fingerprint.js";
import { isResamplable, type Resampler, repeatRows } from "./resampler.js";

export interface ReplicateOptions extends DiscoverOptions {
  /**
   * Rows drawn together. Default 1, for temporal data the cube root of the periods per unit, and more for engines that
   * build lags themselves.
   */
  readonly blockLength?: number;
  /** Also draw units with replacement. Default: with 5 units or more. */
  readonly drawUnits?: boolean;
}

export interface Replicates {
  /** The tally of no replicate at all. */
  readonly none: EdgeTally;
  /** Run these replicates, without a turn for timers between them. @throws MmmError `CANCELLED` */
  run(numbers: readonly number[], hooks?: RunHooks): Promise<EdgeTally>;
}

/** Everything that replicates of one run share. */
export function prepareReplicates(data: CausalData, engine: CausalEngine, options: ReplicateOptions): Replicates {
  const { seed = 0, constraints } = options;
  const sampler = isResamplable(engine) ? engine.resampler(data, options) : null;
  const unitOffsets = sampler?.unitOffsets ?? data.unitOffsets ?? [0, data.rows];
  const rows = sampler?.rows ?? data.rows;
  const units = unitOffsets.length - 1;
  const ownLags = sampler ? 0 : engine.capabilities.maxLag;
  const blockLength = options.blockLength ?? defaultBlockLength(data.temporal, rows / units, ownLags);
  if (!(blockLength >= 1)) throw usageError("BOOTSTRAP", `The block length must be 1 or more; got ${blockLength}.`);
  const plan = { rows, unitOffsets, blockLength, drawUnits: options.drawUnits ?? units >= 5 };
  const none: EdgeTally = {
    engine: engine.id,
    nodes: data.columns,
    seed,
    run: fingerprint(data, [engine.version, constraints ?? null, unitOffsets, blockLength, plan.drawUnits]),
    replicates: [],
    counts: [],
    failed: 0,
  };
  return {
    none,
    async run(numbers, hooks) {
      const counts: number[][] = [];
      let failed = 0;
      for (const [step, number] of numbers.entries()) {
        throwIfCancelled(hooks);
        const weights = drawRowWeights(plan, createRandom(seed).split(`bootstrap/${number}`));
        const layers = await attempt(() => estimate(engine, sampler, data, weights, options));
        if (layers) addLayers(counts, layers, data.columns.length);
        else failed++;
        hooks?.onProgress?.({ phase: "bootstrap", step: step + 1, total: numbers.length });
      }
      return { ...none, replicates: [...numbers].sort((a, b) => a - b), counts, failed };
    },
  };
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

async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code === "CANCELLED") throw error;
    return null;
  }
}
