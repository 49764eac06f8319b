// Response, carryover and shape of each channel from the posterior draws.

import { columnValues } from "@mmm/core";
import { derivativesAlong } from "@mmm/transforms/plain";
import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import type { ChannelState } from "../structural/channel-curve.js";
import { deviationOf, sharedState } from "../structural/forward.js";
import { shapeValue } from "../structural/parameters.js";
import { intervalOf } from "../uncertainty/interval.js";
import type { ResponseCurve } from "../view/types.js";

/**
 * States of the shared curves: at the mode, and per draw. Where effects change over time, the effect is that of the
 * last training period, which is what holds from then on.
 */
export interface CurveStates {
  readonly mode: readonly ChannelState[];
  readonly draws: readonly (readonly ChannelState[])[];
}

export function curveStates({ layout, design, draws, learned }: Fit): CurveStates {
  const { channels: count, trainingEnd, lags } = design;
  const stateOf = (shared: Float64Array): readonly ChannelState[] => {
    const { channels, path } = sharedState(layout, shared, lags, new Float64Array(0));
    if (!path) return channels;
    const last = path.factor.subarray((trainingEnd - 1) * count, trainingEnd * count);
    return channels.map((channel, c) => ({ ...channel, effect: channel.effect * last[c]! }));
  };
  return { mode: stateOf(learned.mode.shared), draws: draws.shared.map(stateOf) };
}

/** Activity and spend of a channel over the observed cells, by period (summed over units) and in all. */
export interface ChannelTotals {
  readonly activity: number;
  /** Null when no cost is known. */
  readonly spend: number | null;
  readonly activityByPeriod: Float64Array;
  /** Mean activity per period of each unit over its observed periods. */
  readonly unitMean: Float64Array;
}

export function channelTotals(fit: Fit, c: number): ChannelTotals {
  const { panel } = fit;
  const channel = panel.roles.channels[c]!;
  const periods = panel.periods.length;
  const activity = columnValues(panel, channel.activity);
  const spend = channel.spend === null ? null : columnValues(panel, channel.spend);
  const activityByPeriod = new Float64Array(periods);
  const unitMean = new Float64Array(panel.units.length);
  let total = 0;
  let cost = 0;
  for (let r = 0; r < panel.units.length; r++) {
    let rows = 0;
    for (let t = 0; t < periods; t++) {
      const i = r * periods + t;
      if (panel.observed[i] !== 1) continue;
      rows++;
      total += activity[i]!;
      unitMean[r]! += activity[i]!;
      activityByPeriod[t]! += activity[i]!;
      if (spend) cost += spend[i]!;
    }
    if (rows > 0) unitMean[r]! /= rows;
  }
  return { activity: total, spend: spend ? cost : null, activityByPeriod, unitMean };
}

/**
 * Steady-state response: KPI per period if every unit kept its activity at a multiple of its own mean.
 *
 * `response(m) = Σ_r scale_r · effect_r · saturate(m · mean_r / activityScale_r)`; lag weights sum to 1, so carryover
 * does not change a constant activity.
 */
export function responseCurve(fit: Fit, c: number, states: CurveStates, totals: ChannelTotals): ResponseCurve {
  const { design, layout, draws, settings } = fit;
  const { units, channels, scales, trainingEnd } = design;
  const family = layout.channels[c]!.saturation;
  const current = totals.unitMean.reduce((a, b) => a + b, 0);
  const observed = [...totals.activityByPeriod.subarray(0, trainingEnd)];
  const top = Math.max(2 * current, 1.1 * Math.max(...observed));
  const steps = 40;
  const multiples = Array.from({ length: steps + 1 }, (_, i) => (i * top) / steps / current);
  const levels = Float64Array.of(...multiples, 1);
  const activities = Array.from(totals.unitMean, (mean, r) =>
    levels.map((multiple) => (multiple * mean) / scales.activity[r * channels + c]!),
  );
  const saturated = new Float64Array((2 + family.parameters.length) * levels.length);
  const responsesOf = (state: ChannelState, own: Float64Array): Float64Array => {
    const sums = new Float64Array(levels.length);
    for (let r = 0; r < units; r++) {
      const effect = scales.kpi[r]! * state.effect * deviationOf(layout, own, r, c);
      derivativesAlong(family, activities[r]!, state.saturation, saturated);
      for (let i = 0; i < sums.length; i++) sums[i]! += effect * saturated[i]!;
    }
    return sums;
  };
  const mode = responsesOf(states.mode[c]!, fit.learned.mode.own);
  const kept = drawsForCurves(draws.count, units).map((d) => responsesOf(states.draws[d]![c]!, draws.own[d]!));
  const responses = Array.from(
    mode,
    (response, i): Interval =>
      intervalOf(
        response,
        kept.map((draw) => draw[i]!),
        settings.interval,
      ),
  );
  const price = totals.spend === null || totals.activity === 0 ? null : totals.spend / totals.activity;
  const activity = multiples.map((multiple) => multiple * current);
  return {
    activity,
    spend: price === null ? null : activity.map((x) => x * price),
    response: responses.slice(0, -1),
    currentActivity: current,
    currentSpend: price === null ? null : current * price,
    currentResponse: responses.at(-1)!,
    observedRange: [Math.min(...observed), Math.max(...observed)],
  };
}

// A curve is smooth: with many units a hundred draws give its interval well enough.
function drawsForCurves(count: number, units: number): number[] {
  const wanted = units > 50 ? Math.min(count, 100) : count;
  return Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted));
}

export function carryoverOf(
  fit: Fit,
  c: number,
  states: CurveStates,
): { weights: Interval[]; halfLife: Interval; immediateShare: Interval } {
  const { interval } = fit.settings;
  const lags = fit.design.lags;
  const summary = (of: (state: ChannelState) => number): Interval =>
    intervalOf(
      of(states.mode[c]!),
      states.draws.map((state) => of(state[c]!)),
      interval,
    );
  const weights = Array.from({ length: lags }, (_, l) => summary((state) => state.weights[l]!));
  return { weights, halfLife: summary((state) => halfLife(state.weights)), immediateShare: weights[0]! };
}

/** Periods until half of the effect has arrived, counted from the start of the spending period, interpolated. */
function halfLife(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let l = 0; l < weights.length; l++) {
    const weight = weights[l]!;
    if (sum + weight >= 0.5) return l + (0.5 - sum) / weight;
    sum += weight;
  }
  return weights.length;
}

/** Intervals of the parameters of a channel's curve, by their field names; half-saturation in activity of the median unit. */
export function shapeOf(
  fit: Fit,
  c: number,
  states: CurveStates,
  what: "carryover" | "saturation",
): { kind: string; [parameter: string]: Interval | string } {
  const { layout, design, settings, draws, learned } = fit;
  const channel = layout.channels[c]!;
  if (what === "saturation") {
    const scales = Array.from({ length: design.units }, (_, r) => design.scales.activity[r * design.channels + c]!);
    const middle = scales.sort((a, b) => a - b)[Math.floor(design.units / 2)]!;
    const entries = channel.saturation.parameters.map(({ name }, j) => {
      const unit = name === "halfSaturation" ? middle : 1;
      const read = (state: readonly ChannelState[]): number => unit * state[c]!.saturation[j]!;
      return [name, intervalOf(read(states.mode), states.draws.map(read), settings.interval)];
    });
    return { kind: channel.saturation.id, ...Object.fromEntries(entries) };
  }
  const entries = channel.adstockPriors.map((prior, j) => {
    const read = (shared: Float64Array): number => shapeValue(prior, shared[channel.adstockStart + j]!);
    const interval = intervalOf(read(learned.mode.shared), draws.shared.map(read), settings.interval);
    return [prior.parameter.name, interval];
  });
  return { kind: channel.adstock.id, ...Object.fromEntries(entries) };
}
