import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Bijection } from "./bijection.js";

/**
 * Positive values that sum to 1 along the last axis, by the additive log-ratio: `y = softmax([x, 0])`, so
 * `[…, k − 1]` free values give `[…, k]` shares. Inverse `xᵢ = log(yᵢ / y_k)`; log-Jacobian `Σ log yᵢ` over all k.
 *
 * Source: Aitchison (1982), "The statistical analysis of compositional data".
 */
export function simplex(): Bijection {
  const logShares = (x: Tensor): Tensor => {
    const zeros = tf.zeros([...x.shape.slice(0, -1), 1]);
    return tf.logSoftmax(tf.concat([x, zeros], x.rank - 1));
  };
  return {
    name: "simplex",
    forward: (x) => tf.exp(logShares(x)),
    inverse: (y) => {
      const last = y.rank - 1;
      const size = y.shape[last]!;
      const from = (start: number, count: number): Tensor => {
        const begin = y.shape.map((_, axis) => (axis === last ? start : 0));
        return tf.log(
          tf.slice(
            y,
            begin,
            y.shape.map((length, axis) => (axis === last ? count : length)),
          ),
        );
      };
      return tf.sub(from(0, size - 1), from(size - 1, 1));
    },
    logJacobian: (x) => tf.sum(logShares(x)),
  };
}
