// The training step that every engine is measured on: a GRU gives time-varying effects of channels, whose activity
// goes through learned carryover and saturation and a learned graph between channels; Huber loss, acyclicity and
// sparsity penalties; gradients of all parameters; one Adam update.

import { createRandom } from "@mmm/core";
import {
  acyclicityTraceExponential,
  adam,
  applyUpdates,
  type GradientTransformation,
  type GruParams,
  gru,
  hill,
  lagConvolve,
  mapTree,
  type NdArray,
  ndArray,
  type StepResult,
  sizeOf,
  type TensorTree,
  type UnitAxes,
  valueAndGrad,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

export interface Size {
  readonly units: number;
  readonly periods: number;
  readonly channels: number;
  readonly controls: number;
  readonly hidden: number;
}

export const sizes: Readonly<Record<"S" | "W" | "L", Size>> = {
  S: { units: 1, periods: 156, channels: 8, controls: 4, hidden: 32 },
  W: { units: 190, periods: 109, channels: 13, controls: 7, hidden: 64 },
  L: { units: 2000, periods: 156, channels: 20, controls: 7, hidden: 64 },
};

export type SizeName = keyof typeof sizes;

/** Parameters shared by all units, and one intercept per unit. */
export type Params<Leaf = Tensor> = {
  readonly gru: { readonly [K in keyof GruParams]: Leaf };
  readonly head: { readonly weights: Leaf; readonly bias: Leaf };
  readonly decay: Leaf;
  readonly slope: Leaf;
  readonly half: Leaf;
  readonly graph: Leaf;
  readonly controls: Leaf;
  readonly intercept: Leaf;
};

export type Data<Leaf = Tensor> = { readonly media: Leaf; readonly controls: Leaf; readonly kpi: Leaf };

/** Where the units lie. */
export const unitAxes: UnitAxes = { params: { intercept: 0 }, data: { media: 1, controls: 1, kpi: 1 } };

export interface Workload {
  readonly size: Size;
  readonly params: Params<NdArray>;
  readonly data: Data<NdArray>;
}

/** Seeded data and parameters. */
export function makeWorkload(size: Size, seed = 1): Workload {
  const random = createRandom(seed);
  const { units, periods, channels, controls, hidden } = size;
  const fill = (shape: readonly number[], draw: () => number): NdArray =>
    ndArray(Float32Array.from({ length: sizeOf(shape) }, draw), shape);
  const normal = (shape: readonly number[], scale: number): NdArray => fill(shape, () => scale * random.normal());
  const bound = 1 / Math.sqrt(hidden);
  const features = channels + controls;
  return {
    size,
    params: {
      gru: {
        inputWeights: normal([3 * hidden, features], bound),
        hiddenWeights: normal([3 * hidden, hidden], bound),
        inputBias: normal([3 * hidden], bound),
        hiddenBias: normal([3 * hidden], bound),
      },
      head: { weights: normal([hidden, channels], bound), bias: normal([channels], 0.1) },
      decay: normal([channels], 0.3),
      slope: normal([channels], 0.3),
      half: normal([channels], 0.3),
      graph: normal([channels, channels], 0.1),
      controls: normal([controls], 0.1),
      intercept: normal([units], 0.1),
    },
    data: {
      media: fill([periods, units, channels], () => random.gamma(2) / 2),
      controls: normal([periods, units, controls], 1),
      kpi: normal([periods, units], 1),
    },
  };
}

/**
 * Mean loss of one set of units plus the penalties.
 *
 * @param share weight of the penalties: the part of all units that this call sees, so that the weighted losses of
 *   shards add up to the loss of the whole
 */
export function objective(params: Params, data: Data): Tensor {
  const [periods, units, channels] = data.media.shape as [number, number, number];
  const hidden = params.gru.hiddenWeights.shape[1]!;
  const states = gru(tf.concat([data.media, data.controls], 2), params.gru);
  const rows = tf.reshape(states, [periods * units, hidden]);
  const effects = tf.reshape(
    tf.softplus(tf.add(tf.matMul(rows, params.head.weights as tf.Tensor2D), params.head.bias)),
    [periods, units, channels],
  );
  const lags = tf.reshape(tf.range(0, periods), [periods, 1]);
  const carried = lagConvolve(data.media, tf.exp(tf.mul(lags, tf.neg(tf.softplus(tf.neg(params.decay))))));
  const saturated = hill(carried, tf.add(tf.softplus(params.slope), 0.5), tf.softplus(params.half));
  const edges = tf.mul(params.graph, tf.sub(1, tf.eye(channels))) as tf.Tensor2D;
  const induced = tf.reshape(tf.matMul(tf.reshape(saturated, [periods * units, channels]), edges), carried.shape);
  const media = tf.sum(tf.mul(effects, tf.add(saturated, induced)), 2);
  const other = tf.sum(tf.mul(data.controls, params.controls), 2);
  const residual = tf.sub(tf.add(tf.add(media, other), params.intercept), data.kpi);
  const clipped = tf.clipByValue(residual, -1, 1);
  const huber = tf.mean(tf.mul(clipped, tf.sub(residual, tf.mul(clipped, 0.5))));
  const cycles = tf.mul(acyclicityTraceExponential(edges, { squarings: 0 }), 0.1);
  return tf.add(huber, tf.add(cycles, tf.mul(tf.sum(tf.abs(edges)), 1e-3)));
}

export type State<Leaf = Tensor> = { readonly params: Params<Leaf>; readonly optimiser: TensorTree };

export const optimiser: GradientTransformation = adam({ learningRate: 0.01 });

/** The whole training step. */
export function trainingStep(state: State, data: Data): StepResult<State, { readonly loss: Tensor }> {
  const { value, gradient } = valueAndGrad(objective)(state.params, data);
  const { updates, state: next } = optimiser.update(gradient, state.optimiser, state.params);
  return { state: { params: applyUpdates(state.params, updates), optimiser: next }, outputs: { loss: value } };
}

/** State before the first step, as plain arrays. */
export function initialState(params: Params<NdArray>): State<NdArray> {
  const zeros = (): unknown =>
    mapTree(params, ({ data, shape }: NdArray) => ndArray(new Float32Array(data.length), shape));
  const adamState = { weight1: ndArray(0), weight2: ndArray(0), mean: zeros(), square: zeros() };
  return { params, optimiser: { "0": adamState, "1": {} } as never };
}
