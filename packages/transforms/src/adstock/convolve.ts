// Applying lag weights to series: plain float64 convolution over time. The tensor form is `adstockModule`.

import type { AdstockFamily } from "./family.js";

export interface CarryOptions {
  /**
   * Activity before the first period. A number fills every earlier period (0: none; the series' mean: business as
   * usual); an array gives the periods just before the first, in time order, and zero before those.
   */
  readonly before?: number | ArrayLike<number>;
}

/**
 * Carry activity over to later periods.
 *
 * `y_t = Σ_l w_l · x_{t−l}`
 *
 * @param activity one series, in time order
 * @param weights lag weights, lag 0 first
 * @returns series of the same length and unit
 * @example carryOver([8, 0, 0, 0], [0.5, 0.25, 0.25]) // [4, 2, 2, 0]
 */
export function carryOver(
  activity: ArrayLike<number>,
  weights: ArrayLike<number>,
  { before = 0 }: CarryOptions = {},
): Float64Array {
  const out = new Float64Array(activity.length);
  const past = typeof before === "number" ? null : before;
  const fill = typeof before === "number" ? before : 0;
  for (let t = 0; t < out.length; t++) {
    let sum = 0;
    for (let l = 0; l < weights.length; l++) {
      const at = t - l;
      const x = at >= 0 ? activity[at]! : past ? (past[past.length + at] ?? 0) : fill;
      sum += weights[l]! * x;
    }
    out[t] = sum;
  }
  return out;
}

/**
 * The same on a slice of a longer array, without allocation: for `row` of a `[units, periods]` column and one row of a
 * weight Jacobian (the derivative of carried-over activity by a parameter is its convolution with the derivative of
 * the weights).
 *
 * @param before activity in every period before the slice
 */
export function carryOverInto(
  out: Float64Array,
  outStart: number,
  activity: Float64Array,
  activityStart: number,
  periods: number,
  weights: Float64Array,
  weightsStart: number,
  lags: number,
  before = 0,
): void {
  // tail[t] = Σ_{l > t} w_l, the weight that falls before the slice.
  let tail = 0;
  for (let l = 1; l < lags; l++) tail += weights[weightsStart + l]!;
  for (let t = 0; t < periods; t++) {
    let sum = before * tail;
    const reach = Math.min(lags - 1, t);
    for (let l = 0; l <= reach; l++) sum += weights[weightsStart + l]! * activity[activityStart + t - l]!;
    out[outStart + t] = sum;
    if (t + 1 < lags) tail -= weights[weightsStart + t + 1]!;
    else tail = 0;
  }
}

/**
 * Endless geometric carryover as a recursion, `y_t = x_t + decay·y_{t−1}`: Robyn's geometric adstock in one pass.
 *
 * @param normalised multiply by 1 − decay, as LightweightMMM does
 * @example geometricRecursion([1, 0, 0], 0.5) // [1, 0.5, 0.25]
 */
export function geometricRecursion(activity: ArrayLike<number>, decay: number, normalised = false): Float64Array {
  const out = new Float64Array(activity.length);
  const scale = normalised ? 1 - decay : 1;
  let carried = 0;
  for (let t = 0; t < out.length; t++) {
    carried = activity[t]! + decay * carried;
    out[t] = scale * carried;
  }
  return out;
}

/**
 * Average delay of the effect in periods, `Σ l·w_l / Σ w_l`.
 *
 * @example meanLag(geometric(), [0.5], 60) // 1
 */
export function meanLag(family: AdstockFamily, parameters: ArrayLike<number>, lags: number): number {
  const weights = family.weights(parameters, lags, true);
  let sum = 0;
  for (let l = 0; l < lags; l++) sum += l * weights[l]!;
  return sum;
}
