// Transformations that rescale updates.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorTree } from "../engine/tensor-engine.js";
import { leavesOf, mapTree, zipTrees } from "../tree/tree.js";
import { type GradientTransformation, type Schedule, stateless } from "./transformation.js";

/** Multiply updates by a constant. */
export function scale(factor: number): GradientTransformation {
  return stateless((updates) => mapTree(updates, (u: Tensor) => tf.mul(u, factor)));
}

/** Multiply updates by a schedule of the number of earlier steps, which counts from 0. */
export function scaleBySchedule(schedule: Schedule): GradientTransformation<{ readonly step: Tensor }> {
  return {
    init: () => ({ step: tf.scalar(0) }),
    update: (updates, { step }) => {
      const factor = schedule(step);
      return { updates: mapTree(updates, (u: Tensor) => tf.mul(u, factor)), state: { step: tf.add(step, 1) } };
    },
  };
}

/** Step downhill: multiply by minus the learning rate, a number or a schedule. */
export function scaleByLearningRate(learningRate: number | Schedule): GradientTransformation {
  if (typeof learningRate === "number") return scale(-learningRate);
  return scaleBySchedule((step) => tf.neg(learningRate(step))) as unknown as GradientTransformation;
}

/** `√Σ u²` over all leaves. */
export function globalNorm(updates: TensorTree): Tensor {
  return tf.sqrt(tf.addN(leavesOf(updates).map((u) => tf.sum(tf.square(u)))));
}

/**
 * Shrink updates so that their norm over all leaves is at most `maxNorm`: `u ← u · min(1, maxNorm / ‖u‖)`.
 *
 * Source: Pascanu, Mikolov & Bengio (2013), arXiv:1211.5063.
 */
export function clipByGlobalNorm(maxNorm: number): GradientTransformation {
  return stateless((updates) => {
    const factor = tf.minimum(1, tf.div(maxNorm, tf.maximum(globalNorm(updates), 1e-12)));
    return mapTree(updates, (u: Tensor) => tf.mul(u, factor));
  });
}

/** Add `rate · parameter` to the updates: decoupled weight decay when placed after the moment estimates. */
export function addDecayedWeights(rate: number): GradientTransformation {
  return stateless((updates, params) =>
    zipTrees(updates, params, (u: Tensor, p: Tensor) => tf.add(u, tf.mul(p, rate))),
  );
}
