import { usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import type { Bijection } from "./bijection.js";

/**
 * Values between `lower` and `upper`, by the logistic function: `y = lower + (upper − lower) σ(x)`. Inverse
 * `log((y − lower) / (upper − y))`; log-Jacobian `Σ log(upper − lower) + log σ(x) + log σ(−x)`.
 *
 * @throws MmmError `INTERVAL` when `lower` is not below `upper`
 * @example interval(0.5, 4).forward(tf.scalar(0)) // 2.25
 */
export function interval(lower: number, upper: number): Bijection {
  if (!(lower < upper)) {
    throw usageError("INTERVAL", `interval(${lower}, ${upper}) is empty.`, "Give a lower bound below the upper bound.");
  }
  const width = upper - lower;
  return {
    name: `between ${lower} and ${upper}`,
    forward: (x) => tf.add(tf.mul(tf.sigmoid(x), width), lower),
    inverse: (y) => tf.sub(tf.log(tf.sub(y, lower)), tf.log(tf.sub(upper, y))),
    logJacobian: (x) => tf.sum(tf.sub(Math.log(width), tf.add(tf.softplus(x), tf.softplus(tf.neg(x))))),
  };
}

/** Values between 0 and 1, by the logistic function. */
export function unitInterval(): Bijection {
  return {
    name: "unit interval",
    forward: (x) => tf.sigmoid(x),
    inverse: (y) => tf.sub(tf.log(y), tf.log(tf.sub(1, y))),
    logJacobian: (x) => tf.neg(tf.sum(tf.add(tf.softplus(x), tf.softplus(tf.neg(x))))),
  };
}

/** No constraint. */
export function unconstrained(): Bijection {
  return {
    name: "unconstrained",
    forward: (x) => x,
    inverse: (y) => y,
    logJacobian: () => tf.scalar(0),
  };
}
