// The two sides of the layer's bound: how well the channels are explained, and what edges, effects and shapes cost.

import { usageError } from "@mmm/core";
import { type CausalLayer, randomNormal, standardNoise } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { effectDivergence, mixtureDivergence } from "../variational/divergence.js";
import {
  bendOf,
  edgeProbabilities,
  freeEdges,
  type GrangerLayerParams,
  lagWeights,
  sampledEdges,
  usualBend,
  usualDecay,
} from "./posterior.js";
import { bent, carriedPast, combine } from "./propagate.js";
import type { LayerSettings } from "./settings.js";

type Apply = CausalLayer<GrangerLayerParams>["apply"];

/** Mean log likelihood per cell; expected over edges and effects without a key, of one sample with one. */
export function explain(
  params: GrangerLayerParams,
  { activity, observed, key }: Parameters<Apply>[1],
  settings: LayerSettings,
): ReturnType<Apply> {
  const { size, lags, units, noise } = settings;
  const [unitCount, periods] = activity.shape as [number, number, number];
  if (units && units.length !== unitCount) {
    throw usageError("UNIT_COUNT", `The activity has ${unitCount} units, the layer names ${units.length}.`);
  }
  const kept = periods - lags;
  const tail = (x: Tensor): Tensor => tf.slice(x, [0, lags, 0], [unitCount, kept, size]);
  const sources = tail(bent(carriedPast(activity, lagWeights(params, settings)), bendOf(params)));
  const own = tf.mul(tf.slice(activity, [0, lags - 1, 0], [unitCount, kept, size]), tf.tanh(params.memory));
  const base = tf.add(own, params.bias);
  const spread = tf.exp(params.effectLogSd);
  let mean: Tensor;
  let square: Tensor;
  if (key) {
    const effect = tf.add(params.effect, tf.mul(spread, randomNormal(key, [size, size], { stream: "effects" })));
    mean = tf.add(base, combine(sources, tf.mul(sampledEdges(params, settings, key), effect)));
    square = tf.square(tf.sub(tail(activity), mean));
  } else {
    const present = edgeProbabilities(params, settings);
    const expected = tf.mul(present, params.effect);
    const second = tf.mul(present, tf.add(tf.square(params.effect), tf.square(spread)));
    mean = tf.add(base, combine(sources, expected));
    const variance = combine(tf.square(sources), tf.sub(second, tf.square(expected)));
    square = tf.add(tf.square(tf.sub(tail(activity), mean)), variance);
  }
  const scaled = tf.mul(square, tf.exp(tf.mul(params.logScale, -2)));
  const perCell = tf.sum(tf.sub(standardNoise(scaled, noise), params.logScale), 2);
  if (!observed) return { explained: mean, logLikelihood: tf.mean(perCell) };
  const counts = tf.slice(observed, [0, lags], [unitCount, kept]);
  return { explained: mean, logLikelihood: tf.div(tf.sum(tf.mul(perCell, counts)), tf.sum(counts)) };
}

/** Divergence of the posterior from its prior, per cell. */
export function price(params: GrangerLayerParams, settings: LayerSettings): Tensor {
  const { size, units, edgePrior, slab, cells } = settings;
  const counted = tf.reshape(freeEdges(settings), [size * size]);
  const graphs = tf.reshape(params.logits, [-1, size * size]);
  const absent = tf.log(tf.add(tf.sub(1, edgeProbabilities(params, settings)), 1e-7));
  // An effect that no unit uses keeps its prior.
  const used = units ? tf.sub(1, tf.exp(tf.sum(absent, 0))) : edgeProbabilities(params, settings);
  const effects = tf.sum(tf.mul(used, effectDivergence(params.effect, params.effectLogSd, slab)));
  let edges: Tensor;
  if (units) {
    edges = tf.sum(mixtureDivergence(graphs, params.prior!, tf.logSoftmax(params.share!), counted));
    // Beta(2π, 2(1 − π)) on each cluster's edges, as a density of the log odds.
    const hyper = tf.sub(tf.mul(2 * edgePrior, params.prior!), tf.mul(2, tf.softplus(params.prior!)));
    edges = tf.sub(edges, tf.sum(tf.mul(hyper, counted)));
  } else {
    const prior = tf.fill([1, size * size], Math.log(edgePrior / (1 - edgePrior)));
    edges = tf.sum(mixtureDivergence(graphs, prior, tf.zeros([1]), counted));
  }
  // Normal priors on memory, bend and decay: a sender's shape may not be chosen to suit one chance correlation.
  const deviations = [params.memory, tf.sub(params.bend, usualBend), tf.sub(params.decay, usualDecay)];
  const shape = tf.mul(0.5, tf.addN(deviations.map((x) => tf.sum(tf.square(x)))));
  return tf.div(tf.add(tf.add(edges, effects), shape), cells);
}
