import { usageError } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

export interface LagConvolveOptions {
  /**
   * How it is computed: as one matrix product per channel with the Toeplitz matrix of the weights, or as a sum of
   * shifted copies. Default: the matrix, unless it would hold more than 8 million numbers.
   */
  readonly method?: "toeplitz" | "shifts";
}

const largestMatrix = 8e6;

/**
 * Weighted sum over lags, per channel: `y[t, …, c] = Σ_l w[l, c] x[t − l, …, c]`, with zeros before the first period.
 *
 * @param x `[time, channels]` or `[time, units, channels]`
 * @param weights `[lags, channels]`, lag 0 first; lags beyond the length of time have no effect
 * @returns the shape of x
 * @throws MmmError `LAG_SHAPE` when the channels differ
 * @example lagConvolve(spend, tf.tensor2d([[0.6], [0.3], [0.1]]))
 */
export function lagConvolve(x: Tensor, weights: Tensor, options: LagConvolveOptions = {}): Tensor {
  const time = x.shape[0]!;
  const channels = x.shape[x.rank - 1]!;
  if ((x.rank !== 2 && x.rank !== 3) || weights.rank !== 2 || weights.shape[1] !== channels) {
    throw usageError(
      "LAG_SHAPE",
      `lagConvolve: x has shape [${x.shape.join(", ")}] and weights [${weights.shape.join(", ")}].`,
      "Pass x as [time, channels] or [time, units, channels] and weights as [lags, channels].",
    );
  }
  const lags = Math.min(weights.shape[0]!, time);
  const used = lags === weights.shape[0] ? weights : tf.slice(weights, [0, 0], [lags, channels]);
  const method = options.method ?? (2 * channels * time * time > largestMatrix ? "shifts" : "toeplitz");
  return method === "toeplitz" ? byToeplitz(x, used) : byShifts(x, used);
}

function byShifts(x: Tensor, weights: Tensor): Tensor {
  const [lags, channels] = weights.shape as [number, number];
  const padded = tf.pad(x, x.shape.map((_, axis) => (axis === 0 ? [lags - 1, 0] : [0, 0])) as [number, number][]);
  const terms = Array.from({ length: lags }, (_, lag) => {
    const begin = x.shape.map((_, axis) => (axis === 0 ? lags - 1 - lag : 0));
    const weight = tf.reshape(tf.slice(weights, [lag, 0], [1, channels]), [channels]);
    return tf.mul(tf.slice(padded, begin, x.shape), weight);
  });
  return terms.reduce((sum, term) => tf.add(sum, term));
}

function byToeplitz(x: Tensor, weights: Tensor): Tensor {
  const time = x.shape[0]!;
  const channels = weights.shape[1]!;
  const matrix = toeplitz(tf.transpose(weights), time);
  const units = x.rank === 3 ? x.shape[1]! : 1;
  const byChannel = tf.transpose(tf.reshape(x, [time, units, channels]), [2, 0, 1]);
  const out = tf.transpose(tf.matMul(matrix, byChannel), [1, 2, 0]);
  return tf.reshape(out, x.shape);
}

// Row t of the matrix of one channel must be the reversed weights shifted by t. Writing a row of length 2 T again and
// again and reading it back with rows of length 2 T − 1 shifts each row by one.
function toeplitz(weights: Tensor, time: number): Tensor {
  const [channels, lags] = weights.shape as [number, number];
  const now = tf.slice(weights, [0, 0], [channels, 1]);
  const row =
    lags === 1
      ? tf.pad(now, [[0, 0], [0, 2 * time - 1]]) // biome-ignore format: one line reads better
      : tf.concat(
          [now, tf.zeros([channels, 2 * time - lags]), tf.reverse(tf.slice(weights, [0, 1], [channels, lags - 1]), 1)],
          1,
        );
  const repeated = tf.tile(row, [1, time]);
  const skewed = tf.reshape(tf.slice(repeated, [0, 0], [channels, time * (2 * time - 1)]), [
    channels,
    time,
    2 * time - 1,
  ]);
  return tf.slice(skewed, [0, 0, 0], [channels, time, time]);
}
