// A response model from curves: carryover, then saturation, then an effect, per channel and unit, on a grid of periods.
//
//   activity[c,r,t] = spend[c,r,t] / price[c,r]  (+ what other channels bring along)
//   KPI = Σ_{c,r,t} effect[c,r] · saturate_c( Σ_l weights_c[l] · activity[c,r,t−l] / activityScale[c,r] )
//
// Periods before the horizon carry in, periods after it are counted where `after` is given. With one period and a
// single lag weight of 1 it is the steady state.

import { carriedKpi, carrying, derivativeBuffer, slopeBuffer } from "./carry.js";
import { cellCurves } from "./cell-curve.js";
import { checkGrid, type GridOptions } from "./grid.js";
import { holdInside } from "./inside-observed.js";
import { layCells } from "./lay-cells.js";
import { type LinkPath, spread, spreadBack, topological } from "./links.js";
import type { ResponseModel } from "./response-model.js";

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
  checkGrid(options, draws);
  const width = periods.length;
  const grid = { units: units.length, width, repeat, perUnit };
  const perChannel = units.length * width;
  const size = channels.length * perChannel;
  const { cells, places } = layCells(options);
  const paths: LinkPath[] = topological(
    links,
    channels.map(({ name }) => name),
  );
  const carried = channels.map((channel, c) => carrying(channel, c * perChannel));
  const buffer = derivativeBuffer(channels);
  const carriedSlope = slopeBuffer(carried, width);
  const activity = new Float64Array(size);
  const activitySlope = new Float64Array(size);
  const priceAt = (at: number): number =>
    channels[Math.floor(at / perChannel)]!.price[Math.floor(at / width) % grid.units]!;

  const today = new Float64Array(size);
  const current = new Float64Array(cells.length);
  for (const [c, channel] of channels.entries()) {
    for (let k = 0; k < perChannel; k++) {
      const at = c * perChannel + k;
      today[at] = channel.current[k]! / priceAt(at);
      current[places[at]!.cell]! += repeat * channel.current[k]!;
    }
  }

  const buy = (spend: Float64Array, draw: number, factors: Float64Array | null = null): void => {
    for (let at = 0; at < size; at++) {
      const { cell, share } = places[at]!;
      activity[at] = (spend[cell]! * share * (factors ? factors[at]! : 1)) / priceAt(at);
    }
    spread(paths, activity, today, units.length, width, draw);
  };
  const respond = (c: number, draw: number, wantSlope: boolean): number =>
    carriedKpi(carried[c]!, draw, grid, activity, wantSlope ? activitySlope : null, buffer, carriedSlope);
  const everyChannel = (draw: number): Float64Array => Float64Array.from(channels, (_, c) => respond(c, draw, false));

  const nothing = new Float64Array(cells.length);
  const zero = Array.from({ length: draws }, (_, d) => {
    if (d === 0 || paths.length > 0) buy(nothing, d);
    return everyChannel(d);
  });
  const zeroTotal = zero.map((parts) => parts.reduce((a, b) => a + b, 0));
  const lessZero = (draw: number): Float64Array => everyChannel(draw).map((value, c) => value - zero[draw]![c]!);

  buy(current, 0);
  const asToday = activity.every((value, at) => Math.abs(value - today[at]!) <= 1e-9 * Math.abs(today[at]!));
  const todayByChannel = (draw: number): Float64Array => {
    activity.set(today);
    return lessZero(draw);
  };

  const evaluate = (spend: Float64Array, draw: number, gradient: Float64Array | null): number => {
    buy(spend, draw);
    let total = -zeroTotal[draw]!;
    for (let c = 0; c < channels.length; c++) total += respond(c, draw, gradient !== null);
    if (!gradient) return total;
    spreadBack(paths, activitySlope, units.length, width, draw);
    gradient.fill(0);
    for (let at = 0; at < size; at++) {
      const { cell, share } = places[at]!;
      gradient[cell]! += (activitySlope[at]! * share) / priceAt(at);
    }
    return total;
  };

  const separable = links.length === 0 && (!perPeriod || carried.every(({ reach }) => reach === 1));
  const observed = { lower: new Float64Array(cells.length), upper: new Float64Array(cells.length) };
  for (let at = 0; at < size; at++) {
    const { cell } = places[at]!;
    const { lower, upper } = channels[Math.floor(at / perChannel)]!.observed;
    const r = Math.floor(at / width) % units.length;
    observed.lower[cell]! += repeat * lower[r]!;
    observed.upper[cell]! += repeat * upper[r]!;
  }

  return Object.freeze({
    channels: channels.map(({ name }) => name),
    units,
    periods,
    kpi: options.kpi ?? "KPI",
    currency: options.currency ?? null,
    valuePerKpi: options.valuePerKpi ?? null,
    timing: perPeriod ? "planned" : options.spread === "even" ? "even" : "today",
    cells: cells.map((cell) => ({
      channel: cell.channel,
      unit: perUnit ? cell.unit : null,
      period: perPeriod ? cell.period : null,
    })),
    current,
    ...(!asToday && { todayByChannel }),
    observed,
    inside: (spend: Float64Array) => {
      const factors = holdInside(carried, places, grid, spend);
      const kept = new Float64Array(cells.length);
      for (let at = 0; at < size; at++) {
        const { cell, share } = places[at]!;
        kept[cell]! += repeat * spend[cell]! * share * factors[at]!;
      }
      return {
        spend: kept,
        evaluate: (draw: number) => {
          buy(spend, draw, factors);
          return lessZero(draw).reduce((a, b) => a + b, 0);
        },
      };
    },
    draws,
    evaluate,
    byChannel: (spend: Float64Array, draw: number) => {
      buy(spend, draw);
      return lessZero(draw);
    },
    ...(links.length > 0 && { linked: true }),
    concave: links.length === 0 && channels.every(({ concave }) => concave),
    ...(separable ? cellCurves(carried, cells, places, grid) : { cellResponse: null }),
  });
}
