import type { FitMetrics, Interval, MmmResult } from "../result/types.js";

/** One forecast of rolling-origin cross-validation. */
export interface OriginScore {
  /** Last period that the fit saw. */
  readonly origin: string;
  readonly trainingPeriods: number;
  readonly firstPeriod: string;
  readonly lastPeriod: string;
  readonly model: FitMetrics;
  readonly naive: MmmResult["fit"]["naive"];
  /** 1 − RMSE of the model / RMSE of the mean of the last eight periods: above 0 is better than that rule. */
  readonly skill: number | null;
  /** Periods whose KPI total lies inside the interval of the forecast total. */
  readonly inside: number;
  /** Periods with any observed row. */
  readonly periods: number;
  /** KPI over all observed rows of the horizon, and its forecast. */
  readonly actual: number;
  readonly predicted: Interval;
  /** Units and channels without data before the origin, left out there. */
  readonly leftOut: { readonly units: readonly string[]; readonly channels: readonly string[] };
  readonly converged: boolean;
}

export interface CrossValidation {
  readonly horizon: number;
  readonly step: number;
  readonly interval: number;
  readonly origins: readonly OriginScore[];
  /** Mean over the origins that have one. */
  readonly meanSkill: number | null;
  /** Part of all forecast periods whose total lies inside its interval; `interval` is what it should be. */
  readonly coverage: number;
}

/** One refit with a channel whose history was shifted in time, so that it cannot have caused the KPI as observed. */
export interface PlaceboRun {
  readonly channel: string;
  readonly repeat: number;
  /** Of all media contribution, for the shifted channel. */
  readonly share: Interval;
  readonly contribution: Interval;
  /** Whether the interval of the share reaches down to the tolerance. */
  readonly passed: boolean;
}

export interface PlaceboTest {
  /** Shares up to here count as nothing. */
  readonly tolerance: number;
  readonly runs: readonly PlaceboRun[];
  readonly passed: number;
}

/** What changes when the model does not know of a channel. */
export interface ChannelLeftOut {
  readonly channel: string;
  /** Its contribution in the full fit, KPI units. */
  readonly contribution: Interval;
  /** Part of that contribution which the other channels take over without it; the rest goes to the baseline or is lost. */
  readonly takenByChannels: number;
  /** The channel that takes most, and how much of the contribution; null when none takes any. */
  readonly mostTaken: { readonly channel: string; readonly part: number } | null;
  readonly train: FitMetrics;
  readonly holdout: FitMetrics | null;
  /** RMSE of the holdout without the channel over that with it, minus 1; above 0 the channel helps to predict. */
  readonly errorChange: number | null;
}

export interface LeaveOneOut {
  readonly holdout: number;
  readonly full: Pick<MmmResult["fit"], "train" | "holdout">;
  readonly channels: readonly ChannelLeftOut[];
}

/** One reported number before and after a change of the data. */
export interface Movement {
  readonly quantity: "share" | "roi" | "halfLife" | "mediaFraction";
  /** Null for the media fraction. */
  readonly channel: string | null;
  readonly before: Interval;
  readonly after: Interval;
  /** |after − before| over the width of the interval before; null where that width is 0. */
  readonly widths: number | null;
}

export interface Stability {
  /** What was changed, in words. */
  readonly change: string;
  /** Largest first. */
  readonly movements: readonly Movement[];
  /** The largest number of widths; null when nothing can be compared. */
  readonly most: number | null;
}
