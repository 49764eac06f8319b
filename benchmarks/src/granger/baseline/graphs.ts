// Yardsticks for graph recovery. Each gives one score per ordered pair, `[from, to]` row-major.

import { leastSquares } from "./least-squares.js";

/** z-scored copy, row-major `[steps, nodes]`; constant series become zero. */
export function standardise(values: Float64Array, nodes: number): Float64Array {
  const steps = values.length / nodes;
  const out = new Float64Array(values.length);
  for (let node = 0; node < nodes; node++) {
    let mean = 0;
    for (let t = 0; t < steps; t++) mean += values[t * nodes + node]! / steps;
    let variance = 0;
    for (let t = 0; t < steps; t++) variance += (values[t * nodes + node]! - mean) ** 2 / steps;
    const scale = variance > 1e-18 ? 1 / Math.sqrt(variance) : 0;
    for (let t = 0; t < steps; t++) out[t * nodes + node] = (values[t * nodes + node]! - mean) * scale;
  }
  return out;
}

/** Columns of a vector autoregression: intercept, then lag 1 of every node, lag 2, … */
export function lagColumns(values: Float64Array, nodes: number, lags: number): Float64Array[] {
  const rows = values.length / nodes - lags;
  const columns = [new Float64Array(rows).fill(1)];
  for (let lag = 1; lag <= lags; lag++) {
    for (let node = 0; node < nodes; node++) {
      columns.push(Float64Array.from({ length: rows }, (_, t) => values[(t + lags - lag) * nodes + node]!));
    }
  }
  return columns;
}

/** Current values of a node on the rows of {@link lagColumns}. */
export function currentColumn(values: Float64Array, nodes: number, lags: number, node: number): Float64Array {
  const rows = values.length / nodes - lags;
  return Float64Array.from({ length: rows }, (_, t) => values[(t + lags) * nodes + node]!);
}

/** Block F statistic of each source's lags in a full VAR. */
export function varGranger(values: Float64Array, nodes: number, lags = 1): Float64Array {
  const columns = lagColumns(values, nodes, lags);
  const scores = new Float64Array(nodes * nodes);
  for (let to = 0; to < nodes; to++) {
    const y = currentColumn(values, nodes, lags, to);
    const full = leastSquares(columns, y);
    const freedom = y.length - columns.length;
    for (let from = 0; from < nodes; from++) {
      if (from === to || full.residual < 1e-9) continue;
      const reduced = columns.filter((_, k) => k === 0 || (k - 1) % nodes !== from);
      scores[from * nodes + to] =
        ((leastSquares(reduced, y).residual - full.residual) / lags / full.residual) * freedom;
    }
  }
  return scores;
}
