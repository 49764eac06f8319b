// Trends that bend at knots. Two forms of the same curves: slopes that change at each knot (continues with the last
// slope after the final knot), and levels at the knots joined by straight lines (stays at the last level: the safer
// choice for a baseline that is extrapolated into a holdout).

import { usageError } from "@mmm/core";
import { timesColumns } from "../basis/times-columns.js";

/**
 * Columns of a line whose slope changes at knots: `[t − t₀, max(0, t − knot_1), max(0, t − knot_2), …]`.
 *
 * @param times `[periods]`
 * @param knots where the slope may change, rising
 * @param origin t₀; default 0
 * @returns `[periods, 1 + knots]`, row-major
 * @throws MmmError `BAD_KNOTS` when knots do not rise
 * @example slopeChangeFeatures([0, 1, 2, 3], [1]) // rows [0,0] [1,0] [2,1] [3,2]
 * Source: Taylor & Letham (2018), Forecasting at scale, section 3.1.2.
 */
export function slopeChangeFeatures(times: ArrayLike<number>, knots: readonly number[], origin = 0): Float64Array {
  checkKnots(knots, 0);
  const columns = knots.length + 1;
  const out = new Float64Array(times.length * columns);
  for (let t = 0; t < times.length; t++) {
    out[t * columns] = times[t]! - origin;
    for (let k = 0; k < knots.length; k++) out[t * columns + k + 1] = Math.max(0, times[t]! - knots[k]!);
  }
  return out;
}

/**
 * Weights that join levels at knots by straight lines; each row sums to 1. Before the first and after the last knot
 * the level stays.
 *
 * @param times `[periods]`
 * @param knots at least one, rising
 * @returns `[periods, knots]`, row-major
 * @throws MmmError `BAD_KNOTS`
 * @example knotFeatures([0, 1, 5], [0, 4]) // rows [1,0] [0.75,0.25] [0,1]
 * Source: Ng, Wang & Dai (2021), Bayesian time varying coefficient model with applications to marketing mix modeling;
 * Google Meridian, knots.
 */
export function knotFeatures(times: ArrayLike<number>, knots: readonly number[]): Float64Array {
  checkKnots(knots, 1);
  const columns = knots.length;
  const out = new Float64Array(times.length * columns);
  for (let t = 0; t < times.length; t++) {
    const time = Math.min(knots[columns - 1]!, Math.max(knots[0]!, times[t]!));
    let right = 0;
    while (right < columns - 1 && knots[right]! < time) right++;
    const left = Math.max(0, right - 1);
    const share = right === left ? 1 : (time - knots[left]!) / (knots[right]! - knots[left]!);
    out[t * columns + left]! += 1 - share;
    out[t * columns + right]! += share;
  }
  return out;
}

/**
 * Level at each time of a curve through `levels` at `knots`.
 *
 * @example knotTrend([0, 1, 5], [0, 4], [10, 20]) // [10, 12.5, 20]
 */
export function knotTrend(times: ArrayLike<number>, knots: readonly number[], levels: ArrayLike<number>): Float64Array {
  return timesColumns(knotFeatures(times, knots), levels);
}

/**
 * `count` knots at even distances from `first` to `last`; a single knot sits in the middle.
 *
 * @example evenKnots(0, 10, 3) // [0, 5, 10]
 */
export function evenKnots(first: number, last: number, count: number): number[] {
  if (!Number.isInteger(count) || count < 1) {
    throw usageError("BAD_KNOTS", `The number of knots must be a whole number of at least 1, got ${count}.`);
  }
  if (count === 1) return [(first + last) / 2];
  return Array.from({ length: count }, (_, k) => first + ((last - first) * k) / (count - 1));
}

export function checkKnots(knots: readonly number[], atLeast: number): void {
  const rising = knots.every((knot, k) => Number.isFinite(knot) && (k === 0 || knot > knots[k - 1]!));
  if (rising && knots.length >= atLeast) return;
  throw usageError(
    "BAD_KNOTS",
    `Knots must be finite and rise${atLeast > 0 ? `, at least ${atLeast} of them` : ""}; got [${knots.join(", ")}].`,
    "Sort the knots and drop repeated ones, or use evenKnots(first, last, count).",
  );
}
