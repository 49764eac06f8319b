// How well predictions match, and the naive forecasts that must stand beside every score.

import type { FitMetrics } from "../result/types.js";

/** Cells to score: actual and predicted `[units, periods]`, and which cells count. */
export interface Scored {
  readonly units: number;
  readonly periods: number;
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  /** 1 where the cell counts. Cells whose prediction is NaN are skipped. */
  readonly mask: Uint8Array;
  /** Mean absolute one-period change of the training window, the yardstick of MASE. */
  readonly trainingChange: number;
}

/**
 * Score a window. With no cell to score every metric is null; R² is null where the actuals do not vary.
 *
 * `r2 = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²` over all cells; `r2Within` takes ȳ per unit.
 */
export function score({ units, periods, actual, predicted, mask, trainingChange }: Scored): FitMetrics {
  let n = 0;
  let sum = 0;
  let squares = 0;
  let errors = 0;
  let absolute = 0;
  let size = 0;
  let relative = 0;
  let relativeCount = 0;
  let within = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let r = 0; r < units; r++) {
    let unitCount = 0;
    let unitSum = 0;
    let unitSquares = 0;
    for (let t = 0; t < periods; t++) {
      const i = r * periods + t;
      if (mask[i] !== 1 || Number.isNaN(predicted[i])) continue;
      const y = actual[i]!;
      const error = y - predicted[i]!;
      unitCount++;
      unitSum += y;
      unitSquares += y * y;
      errors += error * error;
      absolute += Math.abs(error);
      size += Math.abs(y);
      if (y !== 0) {
        relative += Math.abs(error / y);
        relativeCount++;
      }
      lowest = Math.min(lowest, y);
      highest = Math.max(highest, y);
    }
    if (unitCount === 0) continue;
    n += unitCount;
    sum += unitSum;
    squares += unitSquares;
    within += unitSquares - unitSum ** 2 / unitCount;
  }
  const total = squares - sum ** 2 / n;
  const ratio = (part: number, whole: number): number | null =>
    n > 0 && whole > 1e-12 * squares ? 1 - part / whole : null;
  return {
    r2: ratio(errors, total),
    r2Within: ratio(errors, within),
    rmse: n > 0 ? Math.sqrt(errors / n) : null,
    nrmse: n > 0 && highest > lowest ? Math.sqrt(errors / n) / (highest - lowest) : null,
    mape: relativeCount > 0 ? relative / relativeCount : null,
    wmape: size > 0 ? absolute / size : null,
    mase: n > 0 && trainingChange > 0 ? absolute / n / trainingChange : null,
  };
}

/** Mean |y_t − y_{t−1}| over consecutive observed training cells; NaN when there are none. */
export function meanChange(
  actual: Float64Array,
  observed: Uint8Array,
  units: number,
  periods: number,
  end: number,
): number {
  let sum = 0;
  let n = 0;
  for (let r = 0; r < units; r++) {
    for (let t = 1; t < end; t++) {
      const i = r * periods + t;
      if (observed[i] !== 1 || observed[i - 1] !== 1) continue;
      sum += Math.abs(actual[i]! - actual[i - 1]!);
      n++;
    }
  }
  return sum / n;
}

/** Forecasts that need no model, `[units, periods]`; NaN where a unit has nothing to forecast from. */
export interface NaiveForecasts {
  /** The unit's training mean. */
  readonly unitMean: Float64Array;
  /** The mean of the unit's last eight observed training periods. */
  readonly lastPeriods: Float64Array;
  /** The unit's value one year before; null when training is shorter than a year. */
  readonly seasonalNaive: Float64Array | null;
}

export function naiveForecasts(
  actual: Float64Array,
  observed: Uint8Array,
  units: number,
  periods: number,
  trainingEnd: number,
  yearLength: number,
): NaiveForecasts {
  const unitMean = new Float64Array(units * periods).fill(Number.NaN);
  const lastPeriods = unitMean.slice();
  const year = Math.round(yearLength);
  const seasonal = trainingEnd >= year ? unitMean.slice() : null;
  for (let r = 0; r < units; r++) {
    const known: number[] = [];
    for (let t = 0; t < trainingEnd; t++) if (observed[r * periods + t] === 1) known.push(actual[r * periods + t]!);
    if (known.length === 0) continue;
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    for (let t = 0; t < periods; t++) {
      unitMean[r * periods + t] = mean(known);
      lastPeriods[r * periods + t] = mean(known.slice(-8));
      let before = t - year;
      while (before >= trainingEnd) before -= year;
      if (seasonal && before >= 0 && observed[r * periods + before] === 1) {
        seasonal[r * periods + t] = actual[r * periods + before]!;
      }
    }
  }
  return { unitMean, lastPeriods, seasonalNaive: seasonal };
}
