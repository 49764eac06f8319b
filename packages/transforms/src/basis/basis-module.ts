// A curve over time as a weighted sum of given columns, shared by all units or one per unit. Seasons and trends are
// this module with different columns.

import type { TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";

/** `[columns]`, or `[units, columns]` for a curve per unit. */
export type BasisParameters = { readonly coefficients: tf.Tensor };

export interface BasisModuleOptions {
  /** Standard deviation of the normal prior on every coefficient. Default 1. */
  readonly priorScale?: number;
}

/**
 * Curve over time from the position of each period.
 *
 * Input `[periods]`; output `[periods]`, or `[units, periods]` when `init` was given `{ units }`.
 *
 * @param columns how many coefficients
 * @param features tensor form of the columns, `[periods] → [periods, columns]`
 */
export function basisModule(
  name: string,
  columns: number,
  features: (positions: tf.Tensor) => tf.Tensor,
  { priorScale = 1 }: BasisModuleOptions = {},
): TensorModule<BasisParameters> {
  return {
    name,
    init: (_, shape) => ({ coefficients: tf.zeros(shape["units"] ? [shape["units"], columns] : [columns]) }),
    apply({ coefficients }, positions) {
      const rows = tf.reshape(coefficients, [-1, columns]);
      const curves = tf.matMul(rows, features(positions), false, true);
      return coefficients.rank === 1 ? tf.reshape(curves, [-1]) : curves;
    },
    penalty: ({ coefficients }) => tf.mul(0.5, tf.sum(tf.square(tf.div(coefficients, priorScale)))),
    describe: ({ coefficients }) => ({ coefficients: coefficients.arraySync() }),
  };
}
