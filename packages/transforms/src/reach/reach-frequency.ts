// Activity of a channel that is bought by reach and frequency. How many people are reached acts in proportion; how often
// each of them is, saturates. The result is the activity of a channel like any other: it carries over, and with the
// saturation "none" its effect stays proportional to reach.

import { usageError } from "@mmm/core";
import { hill } from "../saturation/hill.js";

export interface ReachFrequencyOptions {
  /** Slope of the Hill curve of frequency. Default 1.5: the second contact adds more than the fifth. */
  readonly slope?: number;
  /** Average frequency at which half of the effect of a reached person is there. Default 2.5. */
  readonly halfSaturation?: number;
}

/**
 * People reached, each weighted by what the average frequency of the period does:
 *
 * `activity[t] = reach[t] · f[t]^s / (f[t]^s + k^s)`
 *
 * @param reach people reached at least once in the period, any shape
 * @param frequency average contacts per reached person, same shape; 0 or more
 * @returns same shape; 0 where either is 0, NaN where either is
 * @throws MmmError `SHAPE` for different lengths, `NEGATIVE_VALUE`
 * @example const activity = reachFrequency([1e6, 2e6], [3, 1.5]); // 1e6 · 0.568, 2e6 · 0.317
 *
 * Source: Zhang, Wang, Sun, Zhang, Koehler & Chan (2023), Bayesian hierarchical media mix model incorporating reach and
 * frequency data. We differ in that the curve of frequency is given, not learned: take it from frequency experiments or
 * compare a few by their holdout error.
 */
export function reachFrequency(
  reach: ArrayLike<number>,
  frequency: ArrayLike<number>,
  { slope = 1.5, halfSaturation = 2.5 }: ReachFrequencyOptions = {},
): Float64Array {
  if (reach.length !== frequency.length) {
    throw usageError(
      "SHAPE",
      `There are ${reach.length} values of reach and ${frequency.length} of frequency.`,
      "Give one frequency for each reach.",
    );
  }
  const curve = hill();
  return Float64Array.from(reach, (people, i) => {
    const contacts = frequency[i]!;
    if (people < 0 || contacts < 0) {
      throw usageError(
        "NEGATIVE_VALUE",
        `Reach ${people} with frequency ${contacts} at position ${i} cannot be; both are 0 or more.`,
        "Correct the value.",
      );
    }
    return people * curve.apply(contacts, [slope, halfSaturation]);
  });
}
