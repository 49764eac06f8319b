// The marketing response decoder: what every node does next, given who drives it. A node keeps part of its own last
// residual and answers the carried-over activity of its parents along a saturation curve whose shape depends on the
// sender, on whether the receiver is the target, and on the shop's context.

import { hill } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Encoding } from "./encoder.js";
import type { ShopBatch } from "./shop-tensors.js";

export type DecoderParams = {
  /** [2, V]: slope and half-saturation before their softplus; row 0 towards other nodes, row 1 towards the target. */
  readonly slope: Tensor;
  readonly half: Tensor;
  /** [C, 2·V]: how context moves them. */
  readonly slopeContext: Tensor;
  readonly halfContext: Tensor;
  /** Log of the prior standard deviation of effects, a scalar. */
  readonly slab: Tensor;
  /** [rollOut − 1]: log of how much wider errors are 2, 3, … steps ahead. */
  readonly widening: Tensor;
};

export interface DecoderShape {
  readonly target: number;
  readonly saturation: boolean;
  readonly decays: readonly number[];
}

/** First parameters: gently bent curves, alike for every sender and context. */
export function initDecoder(nodes: number, context: number, rollOut: number): DecoderParams {
  return {
    slope: tf.fill([2, nodes], Math.log(Math.E - 1)),
    half: tf.fill([2, nodes], Math.log(Math.E ** 1.2 - 1)),
    slopeContext: tf.zeros([context, 2 * nodes]),
    halfContext: tf.zeros([context, 2 * nodes]),
    slab: tf.scalar(Math.log(0.4)),
    widening: tf.fill([Math.max(1, rollOut - 1)], 0.2),
  };
}

/** Slope and half-saturation per shop, [B, 2, V]; half-saturation in units of activity. */
export function saturationShapes(params: DecoderParams, context: Tensor): { slope: Tensor; half: Tensor } {
  const shape = (base: Tensor, weights: Tensor): Tensor => {
    const moved = tf.matMul(context as tf.Tensor2D, weights as tf.Tensor2D);
    return tf.softplus(tf.add(tf.reshape(moved, [context.shape[0]!, 2, base.shape[1]!]), base));
  };
  return {
    slope: tf.add(0.3, shape(params.slope, params.slopeContext)),
    half: tf.add(0.05, shape(params.half, params.halfContext)),
  };
}

/** Responses to carried-over activity and how they are standardised within the history of each shop. */
export interface Responder {
  /** [B, T, V, D] → [B, 2, V, T, D]; group 0 towards other nodes, 1 towards the target. */
  respond(carried: Tensor): Tensor;
  /** [B, 2, V, D]: mean and standard deviation of each response over the history. */
  readonly centre: Tensor;
  readonly scale: Tensor;
}

/** Curves of a batch, centred and scaled by the steps before counted ones. */
export function responder(params: DecoderParams, batch: ShopBatch, { saturation }: DecoderShape): Responder {
  const [shops, steps, nodes, memories] = batch.carried.shape as [number, number, number, number];
  const { slope, half } = saturationShapes(params, batch.context);
  const per = (x: Tensor): Tensor => tf.reshape(x, [shops, 2, nodes, 1, 1]);
  const bent = (carried: Tensor): Tensor => {
    const u = tf.expandDims(tf.transpose(carried, [0, 2, 1, 3]), 1);
    if (!saturation) return tf.tile(u, [1, 2, 1, 1, 1]);
    return tf.mul(tf.sign(u), hill(tf.abs(u), per(slope), per(half)));
  };
  // Step t answers to what was carried over up to t − 1.
  const counts = tf.pad(tf.slice(batch.counted, [0, 1], [shops, steps - 1]), [
    [0, 0],
    [0, 1],
  ]);
  const mask = tf.reshape(counts, [shops, 1, 1, steps, 1]);
  const total = tf.add(tf.sum(mask, 3, true), 1e-6);
  const raw = bent(batch.carried);
  const centre = tf.div(tf.sum(tf.mul(raw, mask), 3, true), total);
  const variance = tf.div(tf.sum(tf.mul(tf.square(tf.sub(raw, centre)), mask), 3, true), total);
  const scale = tf.sqrt(tf.add(variance, 1e-4));
  const shape = [shops, 2, nodes, 1, memories];
  const standardise = (x: Tensor): Tensor => tf.div(tf.sub(x, tf.reshape(centre, shape)), tf.reshape(scale, shape));
  const perNode = (x: Tensor): Tensor => tf.reshape(x, [shops, 2, nodes, memories]);
  return { respond: (carried) => standardise(bent(carried)), centre: perNode(centre), scale: perNode(scale) };
}

/**
 * What each edge would do to its receiver with an effect of one, [B, V, T, V] cause first.
 *
 * @param responses [B, 2, V, T, D]
 */
export function edgeSignals(responses: Tensor, memories: Tensor, target: number): Tensor {
  const [shops, , nodes, steps, width] = responses.shape as [number, number, number, number, number];
  const towards = tf.transpose(memories, [0, 1, 3, 2]);
  const group = (g: number): Tensor =>
    tf.matMul(
      tf.reshape(tf.slice(responses, [0, g, 0, 0, 0], [shops, 1, nodes, steps, width]), [shops, nodes, steps, width]),
      towards,
    );
  const isTarget = tf.tensor1d(Float32Array.from({ length: nodes }, (_, i) => (i === target ? 1 : 0)));
  return tf.add(tf.mul(group(0), tf.sub(1, isTarget)), tf.mul(group(1), isTarget));
}

/** Mean of the next residuals, [B, T, V]: row t is the prediction of step t + 1 from what is known at t. */
export function predictNext(encoding: Encoding, weights: Tensor, residual: Tensor, signals: Tensor): Tensor {
  const [shops, , nodes] = residual.shape as [number, number, number];
  const induced = tf.sum(tf.mul(signals, tf.reshape(weights, [shops, nodes, 1, nodes])), 1);
  return tf.add(tf.mul(residual, tf.reshape(encoding.persistence, [shops, 1, nodes])), induced);
}

/** Carried-over activity after one more step of the given residuals, [B, T, V, D]. */
export function carryOn(
  batch: ShopBatch,
  levels: Tensor,
  carried: Tensor,
  residual: Tensor,
  decays: readonly number[],
): Tensor {
  const [shops, , nodes] = residual.shape as [number, number, number];
  const raw = tf.add(levels, tf.mul(residual, tf.reshape(batch.scale, [shops, 1, nodes])));
  const flag = tf.reshape(batch.nonNegative, [shops, 1, nodes]);
  const activity = tf.add(tf.mul(flag, tf.relu(raw)), tf.mul(tf.sub(1, flag), raw));
  const kept = tf.tensor1d(Float32Array.from(decays));
  return tf.add(tf.mul(carried, kept), tf.mul(tf.expandDims(activity, 3), tf.sub(1, kept)));
}
