// Carryover as a tensor module: learned lag weights per channel, applied over time.

import { lagConvolve, type TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { type FreeParameters, freeModule, type PriorOptions } from "../parameter/free-parameters.js";
import type { AdstockFamily } from "./family.js";
import { type LagWeightFormula, tensorLagWeights } from "./tensor-weights.js";

export interface AdstockModuleOptions extends PriorOptions {
  /** Periods that one activity reaches, its own included. Default 13. */
  readonly lags?: number;
  /** Default: what the family does. */
  readonly normalised?: boolean;
  /** Tensor form of a family of your own. */
  readonly formula?: LagWeightFormula;
}

/** What came before the first period of the input. */
export interface AdstockContext {
  /** Activity in every earlier period, `[units, channels]`; none when absent. */
  readonly before?: tf.Tensor;
}

/**
 * Carryover per channel, `y[r, t, c] = Σ_l w_c[l] · x[r, t − l, c]`.
 *
 * Input `[units, periods, channels]`, output the same. `init` needs `{ channels }`.
 *
 * @example
 * const carryover = adstockModule(geometric(), { lags: 13 });
 * const params = carryover.init(createRandom(1), { channels: 3 });
 * const carried = carryover.apply(params, activity, {});
 */
export function adstockModule(
  family: AdstockFamily,
  { lags = 13, normalised = family.normalised, priors = {}, formula }: AdstockModuleOptions = {},
): TensorModule<FreeParameters, tf.Tensor, AdstockContext> {
  const { allowed, ...module } = freeModule(`adstock-${family.id}`, family.parameters, priors);
  return {
    ...module,
    apply(params, activity, { before }) {
      const weights = tensorLagWeights(family, allowed(params), activity.shape[2]!, lags, normalised, formula);
      return carryOverTensor(activity, weights, before);
    },
  };
}

/**
 * Convolve activity over time with lag weights.
 *
 * @param activity `[units, periods, channels]`
 * @param weights `[channels, lags]`, lag 0 first
 * @param before activity in every earlier period, `[units, channels]`; none when absent
 * @returns `[units, periods, channels]`
 */
export function carryOverTensor(activity: tf.Tensor, weights: tf.Tensor, before?: tf.Tensor): tf.Tensor {
  const [units, periods, channels] = activity.shape as [number, number, number];
  const lags = weights.shape[1]!;
  const past = before
    ? tf.broadcastTo(tf.reshape(before, [units, 1, channels]), [units, lags - 1, channels])
    : tf.zeros([units, lags - 1, channels]);
  const padded = lags > 1 ? tf.concat([past, activity], 1) : activity;
  const timeFirst = tf.transpose(padded, [1, 0, 2]);
  const carried = lagConvolve(timeFirst, tf.transpose(weights));
  return tf.transpose(tf.slice(carried, [lags - 1, 0, 0], [periods, units, channels]), [1, 0, 2]);
}
