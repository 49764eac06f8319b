// What the layer learns: a variational posterior of edges and effects, and the shape of the channels' dynamics.

import type { Random } from "@mmm/core";
import { gumbelSoftmax } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { LayerSettings } from "./settings.js";

export type GrangerLayerParams = {
  /** Log odds of the edges, cause first: [C, C], or [units, C, C]. */
  readonly logits: Tensor;
  /** Posterior mean and log standard deviation of the effects, cause first, [C, C]. */
  readonly effect: Tensor;
  readonly effectLogSd: Tensor;
  /** tanh of it is the share of a channel's own last period that stays, [C]. */
  readonly memory: Tensor;
  readonly bias: Tensor;
  readonly logScale: Tensor;
  /** Log odds of the share carried over from one period to the next, [C]. */
  readonly decay: Tensor;
  /** Softplus of it is how strongly a channel's effect bends, [C]. */
  readonly bend: Tensor;
  /** Layers with units only: log odds of the clusters' edges, [clusters, C·C], and unnormalised log shares, [clusters]. */
  readonly prior?: Tensor;
  readonly share?: Tensor;
};

/** Where bend and decay start, and where their priors are centred. */
export const usualBend = -1;
export const usualDecay = -1;

export function initLayer({ size, units, clusters, edgePrior }: LayerSettings, random: Random): GrangerLayerParams {
  const draw = (shape: number[], scale: number): Tensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Float32Array.from({ length: count }, () => scale * random.normal()),
      shape,
    );
  };
  const priorLogit = Math.log(edgePrior / (1 - edgePrior));
  return {
    logits: tf.zeros(units ? [units.length, size, size] : [size, size]),
    effect: draw([size, size], 0.01),
    effectLogSd: tf.fill([size, size], Math.log(0.1)),
    memory: tf.zeros([size]),
    bias: tf.zeros([size]),
    logScale: tf.zeros([size]),
    decay: tf.fill([size], usualDecay),
    bend: tf.fill([size], usualBend),
    ...(units && { prior: tf.add(priorLogit, draw([clusters, size * size], clusters > 1 ? 0.5 : 0)) }),
    ...(units && { share: tf.zeros([clusters]) }),
  };
}

/** [C, C] of 1 and 0: edges that are neither forbidden nor required. */
export function freeEdges({ size, rules }: LayerSettings): Tensor {
  return marks(
    rules.allowed.map((mark, e) => (rules.required[e] ? 0 : mark)),
    size,
  );
}

/** Probabilities of the edges, forbidden ones at 0 and required ones at 1; shape of the logits. */
export function edgeProbabilities(params: GrangerLayerParams, settings: LayerSettings): Tensor {
  return within(tf.sigmoid(params.logits), settings);
}

/** One Gumbel-softmax sample of the edges. */
export function sampledEdges(params: GrangerLayerParams, settings: LayerSettings, key: Tensor): Tensor {
  const { temperature, straightThrough } = settings;
  const { shape } = params.logits;
  const pairs = tf.stack([params.logits, tf.zerosLike(params.logits)], -1);
  const draw = gumbelSoftmax(pairs, key, { temperature, hard: straightThrough, stream: "edges" });
  const present = tf.slice(draw, [...shape.map(() => 0), 0], [...shape, 1]);
  return within(tf.reshape(present, shape), settings);
}

/** κ, [C]. */
export function bendOf(params: GrangerLayerParams): Tensor {
  return tf.add(tf.softplus(params.bend), 1e-3);
}

/** w_l ∝ δ^l, last period first, [lags, C]. */
export function lagWeights(params: GrangerLayerParams, { lags }: LayerSettings): Tensor {
  const order = tf.tensor2d(
    Float32Array.from({ length: lags }, (_, lag) => lag),
    [lags, 1],
  );
  return tf.transpose(tf.softmax(tf.transpose(tf.mul(order, tf.neg(tf.softplus(tf.neg(params.decay)))))));
}

const marks = (values: ArrayLike<number>, size: number): Tensor => tf.tensor2d(Float32Array.from(values), [size, size]);

const within = (edges: Tensor, settings: LayerSettings): Tensor =>
  tf.add(tf.mul(edges, freeEdges(settings)), marks(settings.rules.required, settings.size));
