import type { Diagnostic, Frequency } from "@mmm/core";
import type { Interval } from "../result/types.js";

/** One unit in one future period. `baseline` and the means of `contributions` add up to the mean of `predicted`. */
export interface ForecastCell {
  readonly unit: string;
  readonly period: string;
  /** The KPI that will be observed: its interval holds parameters, level, common shocks and noise. */
  readonly predicted: Interval;
  /** What is predicted without media. */
  readonly baseline: number;
  /** In the order of `Forecast.channels`; carried-over effect of earlier activity included. */
  readonly contributions: readonly Interval[];
}

/** One channel over all cells of the forecast. */
export interface ForecastChannel {
  readonly name: string;
  /** Planned activity and what it costs; null when the plan names no cost. */
  readonly activity: number;
  readonly spend: number | null;
  /** KPI that would be missing in the future periods without the channel. */
  readonly contribution: Interval;
  /** The part of it that comes from activity before the first future period. */
  readonly carriedIn: Interval;
}

export interface Forecast {
  readonly kpi: string;
  readonly frequency: Frequency;
  /** Probability mass of every interval. */
  readonly interval: number;
  readonly periods: readonly string[];
  /** Unit by unit, each in time order; only cells that the plan has. */
  readonly cells: readonly ForecastCell[];
  /** Sum over the cells of each period; null for a period without any. */
  readonly byPeriod: readonly (Interval | null)[];
  readonly total: Interval;
  readonly baseline: number;
  readonly channels: readonly ForecastChannel[];
  readonly diagnostics: readonly Diagnostic[];
}
