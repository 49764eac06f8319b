// A causal layer as a source of the graph: trained by its own likelihood, with the multipliers of the acyclicity raised
// as it goes, on standardised activity.

import { drawRowWeights } from "@mmm/causal";
import { type CausalConstraints, type CausalGraph, createRandom, type Random, throwIfCancelled } from "@mmm/core";
import {
  adam,
  type CausalLayer,
  leavesOf,
  type NdArray,
  ndArray,
  type ParameterTree,
  setupBackend,
  type TensorEngine,
  train,
} from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { defaultEngine } from "../network/engine.js";
import type { GraphLearner } from "./types.js";

/** What a layer is made for. */
export interface LayerTask {
  readonly channels: readonly string[];
  readonly constraints?: CausalConstraints;
  /** Units × periods with data. */
  readonly cells: number;
}

export interface LayerTraining {
  /** Most periods back that the layer looks. Default 0. */
  readonly lags?: number;
  /** Rounds of training between which the multipliers are raised. Default 10. */
  readonly rounds?: number;
  /** Steps of Adam per round. Default 100. */
  readonly steps?: number;
  /** Default 0.03. */
  readonly learningRate?: number;
  /** Default: that of the fit, else ONNX in Node and tfjs on WebAssembly elsewhere. */
  readonly engine?: TensorEngine;
  /** Acyclicity at which training ends early. Default 1e-4. */
  readonly tolerance?: number;
  /** Times that the layer is trained on resampled rows; 0: edges without probabilities. Default 20. */
  readonly replicates?: number;
}

const usual = { rounds: 10, steps: 100, learningRate: 0.03 };

/** Training of a replicate: shorter, because only the presence of edges is asked. */
const shorter = { rounds: 4, steps: 50, learningRate: 0.06 };

/**
 * Learn the graph with a layer.
 *
 * Maximises the mean log likelihood of the channels given their parents minus the layer's penalty, and raises the
 * layer's multipliers after each round. Trained again, more briefly, on resampled rows; the probability of an edge is the
 * part of these replicates that have it.
 *
 * @param make the layer for the channels at hand
 * @example
 * const fit = await fitStructural(panel, { graph: layerGraph((task) => notearsLayer(task)) });
 */
export function layerGraph<Params extends ParameterTree>(
  make: (task: LayerTask) => CausalLayer<Params>,
  { engine, lags = 0, replicates = 20, tolerance = 1e-4, ...training }: LayerTraining = {},
): GraphLearner {
  return {
    id: "layer",
    lags,
    async learn(data, { seed = 0, constraints, engine: given }, hooks) {
      const runner = engine ?? given ?? (await defaultEngine());
      await setupBackend("cpu");
      const layer = make({ channels: data.columns, cells: data.rows, ...(constraints && { constraints }) });
      const unitOffsets = data.unitOffsets ?? [0, data.rows];
      const fitted = async (
        weights: Float64Array | null,
        random: Random,
        { rounds, steps, learningRate }: typeof shorter,
      ): Promise<CausalGraph> => {
        const runs = stack(data.values, data.columns.length, unitOffsets, weights);
        let params = layer.init(random);
        let multipliers = layer.initialMultipliers;
        for (let round = 0; round < rounds; round++) {
          throwIfCancelled(hooks);
          const trained = await train({
            engine: runner,
            objective: (free: Params, { alpha, rho, activity, observed }: Inputs, key) =>
              tf.sub(
                layer.penalty(free, { alpha, rho }),
                layer.apply(free, { activity, observed, key }, undefined).logLikelihood,
              ),
            params: params as never,
            data: { ...runs, alpha: ndArray([multipliers.alpha], []), rho: ndArray([multipliers.rho], []) },
            optimiser: adam({ learningRate }),
            steps,
          });
          for (const tensor of leavesOf(params) as tf.Tensor[]) tensor.dispose();
          params = tensors(trained.params) as Params;
          const h = tf.tidy(() => layer.acyclicity(params).dataSync()[0]!);
          if (h < tolerance && round > 1) break;
          multipliers = layer.nextMultipliers(multipliers, h);
        }
        const graph = layer.graph(params);
        for (const tensor of leavesOf(params) as tf.Tensor[]) tensor.dispose();
        return graph;
      };

      const total = 1 + replicates;
      const report = (step: number): void => hooks?.onProgress?.({ phase: "graph", step, total, message: layer.name });
      report(0);
      const graph = await fitted(null, createRandom(seed).split("layer"), { ...usual, ...training });
      if (replicates === 0) return graph;
      const units = unitOffsets.length - 1;
      const blockLength = Math.max(1, Math.ceil(Math.cbrt(data.rows / units)));
      const plan = { rows: data.rows, unitOffsets, blockLength, drawUnits: units >= 5 };
      const counts = graph.edges.map(() => 0);
      for (let k = 0; k < replicates; k++) {
        report(1 + k);
        const random = createRandom(seed).split(`layer/${k}`);
        const { edges } = await fitted(drawRowWeights(plan, random), random, shorter);
        graph.edges.forEach(({ from, to, lag }, i) => {
          if (edges.some((edge) => edge.selected && edge.from === from && edge.to === to && edge.lag === lag)) {
            counts[i]!++;
          }
        });
      }
      report(total);
      return { ...graph, edges: graph.edges.map((edge, i) => ({ ...edge, probability: counts[i]! / replicates })) };
    },
  };
}

type Inputs = Readonly<Record<"activity" | "observed" | "alpha" | "rho", tf.Tensor>>;

/**
 * Units of different length as `[units, longest, columns]` with the weight of each cell; columns divided by their
 * standard deviation.
 */
function stack(values: Float64Array, columns: number, offsets: readonly number[], weights: Float64Array | null) {
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
        observed[cell] = weights === null ? 1 : weights[i]!;
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
