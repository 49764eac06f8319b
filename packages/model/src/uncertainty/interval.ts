import type { Interval } from "../result/types.js";

/** Quantile of sorted values by linear interpolation (Hyndman & Fan 1996, type 7). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/**
 * Best estimate and central interval of draws. The interval is widened to hold the estimate.
 *
 * @param mass probability inside the interval, for example 0.9
 */
export function intervalOf(estimate: number, draws: ArrayLike<number>, mass: number): Interval {
  const sorted = Float64Array.from(draws).sort();
  return {
    mean: estimate,
    lower: Math.min(estimate, quantile(sorted, (1 - mass) / 2)),
    upper: Math.max(estimate, quantile(sorted, (1 + mass) / 2)),
  };
}
