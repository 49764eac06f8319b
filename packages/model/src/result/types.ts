import type { CausalEdge, Diagnostic } from "@mmm/core";
import type { CalibrationResult } from "../calibration/types.js";

/**
 * A number with its uncertainty. `mean` is the best estimate: the value at the posterior mode, so that all parts of a
 * decomposition add up. `lower` and `upper` bound the central interval of the draws (`MmmResult.interval`).
 */
export interface Interval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * How well a prediction matches, over all observed cells of a window.
 * `r2` is pooled over units; `r2Within` first removes each unit's mean of the window; null where undefined.
 */
export interface FitMetrics {
  readonly r2: number | null;
  readonly r2Within: number | null;
  readonly rmse: number | null;
  /** RMSE over the range of the actuals. */
  readonly nrmse: number | null;
  /** Mean of |error| / |actual| over cells whose actual is not zero. */
  readonly mape: number | null;
  /** Sum of |error| over sum of |actual|. */
  readonly wmape: number | null;
  /** Mean |error| over the mean |one-period change| in the training window. */
  readonly mase: number | null;
}

export interface ChannelResult {
  readonly name: string;
  readonly kind: "paid" | "organic" | "treatment";
  /** Total over training and holdout periods; null when no cost is known. */
  readonly spend: number | null;
  /** Total effect in KPI units over training and holdout periods. */
  readonly contribution: Interval;
  /** Effect not passing through other channels; equals `contribution` without a graph. */
  readonly direct: Interval;
  /** Of all media contribution. */
  readonly share: Interval;
  /** Contribution (× revenue per KPI where given) per unit of spend; null without spend. */
  readonly roi: Interval | null;
  /** The same for the last 1 % of spend. */
  readonly mroi: Interval | null;
  readonly carryover: { readonly kind: string; readonly [parameter: string]: Interval | string };
  /** `halfSaturation` is in units of the channel's activity per period, for the median unit. */
  readonly saturation: { readonly kind: string; readonly [parameter: string]: Interval | string };
}

/** `result.json`, schema id `mmm.result/v1`. Additions are free, renames are not. */
export interface MmmResult {
  readonly schema: "mmm.result/v1";
  readonly kpi: string;
  readonly units: number;
  readonly periods: number;
  readonly channels: readonly ChannelResult[];
  readonly baseline: Interval;
  readonly mediaFraction: Interval;
  /** Probability mass of every interval. */
  readonly interval: number;
  readonly fit: {
    readonly train: FitMetrics;
    readonly holdout: FitMetrics | null;
    readonly naive: {
      readonly unitMean: FitMetrics | null;
      readonly lastPeriods: FitMetrics | null;
      readonly seasonalNaive: FitMetrics | null;
    };
  };
  readonly graph: { readonly nodes: readonly string[]; readonly edges: readonly CausalEdge[] } | null;
  /** What lift tests and priors changed; absent without them. */
  readonly calibration?: CalibrationResult;
  readonly diagnostics: readonly Diagnostic[];
  readonly runtime: {
    readonly engine: string;
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly peakRssMb: number;
    readonly seed: number;
    readonly versions: Readonly<Record<string, string>>;
  };
}
