import type { TemporalFit } from "./fit.js";
import type { DriftingPanel } from "./simulate.js";

export interface TemporalScore {
  /** R² over the holdout after taking each unit's holdout mean out of the KPI. */
  readonly r2Within: number;
  /** Root mean square error of the effect paths over the fitted periods, both scaled to mean 1. */
  readonly pathError: number;
  /** The same over the holdout. */
  readonly pathErrorAhead: number;
}

export function scoreTemporal(panel: DriftingPanel, fit: TemporalFit): TemporalScore {
  const { units, periods, fitted, channels, kpi } = panel;
  let residual = 0;
  let total = 0;
  for (let r = 0; r < units; r++) {
    let mean = 0;
    for (let t = fitted; t < periods; t++) mean += kpi[r * periods + t]! / (periods - fitted);
    for (let t = fitted; t < periods; t++) {
      residual += (kpi[r * periods + t]! - fit.prediction[r * periods + t]!) ** 2;
      total += (kpi[r * periods + t]! - mean) ** 2;
    }
  }
  const scaled = (path: Float64Array, c: number): number => {
    let mean = 0;
    for (let t = 0; t < fitted; t++) mean += path[t * channels + c]! / fitted;
    return mean;
  };
  const error = (from: number, to: number): number => {
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const [a, b] = [scaled(fit.modulation, c), scaled(panel.drift, c)];
      for (let t = from; t < to; t++) {
        sum += (fit.modulation[t * channels + c]! / a - panel.drift[t * channels + c]! / b) ** 2;
      }
    }
    return Math.sqrt(sum / (channels * (to - from)));
  };
  return { r2Within: 1 - residual / total, pathError: error(0, fitted), pathErrorAhead: error(fitted, periods) };
}
