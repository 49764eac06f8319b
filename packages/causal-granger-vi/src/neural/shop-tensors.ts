// Shops as arrays of equal shape: season and trend taken out, padded at the end, unusable rows marked.

import type { NdArray } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import { type DesignOptions, deterministicTerms } from "../evidence/design.js";
import { carryOver, seriesScale } from "../response/shapes.js";
import { nodeSeries, type Shop, shopSteps } from "../shops/shop.js";
import { pairNumbers, pairStatistics } from "./pair-statistics.js";

/** A batch of shops as the network sees it; B shops, T steps, V nodes, D memories, C context numbers. */
export type ShopBatch<Leaf = Tensor> = {
  /** [B, T, V] residual from season and trend in its own standard deviations, 0 where missing. */
  readonly residual: Leaf;
  /** [B, T]: 1 where a step and the one before it are complete. */
  readonly counted: Leaf;
  /** [B, T, V] activity that season and trend explain, and [B, V] what a residual of 1 adds to it. */
  readonly level: Leaf;
  readonly scale: Leaf;
  /** [B, V]: 1 for series that never fall below zero. */
  readonly nonNegative: Leaf;
  /** [B, T, V, D] activity carried over up to and including the step. */
  readonly carried: Leaf;
  /** [B, C], at least one column. */
  readonly context: Leaf;
  /** [B, V, V, numbers], cause first. */
  readonly statistics: Leaf;
};

/** One prepared shop; arrays as in {@link ShopBatch} without the first axis. */
export interface PreparedShop {
  readonly unit: string;
  readonly steps: number;
  readonly residual: Float32Array;
  readonly counted: Float32Array;
  readonly level: Float32Array;
  readonly scale: Float32Array;
  readonly nonNegative: Float32Array;
  readonly carried: Float32Array;
  readonly context: Float32Array;
  readonly statistics: Float32Array;
  /** Per node: mean of activity 0, unit of activity, and the coefficients of season and trend, in the node's own units. */
  readonly measures: readonly { readonly origin: number; readonly unit: number; readonly trend: Float64Array }[];
  readonly spread: Float64Array;
}

export interface PrepareOptions {
  readonly design: DesignOptions;
  readonly decays: readonly number[];
  /** Mean and standard deviation of the context over shops; empty when there is none or it is not used. */
  readonly context: readonly { readonly mean: number; readonly sd: number }[];
}

/** Prepare one shop. Only its own history is used. */
export function prepareShop(shop: Shop, nodes: number, { design, decays, context }: PrepareOptions): PreparedShop {
  const steps = shopSteps(shop, nodes);
  const terms = Array.from({ length: steps }, (_, t) =>
    deterministicTerms(t, steps, design.seasonPeriod, design.harmonics),
  );
  const residual = new Float32Array(steps * nodes);
  const level = new Float32Array(steps * nodes);
  const scale = new Float32Array(nodes);
  const nonNegative = new Float32Array(nodes);
  const carried = new Float32Array(steps * nodes * decays.length);
  const spread = new Float64Array(nodes);
  const measures = Array.from({ length: nodes }, (_, node) => {
    const values = nodeSeries(shop, node, nodes);
    const series = seriesScale(values);
    const trend = leastSquares(terms, values);
    const fitted = terms.map((row) => row.reduce((sum, x, k) => sum + x * trend[k]!, 0));
    let squares = 0;
    let count = 0;
    for (let t = 0; t < steps; t++) {
      if (Number.isNaN(values[t]!)) continue;
      squares += (values[t]! - fitted[t]!) ** 2;
      count++;
    }
    const sd = series.sd > 0 ? Math.sqrt(squares / Math.max(1, count)) : 0;
    spread[node] = sd;
    scale[node] = sd / series.unit;
    nonNegative[node] = series.nonNegative ? 1 : 0;
    const activity = new Float64Array(steps);
    for (let t = 0; t < steps; t++) {
      const missing = Number.isNaN(values[t]!);
      residual[t * nodes + node] = missing || sd === 0 ? 0 : (values[t]! - fitted[t]!) / sd;
      level[t * nodes + node] = (fitted[t]! - series.origin) / series.unit;
      activity[t] = missing ? level[t * nodes + node]! : (values[t]! - series.origin) / series.unit;
    }
    const usual = (series.mean - series.origin) / series.unit;
    decays.forEach((decay, d) => {
      carryOver(activity, decay, usual).forEach((value, t) => {
        carried[(t * nodes + node) * decays.length + d] = value;
      });
    });
    return { origin: series.origin, unit: series.unit, trend };
  });
  const counted = new Float32Array(steps);
  const complete = (t: number) => {
    for (let i = t * nodes; i < (t + 1) * nodes; i++) if (Number.isNaN(shop.values[i]!)) return false;
    return true;
  };
  for (let t = 1; t < steps; t++) counted[t] = complete(t) && complete(t - 1) ? 1 : 0;
  const own = context.length > 0 ? context.map(({ mean, sd }, c) => (shop.context![c]! - mean) / sd) : [0];
  return {
    unit: shop.unit,
    steps,
    residual,
    counted,
    level,
    scale,
    nonNegative,
    carried,
    context: Float32Array.from(own),
    statistics: pairStatistics(shop, nodes, design),
    measures,
    spread,
  };
}

/** Stack shops, padded to `steps`; fewer than `size` shops are followed by empty ones. */
export function batchShops(
  shops: readonly PreparedShop[],
  nodes: number,
  size: number,
  steps: number,
): ShopBatch<NdArray> {
  const memories = shops[0]!.carried.length / (shops[0]!.steps * nodes);
  const stack = (shape: readonly number[], pick: (shop: PreparedShop) => Float32Array): NdArray => {
    const each = shape.reduce((a, b) => a * b, 1);
    const data = new Float32Array(size * each);
    shops.forEach((shop, s) => {
      data.set(pick(shop), s * each);
    });
    return { data, shape: [size, ...shape] };
  };
  return {
    residual: stack([steps, nodes], (shop) => shop.residual),
    counted: stack([steps], (shop) => shop.counted),
    level: stack([steps, nodes], (shop) => shop.level),
    scale: stack([nodes], (shop) => shop.scale),
    nonNegative: stack([nodes], (shop) => shop.nonNegative),
    carried: stack([steps, nodes, memories], (shop) => shop.carried),
    context: stack([shops[0]!.context.length], (shop) => shop.context),
    statistics: stack([nodes, nodes, pairNumbers], (shop) => shop.statistics),
  };
}

/** What season and trend explain at steps after a history of `steps`, [horizon, V] in units of activity; the trend stops. */
export function levelsAhead(shop: PreparedShop, horizon: number, design: DesignOptions): Float32Array {
  const nodes = shop.measures.length;
  const out = new Float32Array(horizon * nodes);
  for (let h = 0; h < horizon; h++) {
    const terms = deterministicTerms(shop.steps + h, shop.steps, design.seasonPeriod, design.harmonics);
    terms[1] = 1;
    shop.measures.forEach(({ origin, unit, trend }, node) => {
      out[h * nodes + node] = (terms.reduce((sum, x, k) => sum + x * trend[k]!, 0) - origin) / unit;
    });
  }
  return out;
}

/** Weight, in rows, of the belief that there is no trend. */
const trendRows = 20;

/** Least squares over the observed rows; the second term, the trend, is shrunk. */
function leastSquares(terms: readonly (readonly number[])[], values: Float64Array): Float64Array {
  const size = terms[0]?.length ?? 0;
  const width = size + 1;
  const matrix = new Float64Array(size * width);
  terms.forEach((row, t) => {
    if (Number.isNaN(values[t]!)) return;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i * width + j]! += row[i]! * row[j]!;
      matrix[i * width + size]! += row[i]! * values[t]!;
    }
  });
  for (let k = 0; k < size; k++) {
    const pivot = matrix[k * width + k]! + (k === 1 ? trendRows : 1e-6);
    for (let i = 0; i < size; i++) {
      if (i === k) continue;
      const factor = matrix[i * width + k]! / pivot;
      for (let j = k; j < width; j++) matrix[i * width + j]! -= factor * matrix[k * width + j]!;
    }
    matrix[k * width + k] = pivot;
  }
  return Float64Array.from({ length: size }, (_, k) => matrix[k * width + size]! / matrix[k * width + k]!);
}
