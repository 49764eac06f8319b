// Reduces a fit to a scenario model: the activity that still carries over, the curves of a bounded number of draws, and
// what the KPI does apart from media in the next periods.

import {
  columnValues,
  createPanel,
  type Frequency,
  type Panel,
  type PanelColumn,
  periodsPerYear,
  shiftPeriod,
  usageError,
} from "@mmm/core";
import { decompose } from "../attribution/decompose.js";
import { replicate } from "../attribution/replicate.js";
import type { Fit } from "../fit/fit.js";
import { continueFit } from "../forecast/continue-fit.js";
import { pathState } from "../structural/effect-path.js";
import { linearEffect, readyChannel } from "./channel-effect.js";
import type { EffectFactor, ScenarioChannel, ScenarioModel } from "./types.js";

export interface ScenarioOptions {
  /** Length of the horizon. Default: a quarter (13 periods where the frequency is unknown), at most half of the data. */
  readonly periods?: number;
  /** Posterior draws to keep, the first ones. Default: as many as keep the model small, at most all of them. */
  readonly draws?: number;
}

const quarter: Readonly<Record<Frequency, number>> = { day: 91, week: 13, month: 3, quarter: 1, year: 1, index: 13 };
const numbersToCarry = 800_000;
const fewestDraws = 40;

/**
 * The fit, reduced to what-if questions about the next periods.
 *
 * Today's plan repeats the activity of the last periods; a channel that rested then starts at 0, and a multiple of 1
 * means its mean activity. Controls take their values of a year before, or of the last periods where the data are
 * younger. Units without data in the last periods are not planned.
 *
 * @throws MmmError `BAD_OPTION` for a horizon longer than the data or too few draws, `OWN_FAMILY` for a fit with
 *   curves of the user's own, which are functions and cannot be stored
 * @example openScenarios(scenarioModel(fit)).forecast(fit.panel.roles.channels.map(() => 1.1)).total
 */
export function scenarioModel(fit: Fit, options: ScenarioOptions = {}): ScenarioModel {
  const { panel, design } = fit;
  const past = panel.periods.length;
  const future = options.periods ?? Math.max(1, Math.min(quarter[panel.frequency], Math.floor(past / 2)));
  if (!Number.isInteger(future) || future < 1 || future > past) {
    throw usageError("BAD_OPTION", `periods is ${future}; it must be a whole number from 1 to ${past} for this fit.`);
  }
  const lively = panel.units.flatMap((_, r) =>
    panel.observed.subarray((r + 1) * past - future, (r + 1) * past).includes(1) ? [r] : [],
  );
  const room = numbersToCarry / lively.length / Math.max(design.channels, future);
  const draws = options.draws ?? Math.min(fit.draws.count, Math.max(fewestDraws, Math.floor(room)));
  if (!Number.isInteger(draws) || draws < 2 || draws > fit.draws.count) {
    throw usageError("BAD_OPTION", `draws is ${draws}; it must be a whole number from 2 to ${fit.draws.count}.`);
  }
  const { own } = fit.settings;
  const mine = [...Object.keys(own.carryover), ...Object.keys(own.saturation)];
  if (mine.length > 0) {
    throw usageError(
      "OWN_FAMILY",
      `The fit uses curves of your own (${mine.join(", ")}), which a scenario model cannot carry.`,
      "Ask `forecast` instead.",
    );
  }
  const channels = panel.roles.channels.map((_, c) => condenseChannel(fit, c, lively, future, draws));
  const plan = todaysPlan(fit, lively, future, channels);
  const continued = continueFit(fit, plan);
  const parts = decompose(continued.fit);
  const width = past + future;
  const sumOverUnits = (values: Float64Array, from: number, row: number): Float64Array =>
    Float64Array.from({ length: future }, (_, t) => lively.reduce((sum, r) => sum + values[r * row + from + t]!, 0));
  const predicted = sumOverUnits(parts.prediction, past, width);
  const media = parts.media.map((values) => sumOverUnits(values, past, width));
  const kpi = columnValues(panel, panel.roles.kpi).map((value, i) => (panel.observed[i] === 1 ? value : 0));

  const model: ScenarioModel = {
    kpi: panel.roles.kpi,
    frequency: panel.frequency,
    currency: panel.currency ?? null,
    interval: fit.settings.interval,
    lags: design.lags,
    draws,
    units: lively.map((r) => panel.units[r]!),
    periods: plan.periods,
    trainedUntil: panel.periods[design.trainingEnd - 1]!,
    kpiScale: Float64Array.from(lively, (r) => design.scales.kpi[r]!),
    valuePerKpi: meanRevenue(panel, lively, future),
    baseline: predicted.map((value, t) => value - media.reduce((sum, effect) => sum + effect[t]!, 0)),
    before: sumOverUnits(kpi, past - future, past),
    noise: new Float64Array(draws * future),
    controls: panel.roles.controls.map((name) => ({ name, values: columnValues(plan, name) })),
    channels,
  };
  for (let i = 0; i < model.noise.length; i++) model.noise[i] = -predicted[i % future]!;
  replicate(continued.fit, continued.planned, (_, t, d, value) => {
    if (d < draws) model.noise[d * future + t - past]! += value;
  });
  for (const channel of channels) {
    const { change } = linearEffect(model, readyChannel(model, channel), channel.today);
    for (let i = 0; i < change.length; i++) model.noise[i]! -= change[i]!;
  }
  return model;
}

function condenseChannel(fit: Fit, c: number, lively: readonly number[], future: number, draws: number) {
  const { panel, design, layout, learned } = fit;
  const past = panel.periods.length;
  const known = Math.max(design.lags - 1, future);
  const row = design.lags - 1 + past;
  const at = (r: number, back: number): number => design.activity[(r * design.channels + c + 1) * row - back]!;
  const scale = Float64Array.from(lively, (r) => design.scales.activity[r * design.channels + c]!);
  const history = new Float64Array(lively.length * known);
  const totals = new Float64Array(past);
  lively.forEach((r, i) => {
    for (let back = 1; back <= known; back++) history[(i + 1) * known - back] = at(r, back);
    for (let back = 1; back <= past; back++) totals[past - back]! += at(r, back) * scale[i]!;
  });
  const activityIn = (from: number): number => totals.subarray(from, from + future).reduce((a, b) => a + b, 0);
  const rests = activityIn(past - future) === 0;
  const flat = rests
    ? Float64Array.from(lively, (r, i) => design.scales.activityMean[r * design.channels + c]! / scale[i]!)
    : null;
  const unitActivity = flat
    ? future * flat.reduce((sum, value, i) => sum + value * scale[i]!, 0)
    : activityIn(past - future);
  const windows = Array.from({ length: past - future + 1 }, (_, from) =>
    unitActivity > 0 ? activityIn(from) / unitActivity : 0,
  );
  const { adstockStart, effect } = layout.channels[c]!;
  const own = (values: Float64Array): Float64Array =>
    layout.perUnit === 0 ? new Float64Array(0) : Float64Array.from(lively, (r) => values[r * layout.perUnit + 1 + c]!);
  const stack = (rows: readonly Float64Array[]): Float64Array => {
    const all = new Float64Array(rows.length * (rows[0]?.length ?? 0));
    rows.forEach((values, d) => {
      all.set(values, d * values.length);
    });
    return all;
  };
  const kept = Array.from({ length: draws }, (_, d) => d);
  const price = latestPrice(panel, c, future);
  return {
    name: panel.roles.channels[c]!.name,
    activity: panel.roles.channels[c]!.activity,
    carryover: fit.settings.carryover[c]!,
    saturation: fit.settings.saturation[c]!,
    mode: learned.mode.shared.slice(adstockStart, effect + 1),
    draws: stack(kept.map((d) => fit.draws.shared[d]!.subarray(adstockStart, effect + 1))),
    drift: effectFactor(fit, c, draws),
    own: own(learned.mode.own),
    ownDraws: stack(kept.map((d) => own(fit.draws.own[d]!))),
    scale,
    history,
    flat,
    today: rests ? 0 : 1,
    unitActivity,
    unitSpend: price === null ? null : unitActivity * price,
    observedRange: [Math.min(...windows), Math.max(...windows)],
  } satisfies ScenarioChannel;
}

function effectFactor({ layout, design, learned, draws: all }: Fit, c: number, draws: number): EffectFactor | null {
  const { path } = layout;
  if (!path) return null;
  const { channels, trainingEnd } = design;
  const last = (trainingEnd - 1) * channels + c;
  const factorOf = (shared: Float64Array): number => pathState(path, channels, shared).factor[last]!;
  const { factor, slope } = pathState(path, channels, learned.mode.shared);
  const kept = all.shared.slice(0, draws);
  return {
    mode: factor[last]!,
    draws: Float64Array.from(kept, factorOf),
    change: Float64Array.from(kept, (shared) => {
      let sum = 0;
      for (let k = 0; k < path.knots; k++) {
        const i = path.start + c * path.knots + k;
        sum += path.basis[(k + 1) * trainingEnd - 1]! * (shared[i]! - learned.mode.shared[i]!);
      }
      return slope[last]! * sum;
    }),
  };
}

// Spend per activity in the last periods, or in all of them where nothing ran; null without a cost.
function latestPrice(panel: Panel, c: number, future: number): number | null {
  const { spend, activity } = panel.roles.channels[c]!;
  if (spend === null) return null;
  if (spend === activity) return 1;
  const past = panel.periods.length;
  const sums = (from: number): [cost: number, bought: number] => {
    const costs = columnValues(panel, spend);
    const bought = columnValues(panel, activity);
    let [cost, amount] = [0, 0];
    for (let i = 0; i < costs.length; i++) {
      if (panel.observed[i] !== 1 || i % past < from) continue;
      cost += costs[i]!;
      amount += bought[i]!;
    }
    return [cost, amount];
  };
  const [cost, amount] = sums(past - future);
  if (amount > 0) return cost / amount;
  const [costEver, amountEver] = sums(0);
  return amountEver > 0 ? costEver / amountEver : null;
}

function meanRevenue(panel: Panel, lively: readonly number[], future: number): Float64Array | null {
  const { revenuePerKpi } = panel.roles;
  if (revenuePerKpi === null) return null;
  const values = columnValues(panel, revenuePerKpi);
  const past = panel.periods.length;
  return Float64Array.from(lively, (r) => {
    const seen: number[] = [];
    for (let i = (r + 1) * past - future; i < (r + 1) * past; i++) if (panel.observed[i] === 1) seen.push(values[i]!);
    return seen.reduce((a, b) => a + b, 0) / seen.length;
  });
}

/** Today's plan as a panel that `forecast` takes; `[lively units, future]`. */
function todaysPlan(fit: Fit, lively: readonly number[], future: number, channels: readonly ScenarioChannel[]): Panel {
  const { panel, design } = fit;
  const past = panel.periods.length;
  const year = panel.frequency === "index" ? 0 : panel.frequency === "day" ? 364 : periodsPerYear[panel.frequency];
  const back = year >= future && year <= past ? year : future;
  const fill = (of: (i: number, t: number) => number): Float64Array =>
    Float64Array.from({ length: lively.length * future }, (_, i) => of(Math.floor(i / future), i % future));
  const media = channels.map(({ activity, scale, history, flat }): PanelColumn => {
    const known = history.length / lively.length;
    return {
      name: activity,
      values: fill((i, t) => (flat ? 0 : history[(i + 1) * known - future + t]! * scale[i]!)),
    };
  });
  const controls = panel.roles.controls.map((name, k): PanelColumn => {
    const values = columnValues(panel, name);
    return {
      name,
      values: fill((i, t) => {
        const r = lively[i]!;
        const value = values[r * past + past - back + t]!;
        return Number.isFinite(value) ? value : design.scales.controlCentre[r * design.controls + k]!;
      }),
    };
  });
  const last = panel.periods.at(-1)!;
  const nothing = new Float64Array(lively.length * future).fill(Number.NaN);
  const channelsOfPlan = panel.roles.channels.map((channel) => ({ ...channel, spend: null }));
  return createPanel({
    units: lively.map((r) => panel.units[r]!),
    periods: Array.from({ length: future }, (_, t) => shiftPeriod(last, panel.frequency, t + 1)),
    frequency: panel.frequency,
    roles: { ...panel.roles, channels: channelsOfPlan, population: null, revenuePerKpi: null, context: [] },
    columns: [{ name: panel.roles.kpi, values: nothing }, ...media, ...controls],
    observed: new Uint8Array(lively.length * future),
  });
}
