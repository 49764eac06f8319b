// Forecasts by rolling every series forward together: each draw picks a parent set, adds resampled shocks and feeds the
// result back through carry-over and saturation.

import type { Random } from "@mmm/core";
import { deterministicTerms } from "../evidence/design.js";
import { carryOver, type ResponseShape, saturate } from "../response/shapes.js";
import { nodeSeries, type Shop, shopSteps } from "../shops/shop.js";
import type { ShopDynamics } from "./dynamics.js";

export interface ForecastOptions {
  readonly horizon: number;
  readonly draws?: number;
  /** Probability mass of the central interval. */
  readonly interval?: number;
  /** Known future values `[horizon, nodes]`, NaN where the model should fill in: planned spend, for example. */
  readonly future?: Float64Array;
}

/** Forecast of every node in its own units, `[horizon, nodes]` row-major. */
export interface Forecast {
  readonly horizon: number;
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly interval: number;
}

export interface RollOutSettings {
  readonly shapes: readonly ResponseShape[];
  readonly ownLags: number;
  readonly seasonPeriod: number;
  readonly harmonics: number;
}

/** Roll the whole shop forward. */
export function rollOut(
  shop: Shop,
  dynamics: ShopDynamics,
  settings: RollOutSettings,
  random: Random,
  options: ForecastOptions,
): Forecast {
  const { horizon, draws = 400, interval = 0.9, future } = options;
  const settle = settings.seasonPeriod > 0 ? settings.seasonPeriod * Math.ceil(21 / settings.seasonPeriod) : 21;
  const longest = horizon + settle;
  const { shapes, ownLags } = settings;
  const { design, targets } = dynamics;
  const nodes = targets.length;
  const length = shopSteps(shop, nodes);
  const decays = [...new Set(shapes.map((shape) => shape.decay))];
  const decayOf = shapes.map((shape) => decays.indexOf(shape.decay));
  const delays = 1 + shapes.reduce((most, { delay }) => Math.max(most, delay), 0);
  // What was carried over at the last step, at the one before, and so on as far as responses are delayed.
  const starts = Array.from({ length: delays }, () => new Float64Array(nodes * decays.length));
  const startPast = new Float64Array(nodes * ownLags);
  for (let node = 0; node < nodes; node++) {
    const series = nodeSeries(shop, node, nodes);
    decays.forEach((decay, d) => {
      const levels = carryOver(series, decay, design.centre[node]!);
      starts.forEach((start, delay) => {
        start[node * decays.length + d] = levels[length - 1 - delay] ?? design.centre[node]!;
      });
    });
    for (let lag = 1; lag <= ownLags; lag++) {
      const value = series[length - lag] ?? Number.NaN;
      startPast[node * ownLags + lag - 1] = Number.isNaN(value) ? 0 : standard(design, node, value);
    }
  }
  const terms = Array.from({ length: longest }, (_, h) =>
    deterministicTerms(length + h, length, settings.seasonPeriod, settings.harmonics),
  );
  // The trend is held at its last value: a straight line fitted to a short past says little about a long future.
  const lastTrend = deterministicTerms(length - 1, length, 0, 0)[1]!;
  for (const row of terms) row[1] = lastTrend;

  const phases = Math.max(1, settings.seasonPeriod);
  const settled = new Float64Array(phases * nodes);
  const paths = Array.from({ length: horizon * nodes }, () => new Float64Array(draws));
  const shocks = targets.map(shocksOf);
  const features = new Float64Array(nodes * shapes.length);
  for (let draw = 0; draw < draws; draw++) {
    const carried = starts.map((start) => start.slice());
    const past = startPast.slice();
    const chosen = targets.map(({ sets }) => {
      let mass = random.uniform();
      return sets.find((set) => (mass -= set.weight) <= 0) ?? sets[0]!;
    });
    for (let h = 0; h < longest; h++) {
      for (let node = 0; node < nodes; node++) {
        const { series, mean, sd } = design.features[node]!;
        for (let d = 0; d < shapes.length; d++) {
          const level = carried[shapes[d]!.delay]![node * decays.length + decayOf[d]!]!;
          const at = node * shapes.length + d;
          features[at] = sd[d]! === 0 ? 0 : (saturate(level, shapes[d]!.saturation, series) - mean[d]!) / sd[d]!;
        }
      }
      const next = new Float64Array(nodes);
      for (let node = 0; node < nodes; node++) {
        const planned = future?.[Math.min(h, horizon - 1) * nodes + node];
        if (planned !== undefined && !Number.isNaN(planned)) {
          next[node] = planned;
          continue;
        }
        const { nuisance, parents, effects } = chosen[node]!;
        const own = shocks[node]!;
        let value = 0;
        const deterministic = terms[h]!;
        for (let k = 0; k < deterministic.length; k++) value += nuisance[k]! * deterministic[k]!;
        for (let lag = 0; lag < ownLags; lag++)
          value += nuisance[deterministic.length + lag]! * past[node * ownLags + lag]!;
        parents.forEach((parent, rank) => {
          const effect = effects[rank]!;
          for (let d = 0; d < shapes.length; d++) value += effect[d]! * features[parent * shapes.length + d]!;
        });
        if (own.length > 0) value += own[random.integer(own.length)]!;
        const level = design.centre[node]! + design.spread[node]! * value;
        next[node] = design.features[node]!.series.nonNegative ? Math.max(0, level) : level;
      }
      for (let node = 0; node < nodes; node++) {
        if (h < horizon) paths[h * nodes + node]![draw] = next[node]!;
        else settled[(h % phases) * nodes + node]! += (next[node]! * phases) / (settle * draws);
        for (let lag = ownLags - 1; lag > 0; lag--) past[node * ownLags + lag] = past[node * ownLags + lag - 1]!;
        if (ownLags > 0) past[node * ownLags] = standard(design, node, next[node]!);
        decays.forEach((decay, d) => {
          const at = node * decays.length + d;
          for (let k = delays - 1; k > 0; k--) carried[k]![at] = carried[k - 1]![at]!;
          carried[0]![at] = (1 - decay) * next[node]! + decay * carried[0]![at]!;
        });
      }
    }
  }
  if (!future) anchor(paths, settled, dynamics, nodes);
  const tail = (1 - interval) / 2;
  const quantile = (sorted: Float64Array, p: number) =>
    sorted[Math.min(draws - 1, Math.max(0, Math.round(p * (draws - 1))))]!;
  const mean = Float64Array.from(paths, (values, at) => {
    const own = values.reduce((a, b) => a + b, 0) / draws;
    if (future) return own;
    // Far ahead only the settled level and the season are left; their average over many steps has less sampling noise.
    const h = Math.floor(at / nodes);
    const far = (1 - 0.9 ** (h + 1)) ** 2;
    return (1 - far) * own + far * settled[(h % phases) * nodes + (at % nodes)]!;
  });
  for (const values of paths) values.sort();
  return {
    horizon,
    mean,
    lower: Float64Array.from(paths, (sorted) => quantile(sorted, tail)),
    upper: Float64Array.from(paths, (sorted) => quantile(sorted, 1 - tail)),
    interval,
  };
}

function standard(design: ShopDynamics["design"], node: number, value: number): number {
  return design.spread[node]! > 0 ? (value - design.centre[node]!) / design.spread[node]! : 0;
}

/**
 * Regressions are unbiased one step ahead, but the level they settle at drifts from the history's when responses bend.
 * Shift the settled level to the history's, and the paths towards it as fast as the series forgets.
 */
function anchor(
  paths: readonly Float64Array[],
  settled: Float64Array,
  { design, targets }: ShopDynamics,
  nodes: number,
) {
  const phases = settled.length / nodes;
  for (let node = 0; node < nodes; node++) {
    const sets = targets[node]!.sets;
    const average = (k: number) => sets.reduce((sum, set) => sum + set.weight * set.nuisance[k]!, 0);
    const memory = Math.min(0.95, Math.max(0, average(design.deterministic)));
    const trend = (average(1) / (1 - memory)) * design.spread[node]!;
    let level = 0;
    for (let phase = 0; phase < phases; phase++) level += settled[phase * nodes + node]! / phases;
    const shift = design.centre[node]! + trend - level;
    for (let phase = 0; phase < phases; phase++) settled[phase * nodes + node]! += shift;
    for (let at = node, h = 1; at < paths.length; at += nodes, h++) {
      const path = paths[at]!;
      const move = shift * (1 - Math.max(memory, 0.7) ** h);
      for (let draw = 0; draw < path.length; draw++) {
        const value = path[draw]! + move;
        path[draw] = design.features[node]!.series.nonNegative ? Math.max(0, value) : value;
      }
    }
  }
}

/** Past residuals, widened to the noise estimate that counts used parameters. */
function shocksOf({ residuals, noise }: ShopDynamics["targets"][number]): Float64Array {
  const squares = residuals.reduce((sum, value) => sum + value * value, 0);
  const inflate = squares > 0 ? Math.sqrt((noise * residuals.length) / squares) : 0;
  return residuals.map((value) => value * inflate);
}
