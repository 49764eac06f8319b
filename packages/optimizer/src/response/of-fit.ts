// The response model of a fitted marketing mix model: its curves, carryover, unit effects and posterior draws, for a
// horizon after the data.

import { columnValues, type Panel, shiftPeriod, usageError } from "@mmm/core";
import { type ChannelState, curveStates, type Fit } from "@mmm/model";
import { graphLinks } from "./graph-links.js";
import type { ActivityLink, GridChannel } from "./grid.js";
import { gridResponse } from "./grid-response.js";
import type { ResponseModel, Timing } from "./response-model.js";

export interface ResponseOptions {
  /** Length of the horizon in periods. Default: a year, at most the length of the data. */
  readonly periods?: number;
  /**
   * How a plan spreads money over the horizon, compared with today's plan as it is really spent. Default: `today`, each
   * channel keeps the pattern of its last observed periods. See {@link Timing}; `perPeriod` plans the periods.
   */
  readonly timing?: Exclude<Timing, "planned">;
  /** Plan each unit apart. Default false: units share a channel's money as today. */
  readonly perUnit?: boolean;
  /** Plan each period apart. Default false. */
  readonly perPeriod?: boolean;
  /** Count effects that arrive after the horizon, with today's spend going on there. Default true. */
  readonly countAfter?: boolean;
  /** How many posterior draws to plan with; `"mode"` for the best estimate alone. Default 100, fewer with many units. */
  readonly draws?: number | "mode";
  /** Relative change of the price of one unit of activity by channel: `{ tv: 0.1 }` for 10 % dearer. */
  readonly priceChange?: Readonly<Record<string, number>>;
  /** Money per KPI unit. Default: mean revenue per KPI over the last periods, where the panel has it. */
  readonly valuePerKpi?: number;
  /**
   * `direct` (default): a plan sets what every channel spends, so what one channel brings about in another is part of
   * the other's budget. `total`: what the fit's causal graph says comes on top of those budgets, at no cost, with the
   * graph's own uncertainty draw by draw.
   */
  readonly effects?: "direct" | "total";
  /** Activity that other activity brings along on top of its own budget, in place of the fit's graph. */
  readonly links?: readonly ActivityLink[];
}

/**
 * What a fit says about plans for the time after its data.
 *
 * Today's plan is the spend of the last `periods` observed periods, repeated where the data are shorter. Channels
 * without a known cost are not planned.
 *
 * @throws MmmError `NOTHING_TO_PLAN` when no channel has a cost, `UNKNOWN_CHANNEL`, `BAD_OPTION`
 * @example
 * const yearly = responseModelOf(fit); // one amount per channel
 * const calendar = responseModelOf(fit, { periods: 26, perPeriod: true }); // one per channel and week
 */
export function responseModelOf(fit: Fit, options: ResponseOptions = {}): ResponseModel {
  const { panel, design } = fit;
  const { perUnit = false, perPeriod = false, countAfter = true, priceChange = {} } = options;
  const { timing = "today" } = options;
  const length = panel.periods.length;
  const horizon = options.periods ?? Math.min(length, yearOf(panel));
  if (!Number.isInteger(horizon) || horizon < 1) {
    throw usageError("BAD_OPTION", `periods is ${horizon}; a horizon is a whole number of periods from 1.`);
  }
  const most = longestYears * yearOf(panel);
  if (horizon > most) {
    throw usageError(
      "BAD_OPTION",
      `periods is ${horizon}, more than the ${most} periods of ${longestYears} years; no fit reaches that far.`,
      "Plan a year, and plan again with new data.",
    );
  }
  if (perPeriod && timing !== "today") {
    throw usageError(
      "BAD_OPTION",
      `The timing is '${timing}', but with perPeriod the plan decides when to spend.`,
      "Leave one of them out.",
    );
  }
  const planned = panel.roles.channels.flatMap((channel, c) => (channel.spend === null ? [] : [{ channel, c }]));
  if (planned.length === 0) {
    throw usageError(
      "NOTHING_TO_PLAN",
      "No channel of this fit has a known cost, so there is no money to move.",
      "Give the spend column of at least one channel when fitting.",
    );
  }
  const unknown = Object.keys(priceChange).filter((name) => !planned.some(({ channel }) => channel.name === name));
  if (unknown.length > 0) {
    throw usageError(
      "UNKNOWN_CHANNEL",
      `priceChange names '${unknown.join("', '")}'; channels with a cost: ${planned.map(({ channel }) => channel.name).join(", ")}.`,
      "Correct the name.",
    );
  }
  const steady = timing === "settled";
  const points = planned.length * panel.units.length * (steady ? 1 : horizon);
  const wanted = options.draws ?? usualDraws(options.effects === "total" ? 4 * points : points);
  const states = pickStates(fit, wanted);
  const columns = planned.map(({ c }) => c);
  const links =
    options.links ?? (options.effects === "total" ? graphLinks(fit, columns, drawsOfGraph(fit, wanted)) : []);
  const channels = planned.map(({ channel, c }): GridChannel => {
    const spend = columnValues(panel, channel.spend!);
    const activity = columnValues(panel, channel.activity);
    const family = fit.layout.channels[c]!.saturation;
    const dearer = 1 + (priceChange[channel.name] ?? 0);
    const price = prices(panel, spend, activity).map((each) => each * dearer);
    const history = recent(panel, spend, horizon);
    const { lower, upper } = observedRange(panel, spend, perUnit);
    const draws = states.map(({ channels: shared, own }) => {
      const state = shared[c]!;
      const effect = Float64Array.from(panel.units, (_, r) => {
        const deviation = fit.layout.perUnit > 0 ? Math.exp(own[r * fit.layout.perUnit + 1 + c]!) : 1;
        return design.scales.kpi[r]! * state.effect * deviation;
      });
      return { weights: steady ? new Float64Array([1]) : state.weights, saturation: state.saturation, effect };
    });
    const mean = Float64Array.from(panel.units, (_, r) => average(history.subarray(r * horizon, (r + 1) * horizon)));
    return {
      name: channel.name,
      family,
      activityScale: Float64Array.from(panel.units, (_, r) => design.scales.activity[r * design.channels + c]!),
      draws,
      price,
      current: steady ? mean : history,
      observed: { lower: lower.map((least) => least * dearer), upper: upper.map((most) => most * dearer) },
      concave: isConcave(family.id, states, c),
      ...(!steady && {
        before: carryIn(panel, activity, design.lags - 1),
        ...(countAfter && { after: mean.map((amount, r) => amount / price[r]!) }),
      }),
    };
  });
  const last = panel.periods.at(-1)!;
  const labels = Array.from({ length: horizon }, (_, t) => shiftPeriod(last, panel.frequency, t + 1));
  return {
    ...gridResponse({
      channels,
      units: panel.units,
      periods: steady ? ["steady"] : labels,
      kpi: panel.roles.kpi,
      currency: panel.currency ?? null,
      valuePerKpi: options.valuePerKpi ?? revenuePerKpi(panel, horizon),
      perUnit,
      perPeriod,
      repeat: steady ? horizon : 1,
      links: steady ? links.map((link) => ({ ...link, lag: 0 })) : links,
      spread: timing === "today" ? "pattern" : "even",
    }),
    ...(steady && { timing }),
    periods: labels,
    frequency: panel.frequency,
  };
}

const longestYears = 5;

/** A hundred, fewer where the curves have so many points that planning would take minutes. */
function usualDraws(points: number): number {
  return Math.max(25, Math.min(100, Math.floor(4e6 / points)));
}

interface DrawState {
  readonly channels: readonly ChannelState[];
  readonly own: Float64Array;
}

function pickStates(fit: Fit, draws: number | "mode"): DrawState[] {
  const { mode, draws: all } = curveStates(fit);
  if (draws === "mode") return [{ channels: mode, own: fit.learned.mode.own }];
  return pickDraws(draws, all.length).map((d) => ({ channels: all[d]!, own: fit.draws.own[d]! }));
}

function drawsOfGraph({ draws }: Fit, wanted: number | "mode"): readonly number[] | null {
  return wanted === "mode" ? null : pickDraws(wanted, draws.count);
}

function pickDraws(draws: number, all: number): number[] {
  if (!Number.isInteger(draws) || draws < 1) {
    throw usageError("BAD_OPTION", `draws is ${draws}; it must be a whole number from 1, or "mode".`);
  }
  const count = Math.min(draws, all);
  return Array.from({ length: count }, (_, k) => Math.floor((k * all) / count));
}

const alwaysConcave = new Set(["logistic", "inverseScaledLogistic", "tanh", "michaelisMenten", "root", "log", "none"]);

function isConcave(family: string, states: readonly DrawState[], c: number): boolean {
  if (alwaysConcave.has(family)) return true;
  return family === "hill" && states.every(({ channels }) => channels[c]!.saturation[0]! <= 1);
}

// Money per unit of activity over all observed cells of the unit; the whole panel's where a unit has none.
function prices(panel: Panel, spend: Float64Array, activity: Float64Array): Float64Array {
  const periods = panel.periods.length;
  const sum = (r: number, values: Float64Array): number => {
    let total = 0;
    for (let i = r * periods; i < (r + 1) * periods; i++) if (panel.observed[i] === 1) total += values[i]!;
    return total;
  };
  const costs = panel.units.map((_, r) => sum(r, spend));
  const amounts = panel.units.map((_, r) => sum(r, activity));
  const all = costs.reduce((a, b) => a + b, 0) / amounts.reduce((a, b) => a + b, 0);
  return Float64Array.from(costs, (cost, r) => (cost > 0 && amounts[r]! > 0 ? cost / amounts[r]! : all > 0 ? all : 1));
}

// Spend of the last `horizon` periods per unit, `[units, horizon]`; absent cells take the unit's mean, and a history
// that is shorter repeats.
function recent(panel: Panel, spend: Float64Array, horizon: number): Float64Array {
  const periods = panel.periods.length;
  const window = Math.min(horizon, periods);
  const out = new Float64Array(panel.units.length * horizon);
  for (let r = 0; r < panel.units.length; r++) {
    const seen: number[] = [];
    for (let t = periods - window; t < periods; t++) {
      if (panel.observed[r * periods + t] === 1) seen.push(spend[r * periods + t]!);
    }
    const mean = seen.length > 0 ? average(seen) : 0;
    for (let t = 0; t < horizon; t++) {
      // Counted back from the end, so that the repeated pattern keeps its phase.
      const source = periods - window + ((t - (horizon % window) + window) % window);
      const i = r * periods + source;
      out[r * horizon + t] = panel.observed[i] === 1 ? spend[i]! : mean;
    }
  }
  return out;
}

function carryIn(panel: Panel, activity: Float64Array, lags: number): Float64Array[] {
  const periods = panel.periods.length;
  return panel.units.map((_, r) => {
    const own = activity.subarray(r * periods, (r + 1) * periods);
    const seen = [...own].filter((_value, t) => panel.observed[r * periods + t] === 1);
    const mean = seen.length > 0 ? average(seen) : 0;
    const from = Math.max(0, periods - lags);
    return Float64Array.from(own.subarray(from), (value, k) =>
      panel.observed[r * periods + from + k] === 1 ? value : mean,
    );
  });
}

// Smallest and largest observed spend per period, of each unit or of all units together (then shared out by size).
function observedRange(panel: Panel, spend: Float64Array, perUnit: boolean) {
  const periods = panel.periods.length;
  const units = panel.units.length;
  const sums = new Float64Array(units);
  const totals = new Float64Array(periods);
  const lower = new Float64Array(units).fill(Number.POSITIVE_INFINITY);
  const upper = new Float64Array(units);
  for (let i = 0; i < spend.length; i++) {
    if (panel.observed[i] !== 1) continue;
    const r = Math.floor(i / periods);
    lower[r] = Math.min(lower[r]!, spend[i]!);
    upper[r] = Math.max(upper[r]!, spend[i]!);
    sums[r]! += spend[i]!;
    totals[i % periods]! += spend[i]!;
  }
  const all = sums.reduce((a, b) => a + b, 0);
  if (perUnit || all === 0) return { lower: lower.map((least) => (Number.isFinite(least) ? least : 0)), upper };
  const least = Math.min(...totals);
  const most = Math.max(...totals);
  return { lower: sums.map((sum) => (least * sum) / all), upper: sums.map((sum) => (most * sum) / all) };
}

function revenuePerKpi(panel: Panel, horizon: number): number | null {
  const { revenuePerKpi: column } = panel.roles;
  if (column === null) return null;
  const periods = panel.periods.length;
  const values = columnValues(panel, column);
  const seen: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (panel.observed[i] === 1 && i % periods >= periods - Math.min(horizon, periods)) seen.push(values[i]!);
  }
  return seen.length > 0 ? average(seen) : null;
}

function yearOf({ frequency }: Panel): number {
  return { day: 365, week: 52, month: 12, quarter: 4, year: 1, index: 52 }[frequency];
}

function average(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
