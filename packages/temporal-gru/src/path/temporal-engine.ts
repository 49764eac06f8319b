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

/** How much a path may move, a prior that every engine shares. */
export interface StepPrior {
  /** Typical size of the change from one period to the next on the log scale. Default 0.03. */
  readonly stepScale?: number;
  /**
   * How firmly `stepScale` is believed. Each series learns its own scale around it; 1 gives the prior as much say as
   * all steps of the series, more nearly fixes the scale. Default 1.
   */
  readonly certainty?: number;
}

export const defaultSteps: Required<StepPrior> = { stepScale: 0.03, certainty: 1 };

/**
 * Negative log prior of steps whose scale is learned per series and integrated out.
 *
 * Steps are `N(0, s²)` and `s²` is inverse gamma around 1 with ν degrees of freedom, so n steps of one series have a
 * multivariate t density: `(ν + n)/2 · ln(1 + Σ z²/ν)`, `ν = certainty · n`. A series that does not move is shrunk
 * harder to a constant than one that does.
 *
 * @param steps in units of their prior scale, `[units, steps, series]`; units share the scale of a series
 * Source: Gelman et al. (2013), Bayesian data analysis, section 3.2 (normal data with a conjugate prior).
 */
export function stepPenalty(steps: tf.Tensor, certainty: number = defaultSteps.certainty): tf.Tensor {
  const count = steps.shape[0]! * steps.shape[1]!;
  const squares = tf.sum(tf.square(steps), [0, 1]);
  const freedom = certainty * count;
  return tf.mul((freedom + count) / 2, tf.sum(tf.log1p(tf.div(squares, freedom))));
}

/**
 * {@link stepPenalty} of the changes of a path from one period to the next.
 *
 * @param path `[units, periods, series]`
 */
export function roughness(path: tf.Tensor, prior: StepPrior = {}): tf.Tensor {
  const { stepScale, certainty } = { ...defaultSteps, ...prior };
  const [units, periods, series] = path.shape as [number, number, number];
  if (periods < 2) return tf.scalar(0);
  const later = tf.slice(path, [0, 1, 0], [units, periods - 1, series]);
  const earlier = tf.slice(path, [0, 0, 0], [units, periods - 1, series]);
  return stepPenalty(tf.div(tf.sub(later, earlier), stepScale), certainty);
}

/** The first `periods` of a path; beyond its end the last level. */
export function holdLast(path: tf.Tensor, periods: number): tf.Tensor {
  const [units, known, series] = path.shape as [number, number, number];
  if (periods <= known) return tf.slice(path, [0, 0, 0], [units, periods, series]);
  const last = tf.slice(path, [0, known - 1, 0], [units, 1, series]);
  return tf.concat([path, tf.tile(last, [1, periods - known, 1])], 1);
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
