// A random walk: each period's level is the last one plus a small step. Assumes nothing about shape; prefer `knotPath`
// for slow change over long series (fewer parameters), `gruPath` where change has visible causes.

import * as tf from "@tensorflow/tfjs-core";
import {
  centreOverFitted,
  defaultSteps,
  holdLast,
  lengthOf,
  type StepPrior,
  stepPenalty,
  type TemporalEngine,
} from "./temporal-engine.js";

export interface LocalLevelOptions extends StepPrior {
  /** A path per unit (`init` then needs `{ units }`) instead of one for all. Default false. */
  readonly perUnit?: boolean;
}

/** Steps in units of `stepScale`, `[units or 1, fitted periods − 1, series]`. */
export type LocalLevelParameters = { readonly steps: tf.Tensor };

/**
 * Local level, `d_t = d_{t−1} + stepScale · ε_t`, the scale of ε learned per series; after the fitted periods the level stays.
 *
 * @example timeVaryingEffects(localLevel({ stepScale: 0.02 }))
 * Source: Harvey (1989), Forecasting, structural time series models and the Kalman filter, section 2.3.
 */
export function localLevel({
  stepScale = defaultSteps.stepScale,
  certainty = defaultSteps.certainty,
  perUnit = false,
}: LocalLevelOptions = {}): TemporalEngine<LocalLevelParameters> {
  return {
    name: "localLevel",
    init: (_, shape) => ({
      steps: tf.zeros([
        perUnit ? lengthOf("localLevel", shape, "units") : 1,
        lengthOf("localLevel", shape, "periods") - 1,
        lengthOf("localLevel", shape, "series"),
      ]),
    }),
    apply({ steps }, { periods }) {
      const [units, changes, series] = steps.shape as [number, number, number];
      const walk = tf.cumsum(tf.mul(steps, stepScale), 1);
      const level = centreOverFitted(tf.concat([tf.zeros([units, 1, series]), walk], 1), changes + 1);
      return { path: holdLast(level, periods), penalty: stepPenalty(steps, certainty) };
    },
  };
}
