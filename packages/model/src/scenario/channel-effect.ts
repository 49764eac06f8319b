// What one channel brings under a plan, with the curve code of the fit. The spread of contributions comes from the
// draws through the curve itself; that of the KPI to be observed from the curve's derivatives at the mode, as in
// `forecast`.

import { type ChannelState, type CurveLayout, channelState, convolve } from "../structural/channel-curve.js";
import { adstockFamily, saturationFamily } from "../structural/families.js";
import type { ScenarioChannel, ScenarioModel } from "./types.js";

/** A channel of a scenario model with its curves worked out. */
export interface ReadyChannel {
  readonly channel: ScenarioChannel;
  readonly layout: CurveLayout;
  readonly mode: ChannelState;
  /** `[draws]`. */
  readonly draws: readonly ChannelState[];
}

export function readyChannel(model: ScenarioModel, channel: ScenarioChannel): ReadyChannel {
  const adstock = adstockFamily(channel.carryover);
  const saturation = saturationFamily(channel.saturation);
  const saturationStart = adstock.parameters.length;
  const effect = saturationStart + saturation.parameters.length;
  const layout = { adstock, saturation, adstockStart: 0, saturationStart, effect };
  const width = effect + 1;
  const stateOf = (parameters: Float64Array, factor = 1): ChannelState => {
    const state = channelState(layout, parameters, model.lags);
    return { ...state, effect: factor * state.effect, effectSlope: factor * state.effectSlope };
  };
  return {
    channel,
    layout,
    mode: stateOf(channel.mode, channel.drift?.mode),
    draws: Array.from({ length: model.draws }, (_, d) =>
      stateOf(channel.draws.subarray(d * width, (d + 1) * width), channel.drift?.draws[d]),
    ),
  };
}

/** Total effect over the first `span` future periods at the mode and per draw; nothing runs after the horizon. */
export interface EffectTotals {
  readonly mode: number;
  readonly draws: Float64Array;
}

/** @param worth what one scaled unit of KPI counts, `[units]`: KPI units or money */
export function effectTotals(
  model: ScenarioModel,
  { channel, layout, mode, draws }: ReadyChannel,
  multiple: number,
  span: number,
  worth: Float64Array,
): EffectTotals {
  const units = model.units.length;
  const series = plannedSeries(model, channel, multiple, span);
  const stock = new Float64Array(span);
  const width = model.lags - 1 + span;
  const total = (state: ChannelState, own: Float64Array, ownOffset: number): number => {
    const lags = lagsThatMatter(state.weights);
    const skip = model.lags - lags;
    let sum = 0;
    for (let r = 0; r < units; r++) {
      convolve(series, r * width + skip, state.weights, 0, lags, stock, 0, span);
      let response = 0;
      for (let t = 0; t < span; t++) response += layout.saturation.apply(stock[t]!, state.saturation);
      sum += worth[r]! * (own.length > 0 ? Math.exp(own[ownOffset + r]!) : 1) * response;
    }
    return sum * state.effect;
  };
  return {
    mode: total(mode, channel.own, 0),
    draws: Float64Array.from(draws, (state, d) => total(state, channel.ownDraws, d * units)),
  };
}

/** Contribution at the mode by period, and its first-order change in each draw: `[periods]`, `[draws, periods]`. */
export interface LinearEffect {
  readonly mode: Float64Array;
  readonly change: Float64Array;
}

export function linearEffect(
  model: ScenarioModel,
  { channel, layout, mode }: ReadyChannel,
  multiple: number,
): LinearEffect {
  const { lags } = model;
  const units = model.units.length;
  const periods = model.periods.length;
  const parameters = channel.mode.length;
  const series = plannedSeries(model, channel, multiple, periods);
  const seriesWidth = lags - 1 + periods;
  const stock = new Float64Array(periods);
  const stockSlope = new Float64Array(periods);
  const out = new Float64Array(2 + layout.saturation.parameters.length);
  const value = new Float64Array(periods);
  const shared = new Float64Array(parameters * periods);
  const own = new Float64Array(units * periods);
  const bend = new Float64Array(periods);
  for (let r = 0; r < units; r++) {
    const deviation = channel.own.length > 0 ? Math.exp(channel.own[r]!) : 1;
    const size = model.kpiScale[r]! * deviation;
    const offset = r * seriesWidth;
    convolve(series, offset, mode.weights, 0, lags, stock, 0, periods);
    for (let t = 0; t < periods; t++) {
      layout.saturation.derivatives(stock[t]!, mode.saturation, out);
      const effect = size * mode.effect * out[0]!;
      value[t]! += effect;
      own[r * periods + t] = effect;
      bend[t] = size * mode.effect * out[1]!;
      shared[layout.effect * periods + t]! += size * mode.effectSlope * out[0]!;
      for (let j = layout.saturationStart; j < layout.effect; j++) {
        const k = j - layout.saturationStart;
        shared[j * periods + t]! += size * mode.effect * out[2 + k]! * mode.saturationSlope[k]!;
      }
    }
    for (let j = 0; j < layout.saturationStart; j++) {
      convolve(series, offset, mode.weightSlopes, j * lags, lags, stockSlope, 0, periods);
      for (let t = 0; t < periods; t++) shared[j * periods + t]! += bend[t]! * stockSlope[t]!;
    }
  }
  const change = new Float64Array(model.draws * periods);
  for (let d = 0; d < model.draws; d++) {
    for (let j = 0; j < parameters; j++) {
      const step = channel.draws[d * parameters + j]! - channel.mode[j]!;
      for (let t = 0; t < periods; t++) change[d * periods + t]! += step * shared[j * periods + t]!;
    }
    const drift = channel.drift?.change[d] ?? 0;
    for (let t = 0; t < periods; t++) change[d * periods + t]! += drift * value[t]!;
    for (let r = 0; r < channel.own.length; r++) {
      const step = channel.ownDraws[d * units + r]! - channel.own[r]!;
      for (let t = 0; t < periods; t++) change[d * periods + t]! += step * own[r * periods + t]!;
    }
  }
  return { mode: value, change };
}

/** `lags − 1` periods of history, the plan, and zeros up to `span`, unit by unit. */
function plannedSeries(model: ScenarioModel, channel: ScenarioChannel, multiple: number, span: number): Float64Array {
  const periods = model.periods.length;
  const lead = model.lags - 1;
  const known = Math.max(lead, periods);
  const width = lead + span;
  const series = new Float64Array(model.units.length * width);
  for (let r = 0; r < model.units.length; r++) {
    const past = channel.history.subarray(r * known, (r + 1) * known);
    series.set(past.subarray(known - lead), r * width);
    for (let t = 0; t < Math.min(span, periods); t++) {
      series[r * width + lead + t] = multiple * (channel.flat?.[r] ?? past[known - periods + t]!);
    }
  }
  return series;
}

// Lags up to the point beyond which less than a ten-millionth of the weight lies.
function lagsThatMatter(weights: Float64Array): number {
  let rest = 0;
  let lags = weights.length;
  while (lags > 1 && rest + Math.abs(weights[lags - 1]!) < 1e-7) rest += Math.abs(weights[--lags]!);
  return lags;
}
