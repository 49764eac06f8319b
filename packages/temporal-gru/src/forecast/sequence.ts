// Series of any length as one batch for a forecasting network: scaled, padded at the end, with a mask.

import { dataError } from "@mmm/core";

export interface SequenceBatch {
  readonly count: number;
  /** Longest series. */
  readonly periods: number;
  /** Scaled values, `[count, periods]`; 0 behind the end. */
  readonly values: Float32Array;
  /** 1 where a period can be predicted: it exists, and so does its reference. */
  readonly mask: Float32Array;
  readonly lengths: readonly number[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
}

/** How many numbers describe a period to the network. */
export const inputWidth = 4;

/**
 * Scale each series to mean 0 and standard deviation 1 and pad to the longest.
 *
 * @param lag distance to the reference of a period: the length of the season, or 1
 * @throws MmmError `SHORT_SERIES` when a series has no more than `lag + 1` values, `NOT_FINITE`
 */
export function batchSeries(series: readonly ArrayLike<number>[], lag: number): SequenceBatch {
  const lengths = series.map((one) => one.length);
  const periods = Math.max(...lengths);
  const values = new Float32Array(series.length * periods);
  const mask = new Float32Array(series.length * periods);
  const means: number[] = [];
  const scales: number[] = [];
  series.forEach((one, i) => {
    const numbers = Array.from(one);
    if (numbers.length < lag + 2) {
      throw dataError(
        "SHORT_SERIES",
        `Series ${i} has ${numbers.length} values; a season of ${lag} needs at least ${lag + 2}.`,
        "Give a longer series or a shorter season.",
      );
    }
    const bad = numbers.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw dataError("NOT_FINITE", `Series ${i} is ${numbers[bad]} at position ${bad}; every value must be finite.`);
    }
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const scale = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length) || 1;
    means.push(mean);
    scales.push(scale);
    numbers.forEach((value, t) => {
      values[i * periods + t] = (value - mean) / scale;
      if (t > lag) mask[i * periods + t] = 1;
    });
  });
  return { count: series.length, periods, values, mask, lengths, means, scales };
}

/**
 * What the network sees of a period before it happens: the value one season earlier (its reference), how far the last
 * value was from its own reference, and the position in the season.
 *
 * @param history scaled values before the period
 */
export function describePeriod(
  history: ArrayLike<number>,
  t: number,
  lag: number,
  out: Float32Array,
  at: number,
): void {
  const reference = history[t - lag] ?? 0;
  const angle = (2 * Math.PI * t) / lag;
  out[at] = reference;
  out[at + 1] = t > lag ? history[t - 1]! - history[t - 1 - lag]! : 0;
  out[at + 2] = Math.sin(angle);
  out[at + 3] = Math.cos(angle);
}

/** {@link describePeriod} for every period of a batch, `[count, periods, inputWidth]`. */
export function batchInputs({ count, periods, values, lengths }: SequenceBatch, lag: number): Float32Array {
  const out = new Float32Array(count * periods * inputWidth);
  for (let i = 0; i < count; i++) {
    const own = values.subarray(i * periods, i * periods + lengths[i]!);
    for (let t = 0; t < own.length; t++) describePeriod(own, t, lag, out, (i * periods + t) * inputWidth);
  }
  return out;
}
