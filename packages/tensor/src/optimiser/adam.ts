// Adam and the optimisers built on its moment estimates.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { TensorTree } from "../engine/tensor-engine.js";
import { mapTree, zipTrees } from "../tree/tree.js";
import { addDecayedWeights, scaleByLearningRate } from "./scale.js";
import { chain, type GradientTransformation, type Schedule } from "./transformation.js";

export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: number | Schedule;
  /** Decay of the mean of gradients, default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment, default 1e-8. */
  readonly epsilon?: number;
}

/** State of {@link scaleByAdam}: the weights that both averages have gathered so far, and both moments. */
export type AdamState = {
  readonly weight1: Tensor;
  readonly weight2: Tensor;
  readonly mean: TensorTree;
  readonly square: TensorTree;
};

/**
 * Replace gradients by `m̂ / (√v̂ + ε)` with `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, and bias corrections
 * `m̂ = m / (1 − β₁ᵗ)`, `v̂ = v / (1 − β₂ᵗ)`. The divisors are kept as the same running averages, of ones: that stays
 * accurate in float32, where `1 − 0.999` alone loses five digits.
 *
 * Source: Kingma & Ba (2015), arXiv:1412.6980, algorithm 1.
 */
export function scaleByAdam(options: Omit<AdamOptions, "learningRate"> = {}): GradientTransformation<AdamState> {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    init: (params) => ({
      weight1: tf.scalar(0),
      weight2: tf.scalar(0),
      mean: mapTree(params, (p: Tensor) => tf.zerosLike(p)),
      square: mapTree(params, (p: Tensor) => tf.zerosLike(p)),
    }),
    update(updates, state) {
      const weight1 = tf.add(tf.mul(state.weight1, beta1), 1 - beta1);
      const weight2 = tf.add(tf.mul(state.weight2, beta2), 1 - beta2);
      const decay = (beta: number) => (old: Tensor, now: Tensor) => tf.add(tf.mul(old, beta), tf.mul(now, 1 - beta));
      const mean = zipTrees(state.mean, updates, decay(beta1));
      const square = zipTrees(
        state.square,
        mapTree(updates, (u: Tensor) => tf.square(u)),
        decay(beta2),
      );
      const correction1 = tf.div(1, weight1);
      const correction2 = tf.div(1, weight2);
      const scaled = zipTrees(mean, square, (m: Tensor, v: Tensor) =>
        tf.div(tf.mul(m, correction1), tf.add(tf.sqrt(tf.mul(v, correction2)), epsilon)),
      );
      return { updates: scaled as TensorTree, state: { weight1, weight2, mean, square } as AdamState };
    },
  };
}

/**
 * Adam.
 *
 * @example const optimiser = adam({ learningRate: 0.01 });
 */
export function adam(options: AdamOptions = {}): GradientTransformation {
  return chain(asPart(scaleByAdam(options)), scaleByLearningRate(options.learningRate ?? 0.001));
}

/**
 * Adam with decoupled weight decay: `p ← p − rate · (m̂ / (√v̂ + ε) + λ p)`.
 *
 * Source: Loshchilov & Hutter (2019), arXiv:1711.05101.
 *
 * @param options.weightDecay λ, default 0.01
 */
export function adamw(options: AdamOptions & { readonly weightDecay?: number } = {}): GradientTransformation {
  return chain(
    asPart(scaleByAdam(options)),
    addDecayedWeights(options.weightDecay ?? 0.01),
    scaleByLearningRate(options.learningRate ?? 0.001),
  );
}

/** Plain gradient descent, with momentum where asked: `trace ← momentum · trace + g`. */
export function sgd(options: {
  readonly learningRate: number | Schedule;
  readonly momentum?: number;
}): GradientTransformation {
  const descent = scaleByLearningRate(options.learningRate);
  return options.momentum ? chain(asPart(momentum(options.momentum)), descent) : descent;
}

/** Accumulate updates: `trace ← decay · trace + u`. */
export function momentum(decay: number): GradientTransformation<{ readonly trace: TensorTree }> {
  return {
    init: (params) => ({ trace: mapTree(params, (p: Tensor) => tf.zerosLike(p)) }),
    update(updates, state) {
      const trace = zipTrees(state.trace, updates, (t: Tensor, u: Tensor) => tf.add(tf.mul(t, decay), u));
      return { updates: trace as TensorTree, state: { trace } as { readonly trace: TensorTree } };
    },
  };
}

// A chain forgets the state types of its parts.
const asPart = <State extends TensorTree>(part: GradientTransformation<State>): GradientTransformation =>
  part as unknown as GradientTransformation;
