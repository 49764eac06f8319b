// Activity of a channel regressed on that of its parents. The Gram matrix of all lags is summed once per weighting of
// the rows; every set of parents is then a small solve.

import { cholesky, solveFactored } from "../linear-algebra/cholesky.js";
import type { ActivityRows } from "./activity.js";
import type { SpillOver } from "./types.js";

/** Parents `[lag, from]` of each column. */
export type ParentSets = readonly (readonly (readonly [lag: number, from: number])[])[];

/**
 * Second moments of the adjusted activity at lags 0 … `lags`, `[k, k]` with `k = (lags + 1) · columns`, lag 0 first.
 * Rows whose past has a gap are left out.
 */
export function laggedGram(rows: ActivityRows, lags: number, weights: Float64Array | null): Float64Array {
  const size = rows.channels.length;
  const k = (lags + 1) * size;
  const gram = new Float64Array(k * k);
  const row = new Float64Array(k);
  for (let run = 0; run + 1 < rows.runOffsets.length; run++) {
    for (let i = rows.runOffsets[run]! + lags; i < rows.runOffsets[run + 1]!; i++) {
      const weight = weights === null ? 1 : weights[i]!;
      if (weight === 0) continue;
      for (let lag = 0; lag <= lags; lag++) {
        for (let c = 0; c < size; c++) row[lag * size + c] = rows.adjusted[(i - lag) * size + c]!;
      }
      for (let a = 0; a < k; a++) {
        const scaled = weight * row[a]!;
        for (let b = 0; b <= a; b++) gram[a * k + b]! += scaled * row[b]!;
      }
    }
  }
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) gram[b * k + a] = gram[a * k + b]!;
  return gram;
}

/**
 * Non-negative least-squares rates: a parent whose coefficient is not positive is dropped and the rest fitted again. A
 * negative association is a budget moved from one channel to another, which is a planner's choice and no effect.
 *
 * @param size columns of the Gram matrix per lag
 * @returns `[lags + 1, channels, channels]` over all channels of the design
 */
export function spillOverRates(
  gram: Float64Array,
  size: number,
  lags: number,
  parents: ParentSets,
  channels: readonly number[],
  total: number,
): SpillOver {
  const rates = new Float64Array((lags + 1) * total * total);
  const k = (lags + 1) * size;
  parents.forEach((set, to) => {
    let kept = set;
    for (;;) {
      const found = solve(
        gram,
        k,
        kept.map(([lag, from]) => lag * size + from),
        to,
      );
      const positive = kept.filter((_, i) => found[i]! > 0);
      if (positive.length === kept.length) {
        kept.forEach(([lag, from], i) => {
          rates[(lag * total + channels[from]!) * total + channels[to]!] = found[i]!;
        });
        return;
      }
      kept = positive;
    }
  });
  return { lags, rates };
}

function solve(gram: Float64Array, k: number, columns: readonly number[], target: number): Float64Array {
  const n = columns.length;
  const matrix = new Float64Array(n * n);
  const out = Float64Array.from(columns, (column) => gram[column * k + target]!);
  columns.forEach((a, i) => {
    for (let j = 0; j < n; j++) matrix[i * n + j] = gram[a * k + columns[j]!]!;
    matrix[i * n + i]! *= 1 + 1e-9;
  });
  if (n === 0 || !cholesky(matrix, n)) return new Float64Array(n);
  solveFactored(matrix, n, out);
  return out;
}
