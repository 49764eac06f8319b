import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Bijection } from "./bijection.js";

/**
 * Values above `lower`, by softplus: `y = lower + log(1 + eˣ)`. Its inverse is `x = d + log(1 − e⁻ᵈ)` with
 * `d = y − lower`, and its log-Jacobian is `Σ log σ(x)`.
 *
 * Softplus grows linearly, so large values stay well scaled; {@link exponential} grows exponentially.
 *
 * @param options.lower lower bound, default 0
 * @example positive().inverse(tf.scalar(2))
 */
export function positive(options: { readonly lower?: number } = {}): Bijection {
  const lower = options.lower ?? 0;
  return {
    name: lower === 0 ? "positive" : `above ${lower}`,
    forward: (x) => shift(tf.softplus(x), lower),
    inverse: (y) => {
      const above = shift(y, -lower);
      return tf.add(above, tf.log(tf.neg(tf.expm1(tf.neg(above)))));
    },
    logJacobian: (x) => tf.neg(tf.sum(tf.softplus(tf.neg(x)))),
  };
}

/** Values above 0 by `y = eˣ`; inverse `log y`; log-Jacobian `Σ x`. Natural for scales and ratios. */
export function exponential(): Bijection {
  return {
    name: "exponential",
    forward: (x) => tf.exp(x),
    inverse: (y) => tf.log(y),
    logJacobian: (x) => tf.sum(x),
  };
}

const shift = (x: Tensor, by: number): Tensor => (by === 0 ? x : tf.add(x, by));
