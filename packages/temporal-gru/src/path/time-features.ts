import { usageError } from "@mmm/core";
import { type NdArray, ndArray } from "@mmm/tensor";

export interface TimeFeatureOptions {
  /** How many of the first periods are fitted. Default: all. Time runs from −1 to 1 over them and then stays at 1. */
  readonly fitted?: number;
  /** Length of the season in periods. Default 52.18 (weeks). */
  readonly periodsPerYear?: number;
  /** Waves per year. Default 1; 0 leaves the season out. */
  readonly harmonics?: number;
  /** Position of the first period in the year, in turns. Default 0. */
  readonly start?: number;
}

/**
 * What the calendar alone says about each period: time, and sine and cosine of the season.
 *
 * Time stops at the end of the fitted periods, because a network has learned nothing about later times: what drifted
 * stays where it was last seen, while the season goes on.
 *
 * @returns `[1, periods, 1 + 2 · harmonics]`
 * @throws MmmError `BAD_SIZE` without periods
 * @example timeFeatures(116, { fitted: 104 })
 */
export function timeFeatures(
  periods: number,
  { fitted = periods, periodsPerYear = 365.25 / 7, harmonics = 1, start = 0 }: TimeFeatureOptions = {},
): NdArray {
  if (!(periods >= 1 && fitted >= 1 && fitted <= periods)) {
    throw usageError(
      "BAD_SIZE",
      `Features need at least 1 period and 1 fitted period, no more than there are; got ${periods} and ${fitted}.`,
    );
  }
  const columns = 1 + 2 * harmonics;
  const out = new Float32Array(periods * columns);
  for (let t = 0; t < periods; t++) {
    out[t * columns] = fitted === 1 ? 0 : (2 * Math.min(t, fitted - 1)) / (fitted - 1) - 1;
    for (let h = 1; h <= harmonics; h++) {
      const angle = 2 * Math.PI * h * (start + t / periodsPerYear);
      out[t * columns + 2 * h - 1] = Math.sin(angle);
      out[t * columns + 2 * h] = Math.cos(angle);
    }
  }
  return ndArray(out, [1, periods, columns]);
}
