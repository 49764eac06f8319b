// How long a channel would have to be paused until the loss can be told from noise. A planning figure: it takes the
// model's prediction as the counterfactual and ignores its own uncertainty, so a real test should be somewhat longer.

import type { FitView, Interval } from "@mmm/model";

const normal95 = 1.645;
const normal80 = 0.842;

/** Standard deviation of the total misses per period and their correlation from one period to the next (training). */
export function periodNoise(view: FitView): { readonly sd: number; readonly correlation: number } {
  const values = view.residuals.byPeriod.slice(0, view.holdoutStart ?? undefined).filter((value) => value !== null);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviations = values.map((value) => value - mean);
  const variance = deviations.reduce((total, value) => total + value * value, 0) / values.length;
  const lagged = deviations.slice(1).reduce((total, value, i) => total + value * deviations[i]!, 0) / values.length;
  return { sd: Math.sqrt(variance), correlation: variance > 0 ? lagged / variance : 0 };
}

/**
 * Periods of a complete pause after which a one-sided 5% test finds the loss with a chance of 80 %:
 * `n = ((1.645 + 0.842) σ / δ)² (1 + ρ) / (1 − ρ)`, with the loss per period `δ`, noise `σ` per period and its lag-one
 * correlation `ρ`, plus twice the carryover half-life for the effect to die out. Null when there is no effect to find.
 */
export function pausePeriods(
  lossPerPeriod: number,
  noise: { readonly sd: number; readonly correlation: number },
  halfLife: Interval,
): number | null {
  if (!(lossPerPeriod > 0)) return null;
  const correlation = Math.min(0.9, Math.max(0, noise.correlation));
  const ratio = ((normal95 + normal80) * noise.sd) / lossPerPeriod;
  return Math.ceil((ratio * ratio * (1 + correlation)) / (1 - correlation) + 2 * Math.max(0, halfLife.mean));
}
