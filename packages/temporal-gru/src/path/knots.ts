// Levels at a few knots joined by straight lines: slow change with few parameters. Prefer `localLevel` where change
// may be sudden.

import { usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import {
  centreOverFitted,
  defaultSteps,
  lengthOf,
  type StepPrior,
  stepPenalty,
  type TemporalEngine,
} from "./temporal-engine.js";

export interface KnotPathOptions extends StepPrior {
  /** Periods from one knot to the next. Default 13, a quarter of weeks. */
  readonly spacing?: number;
  /** A path per unit (`init` then needs `{ units }`) instead of one for all. Default false. */
  readonly perUnit?: boolean;
}

/** Changes from knot to knot in units of their prior scale, `[units or 1, knots − 1, series]`. */
export type KnotPathParameters = {
  readonly changes: tf.Tensor;
};

/**
 * Piecewise linear path; knots from the first to the last fitted period, `spacing` apart (the last gap is stretched).
 * A change over g periods has the prior scale `stepScale·√g`, learned per series; after the last knot the level stays.
 *
 * @throws MmmError `BAD_SPACING` when spacing is below 1
 * @example timeVaryingEffects(knotPath({ spacing: 26 }))
 * Source: Ng, Wang & Dai (2021), Bayesian time varying coefficient model with applications to marketing mix modeling.
 */
export function knotPath({
  spacing = 13,
  stepScale = defaultSteps.stepScale,
  certainty = defaultSteps.certainty,
  perUnit = false,
}: KnotPathOptions = {}): TemporalEngine<KnotPathParameters> {
  if (!(spacing >= 1)) {
    throw usageError("BAD_SPACING", `Knots must be at least 1 period apart, got ${spacing}.`, "Try 13 for weeks.");
  }
  const gapsIn = (fitted: number): number => Math.max(1, Math.round((fitted - 1) / spacing));
  return {
    name: "knots",
    init: (_, shape) => ({
      changes: tf.zeros([
        perUnit ? lengthOf("knots", shape, "units") : 1,
        gapsIn(lengthOf("knots", shape, "periods")),
        lengthOf("knots", shape, "series"),
      ]),
    }),
    apply({ changes }, { periods, fitted = periods }) {
      const [units, gaps, series] = changes.shape as [number, number, number];
      const gap = (fitted - 1) / gaps || 1;
      const scaled = tf.reshape(tf.mul(changes, stepScale * Math.sqrt(gap)), [units, gaps, series]);
      const passed = tf.tile(tf.tensor3d(gapsPassed(periods, gaps, gap), [1, periods, gaps]), [units, 1, 1]);
      return {
        path: centreOverFitted(tf.matMul(passed, scaled), Math.min(fitted, periods)),
        penalty: stepPenalty(changes, certainty),
      };
    },
  };
}

// Share of each gap between knots that has passed at each period, `[periods, gaps]`.
function gapsPassed(periods: number, gaps: number, gap: number): Float32Array {
  const out = new Float32Array(periods * gaps);
  for (let t = 0; t < periods; t++) {
    for (let g = 0; g < gaps; g++) out[t * gaps + g] = Math.min(1, Math.max(0, t / gap - g));
  }
  return out;
}
