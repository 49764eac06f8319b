import { quantile } from "@mmm/data";
import type { Interval } from "../result/types.js";

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
