// A response model from curves: carryover, then saturation, then an effect, per channel and unit, on a grid of periods.
//
//   activity[c,r,t] = spend[c,r,t] / price[c,r]  (+ what other channels bring along)
//   KPI = Σ_{c,r,t} effect[c,r] · saturate_c( Σ_l weights_c[l] · activity[c,r,t−l] / activityScale[c,r] )
//
// Periods before the horizon carry in, periods after it are counted where `after` is given. With one period and a
// single lag weight of 1 it is the steady state.

import { usageError } from "@mmm/core";
import type { SaturationFamily } from "@mmm/transforms/plain";
import { layCells } from "./lay-cells.js";
import { type LinkPath, spread, spreadBack, topological } from "./links.js";
import type { ResponseModel } from "./response-model.js";

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
  /** Activity of `to` per unit of activity of `from`. */
  readonly rate: number;
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
  /** How a cell that covers several periods spreads over them. Default "pattern": as today. */
  readonly spread?: "pattern" | "even";
  /** How many like periods each period of the grid stands for: the length of the horizon in a steady state. Default 1. */
  readonly repeat?: number;
  readonly links?: readonly ActivityLink[];
}

/**
 * A {@link ResponseModel} from curves.
 *
 * @throws MmmError `BAD_RESPONSE` when shapes disagree
 * @example
 * gridResponse({
 *   units: ["all"], periods: ["year"],
 *   channels: [{
 *     name: "tv", family: hill(), concave: true, price: new Float64Array([1]), activityScale: new Float64Array([100]),
 *     draws: [{ weights: new Float64Array([1]), saturation: [1, 1], effect: new Float64Array([50]) }],
 *     current: new Float64Array([80]), observed: { lower: new Float64Array([0]), upper: new Float64Array([150]) },
 *   }],
 * });
 */
export function gridResponse(options: GridOptions): ResponseModel {
  const { channels, units, periods, perUnit = false, perPeriod = false, repeat = 1, links = [] } = options;
  const draws = channels[0]?.draws.length ?? 0;
  check(options, draws);
  const width = periods.length;
  const { cells, places } = layCells(options);
  const paths: LinkPath[] = topological(
    links,
    channels.map(({ name }) => name),
  );
  const reach = channels.map((channel) => effectiveLags(channel.draws));
  const tails = channels.map((channel, c) => (channel.after ? reach[c]! - 1 : 0));
  const offsets = channels.map((_, c) => c * units.length * width);
  const size = channels.length * units.length * width;
  const activity = new Float64Array(size);
  const activitySlope = new Float64Array(size);
  const most = Math.max(...channels.map(({ family }) => family.parameters.length), 0);
  const out = new Float64Array(2 + most);
  const carriedSlope = new Float64Array(width + Math.max(0, ...tails));
  const today = new Float64Array(size);

  const buy = (spend: Float64Array): void => {
    for (const [c, { price }] of channels.entries()) {
      for (let r = 0; r < units.length; r++) {
        for (let t = 0; t < width; t++) {
          const at = offsets[c]! + r * width + t;
          const place = places[at]!;
          activity[at] = (spend[place.cell]! * place.share) / price[r]!;
        }
      }
    }
  };
  const fillActivity = (spend: Float64Array): void => {
    buy(spend);
    spread(paths, activity, today, units.length, width);
  };

  // KPI of one channel under one draw at `activity`; adds to `activitySlope` when asked.
  const respond = (c: number, draw: number, wantSlope: boolean): number => {
    const channel = channels[c]!;
    const { weights, saturation, effect } = channel.draws[draw]!;
    const { family, activityScale, before, after } = channel;
    const lags = Math.min(weights.length, reach[c]!);
    const end = width + tails[c]!;
    let total = 0;
    for (let r = 0; r < units.length; r++) {
      const start = offsets[c]! + r * width;
      const past = before?.[r];
      const future = after?.[r] ?? 0;
      const scale = activityScale[r]!;
      let sum = 0;
      for (let t = 0; t < end; t++) {
        let carried = 0;
        for (let l = 0; l < lags; l++) {
          const s = t - l;
          if (s >= width) carried += weights[l]! * future;
          else if (s >= 0) carried += weights[l]! * activity[start + s]!;
          else if (past) carried += weights[l]! * (past[past.length + s] ?? 0);
        }
        if (wantSlope) {
          family.derivatives(carried / scale, saturation, out, 0);
          sum += out[0]!;
          carriedSlope[t] = (repeat * effect[r]! * out[1]!) / scale;
        } else {
          sum += family.apply(carried / scale, saturation);
        }
      }
      total += repeat * effect[r]! * sum;
      if (!wantSlope) continue;
      for (let s = 0; s < width; s++) {
        let slope = 0;
        const furthest = Math.min(lags - 1, end - 1 - s);
        for (let l = 0; l <= furthest; l++) slope += weights[l]! * carriedSlope[s + l]!;
        activitySlope[start + s] = slope;
      }
    }
    return total;
  };

  const everyChannel = (draw: number, wantSlope: boolean): Float64Array =>
    Float64Array.from(channels, (_, c) => respond(c, draw, wantSlope));

  const current = new Float64Array(cells.length);
  for (let at = 0; at < size; at++) {
    const c = Math.floor(at / (units.length * width));
    current[places[at]!.cell]! += repeat * channels[c]!.current[at - offsets[c]!]!;
  }
  buy(current);
  today.set(activity);
  const nothing = new Float64Array(cells.length);
  fillActivity(nothing);
  const zero = Array.from({ length: draws }, (_, d) => everyChannel(d, false));
  const zeroTotal = zero.map((parts) => parts.reduce((a, b) => a + b, 0));

  const byChannel = (spend: Float64Array, draw: number): Float64Array => {
    fillActivity(spend);
    return everyChannel(draw, false).map((value, c) => value - zero[draw]![c]!);
  };
  const evaluate = (spend: Float64Array, draw: number, gradient: Float64Array | null): number => {
    fillActivity(spend);
    let total = -zeroTotal[draw]!;
    for (let c = 0; c < channels.length; c++) total += respond(c, draw, gradient !== null);
    if (!gradient) return total;
    spreadBack(paths, activitySlope, units.length, width);
    gradient.fill(0);
    for (let at = 0; at < size; at++) {
      const { cell, share } = places[at]!;
      const c = Math.floor(at / (units.length * width));
      const r = Math.floor(at / width) % units.length;
      gradient[cell]! += (activitySlope[at]! * share) / channels[c]!.price[r]!;
    }
    return total;
  };

  const separable = links.length === 0 && channels.every((_, c) => reach[c] === 1);
  const placesOf: number[][] = cells.map(() => []);
  for (let at = 0; at < size; at++) placesOf[places[at]!.cell]!.push(at);
  const cellResponse: ResponseModel["cellResponse"] = !separable
    ? null
    : (cell, spend, draw, into) => {
        const c = cells[cell]!.channel;
        const { family, price, activityScale, draws: states } = channels[c]!;
        const { weights, saturation, effect } = states[draw]!;
        let value = 0;
        let slope = 0;
        for (const at of placesOf[cell]!) {
          const r = Math.floor(at / width) % units.length;
          const perMoney = (weights[0]! * places[at]!.share) / (price[r]! * activityScale[r]!);
          family.derivatives(spend * perMoney, saturation, out, 0);
          value += repeat * effect[r]! * out[0]!;
          slope += repeat * effect[r]! * out[1]! * perMoney;
        }
        into[0] = value;
        into[1] = slope;
      };

  const observed = { lower: new Float64Array(cells.length), upper: new Float64Array(cells.length) };
  for (let at = 0; at < size; at++) {
    const { cell } = places[at]!;
    const c = Math.floor(at / (units.length * width));
    const r = Math.floor(at / width) % units.length;
    observed.lower[cell]! += repeat * channels[c]!.observed.lower[r]!;
    observed.upper[cell]! += repeat * channels[c]!.observed.upper[r]!;
  }

  return Object.freeze({
    channels: channels.map(({ name }) => name),
    units,
    periods,
    kpi: options.kpi ?? "KPI",
    currency: options.currency ?? null,
    valuePerKpi: options.valuePerKpi ?? null,
    cells: cells.map((cell) => ({
      channel: cell.channel,
      unit: perUnit ? cell.unit : null,
      period: perPeriod ? cell.period : null,
    })),
    current,
    observed,
    draws,
    evaluate,
    byChannel,
    concave: links.length === 0 && channels.every(({ concave }) => concave),
    cellResponse,
  });
}

// Lags beyond which less than a millionth of the weight lies under every draw.
function effectiveLags(draws: readonly CurveDraw[]): number {
  let reach = 1;
  for (const { weights } of draws) {
    const total = weights.reduce((a, b) => a + Math.abs(b), 0);
    let rest = 0;
    let last = weights.length;
    while (last > 1 && rest + Math.abs(weights[last - 1]!) <= 1e-6 * total) rest += Math.abs(weights[--last]!);
    reach = Math.max(reach, last);
  }
  return reach;
}

function check({ channels, units, periods }: GridOptions, draws: number): void {
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
