// What a change to some series induces in the others as time goes on.

import { scan } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

export type Propagation = {
  /** Weights of the past in carry-over, [lags, C], last period first. */
  readonly lagWeights: Tensor;
  readonly bend: Tensor;
  /** Effects, cause first: [C, C], or [units, C, C]. */
  readonly effects: Tensor;
  /** Share of an induced change that stays for another period, [C]. */
  readonly memory: Tensor;
};

/** tanh(bend·x)/bend: slope 1 at the mean, flat far from it. */
export function bent(carried: Tensor, bend: Tensor): Tensor {
  return tf.div(tf.tanh(tf.mul(carried, bend)), bend);
}

/** Weighted past of each series with zeros before the first period: [units, periods, C], value at t from t − 1 back. */
export function carriedPast(activity: Tensor, lagWeights: Tensor): Tensor {
  const [units, periods, size] = activity.shape as [number, number, number];
  const lags = lagWeights.shape[0]!;
  const padded = tf.pad(activity, [
    [0, 0],
    [lags, 0],
    [0, 0],
  ]);
  const terms = Array.from({ length: lags }, (_, lag) =>
    tf.mul(tf.slice(padded, [0, lags - 1 - lag, 0], [units, periods, size]), tf.slice(lagWeights, [lag, 0], [1, size])),
  );
  return terms.reduce((sum, term) => tf.add(sum, term));
}

/** Effects of every source at once: [units, …, C] times [C, C] or [units, C, C]. */
export function combine(sources: Tensor, effects: Tensor): Tensor {
  const [units, periods, size] = sources.shape as [number, number, number];
  if (effects.rank === 3) return tf.matMul(sources, effects);
  const flat = tf.matMul(tf.reshape(sources, [units * periods, size]) as tf.Tensor2D, effects as tf.Tensor2D);
  return tf.reshape(flat, [units, periods, size]);
}

/**
 * Total change of every series, [units, periods, C]: what was added, plus what parents' changes induce from the next
 * period on. A series' own memory carries on what was induced, not what was added: the addition is given for every period.
 */
export function propagate(params: Propagation, activity: Tensor, change: Tensor): Tensor {
  const [units, , size] = activity.shape as [number, number, number];
  const lags = params.lagWeights.shape[0]!;
  const carried = carriedPast(activity, params.lagWeights);
  const timeFirst = (x: Tensor): Tensor => tf.transpose(x, [1, 0, 2]);
  const { outputs } = scan(
    (p: Propagation, carry: { past: Tensor; induced: Tensor }, x: { carried: Tensor; change: Tensor }) => {
      const moved = tf.add(x.carried, tf.sum(tf.mul(carry.past, tf.reshape(p.lagWeights, [lags, 1, size])), 0));
      const gap = tf.reshape(tf.sub(bent(moved, p.bend), bent(x.carried, p.bend)), [units, 1, size]);
      const arrived = tf.reshape(combine(gap, p.effects), [units, size]);
      const induced = tf.add(tf.mul(p.memory, carry.induced), arrived);
      const total = tf.add(x.change, induced);
      const newest = tf.reshape(total, [1, units, size]);
      const past =
        lags === 1 ? newest : tf.concat([newest, tf.slice(carry.past, [0, 0, 0], [lags - 1, units, size])], 0);
      return { carry: { past, induced }, output: total };
    },
    params,
    { past: tf.zeros([lags, units, size]), induced: tf.zeros([units, size]) },
    { carried: timeFirst(carried), change: timeFirst(change) },
  );
  return timeFirst(outputs);
}
