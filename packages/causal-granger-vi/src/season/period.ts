// Finds the length of a season that many shops share. Each shop keeps its own phase and amplitude.

import { nodeSeries, type Shop } from "../shops/shop.js";

export interface SeasonSearch {
  /** Longest period tried; a period must fit three times into the shortest history. */
  readonly longest?: number;
  /** Standard errors by which the explained variance must exceed chance. */
  readonly threshold?: number;
}

/**
 * Period whose phase means explain more variance than chance, after removing lag-one persistence; 0 when none does.
 * Among periods that explain about as much, the shortest wins, so 7 is preferred to 14.
 */
export function detectSeason(shops: readonly Shop[], nodes: number, search: SeasonSearch = {}): number {
  const { longest = 60, threshold = 5 } = search;
  const innovations = shops.flatMap((shop) =>
    Array.from({ length: nodes }, (_, node) => whiten(nodeSeries(shop, node, nodes))).filter(
      (series) => series !== null,
    ),
  );
  if (innovations.length === 0) return 0;
  const shortest = innovations.reduce((least, series) => Math.min(least, series.length), Number.POSITIVE_INFINITY);
  const scores: number[] = [];
  for (let period = 2; period <= Math.min(longest, Math.floor(shortest / 3)); period++) {
    let excess = 0;
    for (const series of innovations) excess += phaseVariance(series, period) - (period - 1);
    scores[period] = excess / Math.sqrt(2 * (period - 1) * innovations.length);
  }
  const best = Math.max(threshold, ...scores.filter((score) => score !== undefined));
  const period = scores.findIndex((score) => score !== undefined && score >= threshold && score >= 0.8 * best);
  return Math.max(0, period);
}

/** Residuals of a lag-one autoregression with unit variance, missing steps as zero; null for a constant series. */
function whiten(values: Float64Array): Float64Array | null {
  const observed = values.filter((value) => !Number.isNaN(value));
  if (observed.length < 8) return null;
  const mean = observed.reduce((a, b) => a + b, 0) / observed.length;
  let own = 0;
  let cross = 0;
  for (let t = 1; t < values.length; t++) {
    const product = (values[t]! - mean) * (values[t - 1]! - mean);
    if (Number.isNaN(product)) continue;
    cross += product;
    own += (values[t - 1]! - mean) ** 2;
  }
  if (!(own > 1e-12)) return null;
  const persistence = cross / own;
  const out = new Float64Array(values.length);
  let squares = 0;
  let count = 0;
  for (let t = 1; t < values.length; t++) {
    const error = values[t]! - mean - persistence * (values[t - 1]! - mean);
    if (Number.isNaN(error)) continue;
    out[t] = error;
    squares += error * error;
    count++;
  }
  if (!(squares > 1e-12)) return null;
  const scale = Math.sqrt(count / squares);
  return out.map((value) => value * scale);
}

/** Σ over phases of n · mean², about χ² with `period − 1` degrees of freedom when there is no season. */
function phaseVariance(series: Float64Array, period: number): number {
  let sum = 0;
  for (let phase = 0; phase < period; phase++) {
    let total = 0;
    let count = 0;
    for (let t = phase; t < series.length; t += period) {
      total += series[t]!;
      count++;
    }
    sum += (total * total) / count;
  }
  return sum;
}
