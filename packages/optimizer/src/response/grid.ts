// What a response model on a grid is made of: channels with their curves under every draw, units and periods.

import { usageError } from "@mmm/core";
import type { SaturationFamily } from "@mmm/transforms/plain";

/** Parameters of one channel under one draw. */
export interface CurveDraw {
  /** Lag weights, lag 0 first. */
  readonly weights: Float64Array;
  readonly saturation: ArrayLike<number>;
  /** KPI per period at a saturation of 1, `[units]`. */
  readonly effect: Float64Array;
}

export interface GridChannel {
  readonly name: string;
  readonly family: SaturationFamily;
  /** Activity that the curve calls 1, `[units]`. */
  readonly activityScale: Float64Array;
  readonly draws: readonly CurveDraw[];
  /** Money per unit of activity, `[units]`. */
  readonly price: Float64Array;
  /** Activity just before the horizon, oldest first, `[units][any length]`; none when absent. */
  readonly before?: readonly Float64Array[];
  /** Activity per period after the horizon, `[units]`; when absent, effects after the horizon do not count. */
  readonly after?: Float64Array;
  /** Today's spend per unit and period of the grid, `[units, periods]`. */
  readonly current: Float64Array;
  /** Smallest and largest observed spend per unit and period, `[units]` each. */
  readonly observed: { readonly lower: Float64Array; readonly upper: Float64Array };
  /** True when the curve is concave under every draw. */
  readonly concave: boolean;
}

/** Activity of `from` that brings activity of `to` along, compared with today's plan. */
export interface ActivityLink {
  readonly from: string;
  readonly to: string;
  readonly lag: number;
  /** Activity of `to` per unit of activity of `from`; a function where draws or units differ. */
  readonly rate: number | ((draw: number, unit: number) => number);
}

export interface GridOptions {
  readonly channels: readonly GridChannel[];
  readonly units: readonly string[];
  readonly periods: readonly string[];
  readonly kpi?: string;
  readonly currency?: string | null;
  readonly valuePerKpi?: number | null;
  /** Plan each unit, each period, apart. Default false: a cell follows today's pattern over them. */
  readonly perUnit?: boolean;
  readonly perPeriod?: boolean;
  /** How a cell that covers several periods spreads over them. Default "pattern": as today, unit by unit. */
  readonly spread?: "pattern" | "even";
  /** How many like periods each period of the grid stands for: the length of the horizon in a steady state. Default 1. */
  readonly repeat?: number;
  readonly links?: readonly ActivityLink[];
}

/** Throws `BAD_RESPONSE` when shapes disagree. */
export function checkGrid({ channels, units, periods }: GridOptions, draws: number): void {
  const fail = (what: string): never => {
    throw usageError("BAD_RESPONSE", `${what}.`, "Give every channel the same units, periods and number of draws.");
  };
  if (channels.length === 0) fail("A response model needs at least one channel, got none");
  if (units.length === 0 || periods.length === 0) fail("A response model needs at least one unit and one period");
  for (const { name, ...channel } of channels) {
    if (channel.draws.length !== draws || draws === 0) {
      fail(`Channel '${name}' has ${channel.draws.length} draws, the first channel has ${draws}`);
    }
    if (channel.current.length !== units.length * periods.length) {
      fail(`Channel '${name}' has ${channel.current.length} current amounts for ${units.length} × ${periods.length}`);
    }
    for (const key of ["activityScale", "price"] as const) {
      if (channel[key].length !== units.length || channel[key].some((value) => !(value > 0))) {
        fail(`Channel '${name}' needs ${units.length} positive numbers as ${key}, got [${channel[key].join(", ")}]`);
      }
    }
  }
}
