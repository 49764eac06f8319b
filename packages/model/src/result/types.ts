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
  /**
   * Total effect in KPI units over training and holdout periods: the prediction minus the prediction had the channel
   * been off and other channels without what it sets off in them (`do(channel = 0)`).
   */
  readonly contribution: Interval;
  /** Effect not passing through other channels; equals `contribution` without a graph. */
  readonly direct: Interval;
  /**
   * Of all media contribution, by the channel that carried it: direct effects add up to that of all media, total effects
   * count some of it more than once. Shares therefore are of direct effects and add up to 1.
   */
  readonly share: Interval;
  /**
   * Direct effect (× revenue per KPI where given) per unit of spend; null without spend. Direct, because that is what
   * counts when the budget of every channel is set by hand, as in a plan.
   */
  readonly roi: Interval | null;
  /** The same for the last 1 % of spend. */
  readonly mroi: Interval | null;
  /**
   * Total effect per unit of spend, that of the channel and `inducedSpend`: what is lost per unit saved by switching the
   * channel off while others follow. Equals `roi` without a graph.
   */
  readonly totalRoi?: Interval | null;
  /** The same for the last 1 % of spend. */
  readonly totalMroi?: Interval | null;
  /** Spend of other channels that follows this one through the graph; 0 without a graph. */
  readonly inducedSpend?: Interval;
  /** Spend per unit of KPI brought about directly; null without spend, and where the interval of `direct` reaches 0. */
  readonly costPerKpi?: Interval | null;
  /** Direct effect per unit of activity (per impression, click, GRP or unit of spend). */
  readonly effectiveness?: Interval;
  /** The part of the direct effect that comes in the period of the activity; the rest is carried over. */
  readonly immediate?: Interval;
  readonly carryover: { readonly kind: string; readonly [parameter: string]: Interval | string };
  /** `halfSaturation` is in units of the channel's activity per period, for the median unit. */
  readonly saturation: { readonly kind: string; readonly [parameter: string]: Interval | string };
}

export interface ResultEdge extends CausalEdge {
  /**
   * For edges that total effects follow: activity of `to` per unit of activity of `from`, over all units, if the
   * edge exists. Absent elsewhere.
   */
  readonly rate?: Interval;
  /**
   * KPI that runs through the edge: the part of the activity of `to` that follows `from`, times the direct contribution
   * of `to`; about what total effects change without the edge. Bounds are those of both multiplied.
   */
  readonly passes?: Interval;
}

export interface ResultGraph {
  readonly nodes: readonly string[];
  /** Between channels: every pair that was scored. Into the KPI: weight is the channel's share. */
  readonly edges: readonly ResultEdge[];
  /** Id of the engine or layer that found it. */
  readonly engine?: string;
  /** What `weight` of an edge between channels is measured in. */
  readonly weightScale?: string;
}

/** `result.json`, schema id `mmm.result/v1`. Additions are free, renames are not. */
export interface MmmResult {
  readonly schema: "mmm.result/v1";
  readonly kpi: string;
  readonly units: number;
  readonly periods: number;
  readonly channels: readonly ChannelResult[];
  readonly baseline: Interval;
  /**
   * What total effects count more than once, negative: baseline + contributions + interaction = prediction. 0 without a
   * graph.
   */
  readonly interaction?: Interval;
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
  /** What lift tests and priors changed; absent without them. */
  readonly calibration?: CalibrationResult;
  /** Over the channels, with the KPI as sink; null without a graph. */
  readonly graph: ResultGraph | null;
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
