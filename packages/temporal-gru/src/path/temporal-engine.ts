// The common face of everything that can make a quantity vary over time. An engine turns parameters into paths: one
// per series (a channel's effect, a baseline), per unit or shared by all. A path is a deviation on the log scale, mean
// zero over the fitted periods: zero everywhere means "constant". Heads turn paths into effects and baselines.

import { usageError } from "@mmm/core";
import type { ParameterTree, TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";

export interface TemporalInput {
  /** Periods to cover; may exceed those fitted. */
  readonly periods: number;
  /** How many of the first periods are fitted. Default: all. Later periods never change a path before them. */
  readonly fitted?: number;
  /** What is known of every period, `[units or 1, periods, features]`. Only engines that look at it need it. */
  readonly features?: tf.Tensor;
  /** Key of a training step, an integer scalar, for engines that drop units; none when predicting. */
  readonly key?: tf.Tensor;
}

export type TemporalPath = {
  /** `[units or 1, periods, series]`, deviation on the log scale. */
  readonly path: tf.Tensor;
  /** Negative log prior of the path and the parameters behind it, a scalar: what shrinks the path to a constant. */
  readonly penalty: tf.Tensor;
};

/** `init` needs `{ series, periods }`, some engines also `{ units }` or `{ features }`. */
export type TemporalEngine<Params extends ParameterTree = ParameterTree> = TensorModule<
  Params,
  TemporalInput,
  undefined,
  TemporalPath
>;

/** Subtract the mean over the fitted periods from each path. */
export function centreOverFitted(path: tf.Tensor, fitted: number): tf.Tensor {
  const [units, , series] = path.shape as [number, number, number];
  return tf.sub(path, tf.mean(tf.slice(path, [0, 0, 0], [units, fitted, series]), 1, true));
}

/**
 * Gaussian prior on how much a path moves from one period to the next, `½ Σ ((d_t − d_{t−1})/scale)²`.
 *
 * @param path `[units, periods, series]`
 */
export function roughness(path: tf.Tensor, stepScale: number): tf.Tensor {
  const [units, periods, series] = path.shape as [number, number, number];
  if (periods < 2) return tf.scalar(0);
  const later = tf.slice(path, [0, 1, 0], [units, periods - 1, series]);
  const earlier = tf.slice(path, [0, 0, 0], [units, periods - 1, series]);
  return halfSquares(tf.div(tf.sub(later, earlier), stepScale));
}

export function halfSquares(values: tf.Tensor): tf.Tensor {
  return tf.mul(0.5, tf.sum(tf.square(values)));
}

/** A length that `init` needs. @throws MmmError `MISSING_SHAPE` */
export function lengthOf(engine: string, shape: Readonly<Record<string, number>>, name: string): number {
  const length = shape[name];
  if (length !== undefined) return length;
  throw usageError(
    "MISSING_SHAPE",
    `The temporal engine '${engine}' needs the length '${name}'; given: ${Object.keys(shape).join(", ") || "none"}.`,
    `Call init(random, { ${name}: … }).`,
  );
}
