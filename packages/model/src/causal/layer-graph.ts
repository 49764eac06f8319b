// A causal layer as a source of the graph: trained by its own likelihood, with the multipliers of the acyclicity raised
// as it goes, on standardised activity.

import { type CausalConstraints, type CausalGraph, createRandom, type Random, throwIfCancelled } from "@mmm/core";
import {
  adam,
  eagerEngine,
  leavesOf,
  type NdArray,
  ndArray,
  type ParameterTree,
  setupBackend,
  type TensorEngine,
  train,
} from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { GraphLearner } from "./types.js";

/** What is needed of a layer; `notearsLayer` of @mmm/causal-notears has it. */
export interface GraphLayer<Params extends ParameterTree> {
  readonly name: string;
  init(random: Random): Params;
  apply(
    params: Params,
    input: { readonly activity: tf.Tensor; readonly observed?: tf.Tensor },
    context: undefined,
  ): { readonly logLikelihood: tf.Tensor };
  acyclicity(params: Params): tf.Tensor;
  penalty(params: Params, multipliers: { readonly alpha: tf.Tensor; readonly rho: tf.Tensor }): tf.Tensor;
  graph(params: Params): CausalGraph;
}

export interface LayerTraining {
  /** Rounds of training between which the multipliers are raised. Default 10. */
  readonly rounds?: number;
  /** Steps of Adam per round. Default 100. */
  readonly steps?: number;
  /** Default 0.03. */
  readonly learningRate?: number;
  /** Default: the eager engine on the CPU. */
  readonly engine?: TensorEngine;
  /** Acyclicity at which training ends early. Default 1e-4. */
  readonly tolerance?: number;
}

/**
 * Learn the graph with a layer.
 *
 * Maximises the mean log likelihood of the channels given their parents minus the layer's penalty; after each round
 * α ← α + ρ h and ρ ← 10 ρ while h does not fall to a quarter.
 *
 * @param make the layer for the channels at hand, under constraints
 * @example
 * const graph = layerGraph((channels, constraints) => notearsLayer({ channels, ...(constraints && { constraints }) }));
 * const fit = await fitStructural(panel, { graph });
 */
export function layerGraph<Params extends ParameterTree>(
  make: (channels: readonly string[], constraints: CausalConstraints | undefined) => GraphLayer<Params>,
  { rounds = 10, steps = 100, learningRate = 0.03, tolerance = 1e-4, engine }: LayerTraining = {},
): GraphLearner {
  return {
    id: "layer",
    async learn(data, { seed = 0, constraints }, hooks) {
      await setupBackend("cpu");
      const layer = make(data.columns, constraints);
      const runs = stack(data.values, data.columns.length, data.unitOffsets ?? [0, data.rows]);
      let params = layer.init(createRandom(seed).split("layer"));
      let alpha = 0;
      let rho = 1;
      let before = Number.POSITIVE_INFINITY;
      for (let round = 0; round < rounds; round++) {
        throwIfCancelled(hooks);
        hooks?.onProgress?.({ phase: "graph", step: round, total: rounds, message: layer.name });
        const trained = await train({
          engine: engine ?? eagerEngine({ backend: "cpu" }),
          objective: (free: Params, given: Inputs) =>
            tf.sub(
              layer.penalty(free, { alpha: given.alpha, rho: given.rho }),
              layer.apply(free, { activity: given.activity, observed: given.observed }, undefined).logLikelihood,
            ),
          params: params as never,
          data: { ...runs, alpha: ndArray([alpha], []), rho: ndArray([rho], []) },
          optimiser: adam({ learningRate }),
          steps,
        });
        for (const tensor of leavesOf(params) as tf.Tensor[]) tensor.dispose();
        params = tensors(trained.params) as Params;
        const h = tf.tidy(() => layer.acyclicity(params).dataSync()[0]!);
        if (h < tolerance && round > 1) break;
        if (h > 0.25 * before) rho = Math.min(1e6, 10 * rho);
        alpha += rho * h;
        before = h;
      }
      return layer.graph(params);
    },
  };
}

type Inputs = Readonly<Record<"activity" | "observed" | "alpha" | "rho", tf.Tensor>>;

/** Units of different length as `[units, longest, columns]` with a mask; columns divided by their standard deviation. */
function stack(values: Float64Array, columns: number, offsets: readonly number[]) {
  const units = offsets.length - 1;
  const longest = Math.max(...offsets.slice(1).map((end, u) => end - offsets[u]!));
  const activity = new Float32Array(units * longest * columns);
  const observed = new Float32Array(units * longest);
  const rows = values.length / columns;
  for (let c = 0; c < columns; c++) {
    let square = 0;
    for (let i = 0; i < rows; i++) square += values[i * columns + c]! ** 2;
    const scale = Math.sqrt(square / rows);
    for (let u = 0; u < units; u++) {
      for (let i = offsets[u]!; i < offsets[u + 1]!; i++) {
        const cell = u * longest + i - offsets[u]!;
        activity[cell * columns + c] = values[i * columns + c]! / scale;
        observed[cell] = 1;
      }
    }
  }
  return { activity: ndArray(activity, [units, longest, columns]), observed: ndArray(observed, [units, longest]) };
}

function tensors(tree: unknown): ParameterTree {
  const isArray = (value: unknown): value is NdArray => typeof value === "object" && value !== null && "shape" in value;
  if (isArray(tree)) return tf.tensor(tree.data as Float32Array, [...tree.shape]) as unknown as ParameterTree;
  return Object.fromEntries(
    Object.entries(tree as Record<string, unknown>).map(([name, value]) => [name, tensors(value)]),
  ) as unknown as ParameterTree;
}
