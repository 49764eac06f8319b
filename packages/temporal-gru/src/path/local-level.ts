// A random walk: each period's level is the last one plus a small step. Assumes nothing about shape; prefer `knotPath`
// for slow change over long series (fewer parameters), `gruPath` where change has visible causes.

import * as tf from "@tensorflow/tfjs-core";
import { centreOverFitted, halfSquares, lengthOf, type TemporalEngine } from "./temporal-engine.js";

export interface LocalLevelOptions {
  /** Standard deviation of one step on the log scale. Default 0.03: about ±35 % over two years of weeks. */
  readonly stepScale?: number;
  /** A path per unit (`init` then needs `{ units }`) instead of one for all. Default false. */
  readonly perUnit?: boolean;
}

/** Steps in units of `stepScale`, `[units or 1, fitted periods − 1, series]`. */
export type LocalLevelParameters = { readonly steps: tf.Tensor };

/**
 * Local level, `d_t = d_{t−1} + stepScale · ε_t`, `ε ~ N(0, 1)`; after the fitted periods the level stays.
 *
 * @example timeVaryingEffects(localLevel({ stepScale: 0.02 }))
 * Source: Harvey (1989), Forecasting, structural time series models and the Kalman filter, section 2.3.
 */
export function localLevel({
  stepScale = 0.03,
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
      return { path: extend(level, periods), penalty: halfSquares(steps) };
    },
  };
}

/** The first `periods` of a path; beyond its end the last level. */
function extend(path: tf.Tensor, periods: number): tf.Tensor {
  const [units, known, series] = path.shape as [number, number, number];
  if (periods <= known) return tf.slice(path, [0, 0, 0], [units, periods, series]);
  const last = tf.slice(path, [0, known - 1, 0], [units, 1, series]);
  return tf.concat([path, tf.tile(last, [1, periods - known, 1])], 1);
}
