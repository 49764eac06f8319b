// Everything a chart needs, as plain JSON-able numbers computed from one Fit. Charts are pure functions of this.

import type { Frequency } from "@mmm/core";
import type { DataQuality } from "@mmm/data";
import type { FitMetrics, Interval, MmmResult } from "../result/types.js";

/** One value per period with its interval; null where nothing was observed or predicted. */
export interface Series {
  readonly mean: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

export interface ComponentView {
  readonly name: string;
  readonly kind: "baseline" | "seasonality" | "trend" | "control" | "channel";
  /** Sum over observed units per period, in KPI units. All components of a period add up to the prediction. */
  readonly values: readonly number[];
}

export interface ResponseCurve {
  /** Activity per period summed over units, in the channel's own units; when spend is known, `spend` is its cost. */
  readonly activity: readonly number[];
  readonly spend: readonly number[] | null;
  /** Steady-state KPI per period at that activity, units scaled together from their own means. */
  readonly response: readonly Interval[];
  readonly currentActivity: number;
  readonly currentSpend: number | null;
  readonly currentResponse: Interval;
  /** Smallest and largest total activity per period in the training data. */
  readonly observedRange: readonly [number, number];
}

export interface ChannelView {
  readonly name: string;
  readonly spendShare: number | null;
  readonly effectShare: Interval;
  readonly curve: ResponseCurve;
  /** Normalised lag weights, lag 0 first. */
  readonly carryover: { readonly weights: readonly Interval[]; readonly halfLife: Interval };
  /** Factor on the channel's constant effect, by period; absent where effects do not change over time. */
  readonly effectPath?: readonly Interval[];
  /** Effect of the activity's own period as part of its whole effect. */
  readonly immediateShare: Interval;
}

export interface UnitView {
  readonly unit: string;
  readonly actual: readonly (number | null)[];
  readonly predicted: readonly (number | null)[];
  readonly mediaFraction: number;
  readonly contributions: readonly number[];
  readonly metrics: FitMetrics;
}

export interface ResidualView {
  /** Standardised residuals of the training cells against the prediction (at most 5,000, evenly spaced). */
  readonly points: readonly { readonly predicted: number; readonly standardised: number }[];
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
  /** Sum over units per period, actual − predicted. */
  readonly byPeriod: readonly (number | null)[];
  /** Mean within-unit autocorrelation at lags 1 … 13. */
  readonly autocorrelation: readonly number[];
}

/** The truth of a simulation beside the estimates; only where the data were simulated. */
export interface AnswerKey {
  readonly channels: readonly {
    readonly name: string;
    readonly share: number;
    readonly contribution: number;
    readonly roi: number | null;
    /** Normalised lag weights of the truth. */
    readonly carryover: readonly number[];
    /** True factor on the channel's mean effect, by period; absent where effects do not change over time. */
    readonly effectPath?: readonly number[];
    /** True steady-state response at `ChannelView.curve.activity`. */
    readonly response: readonly number[] | null;
  }[];
  readonly mediaFraction: number;
}

export interface FitView {
  readonly title: string;
  readonly result: MmmResult;
  readonly frequency: Frequency;
  readonly currency: string | null;
  readonly periods: readonly string[];
  /** Index of the first holdout period; null when nothing was held out. */
  readonly holdoutStart: number | null;
  readonly actual: readonly (number | null)[];
  readonly predicted: Series;
  readonly components: readonly ComponentView[];
  readonly channels: readonly ChannelView[];
  readonly units: readonly UnitView[];
  readonly residuals: ResidualView;
  /** Course of the fit: the objective after each round, and whether it ended at a mode. */
  readonly training?: { readonly objective: readonly number[]; readonly converged: boolean };
  readonly dataQuality: DataQuality;
  readonly answerKey: AnswerKey | null;
}
