import type { Frequency } from "@mmm/core";
import type { Interval } from "../result/types.js";

export interface EffectFactor {
  readonly mode: number;
  /** `[draws]`. */
  readonly draws: Float64Array;
  /** First-order relative change of the factor in each draw, `[draws]`. */
  readonly change: Float64Array;
}

/** One channel of a {@link ScenarioModel}. */
export interface ScenarioChannel {
  readonly name: string;
  /** Column of the activity; the name it has in a plan. */
  readonly activity: string;
  /** Family names of carryover and saturation. */
  readonly carryover: string;
  readonly saturation: string;
  /** Free parameters: carryover, saturation, size of the effect. */
  readonly mode: Float64Array;
  /** `[draws, mode.length]`. */
  readonly draws: Float64Array;
  /** Where effects change over time: the factor on the effect that holds from the last training period on. */
  readonly drift: EffectFactor | null;
  /** Log deviation of each unit's effect; empty for a single unit. */
  readonly own: Float64Array;
  /** `[draws, units]`; empty for a single unit. */
  readonly ownDraws: Float64Array;
  /** Activity of one unit over this is what the curve sees, `[units]`. */
  readonly scale: Float64Array;
  /** Activity over `scale` in the last periods of the data, `[units, max(lags − 1, periods)]`. */
  readonly history: Float64Array;
  /**
   * Activity over `scale` per period of a channel that rests today, `[units]`: its mean while it ran. Null for the
   * others: they repeat their last periods.
   */
  readonly flat: Float64Array | null;
  /** Multiple at which the channel runs today: 1, or 0 where it rests. */
  readonly today: number;
  /** Activity over all units and periods at a multiple of 1. */
  readonly unitActivity: number;
  /** What it costs at the latest prices; null when no cost is known. */
  readonly unitSpend: number | null;
  /** Least and most activity that as many periods in a row have seen, in multiples. */
  readonly observedRange: readonly [number, number];
}

/**
 * A fitted model reduced to what forecasts of its next periods need when each channel's activity is a multiple of
 * today's. Today's plan repeats the activity of the last `periods.length` periods.
 */
export interface ScenarioModel {
  readonly kpi: string;
  readonly frequency: Frequency;
  readonly currency: string | null;
  readonly interval: number;
  readonly lags: number;
  /** Number of posterior draws that are kept. */
  readonly draws: number;
  /** Units that are planned: those with data in the last periods. */
  readonly units: readonly string[];
  /** The future periods. */
  readonly periods: readonly string[];
  /** KPI of one unit over this is what the model predicts, `[units]`. */
  readonly kpiScale: Float64Array;
  /** Last period that the fit has seen; its level goes on from there. */
  readonly trainedUntil: string;
  /** Money per KPI unit; null when returns are counted in KPI units. `[units]` */
  readonly valuePerKpi: Float64Array | null;
  /** Prediction without media, summed over units, `[periods]`. */
  readonly baseline: Float64Array;
  /** KPI of the last periods of the data, summed over units, `[periods]`. */
  readonly before: Float64Array;
  /** What samples of the KPI add to the prediction apart from media, `[draws, periods]`. */
  readonly noise: Float64Array;
  readonly controls: readonly { readonly name: string; readonly values: Float64Array }[];
  readonly channels: readonly ScenarioChannel[];
}

/** The KPI to be observed under one plan, by period and in all. */
export interface ScenarioForecast {
  readonly byPeriod: readonly Interval[];
  readonly total: Interval;
}

/** What a plan brings beyond today's. */
export interface ScenarioChange {
  readonly contribution: Interval;
  /** Share of draws in which the plan brings more; null for today's plan itself. */
  readonly probabilityOfMore: number | null;
}

/** Returns of one channel's planned activity, effects after the horizon included. Null without spend. */
export interface ChannelReturns {
  readonly roi: Interval | null;
  /** Of the next 1 % of spend, counted at a multiple of 1. */
  readonly mroi: Interval | null;
}
