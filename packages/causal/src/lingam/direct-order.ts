// The causal order of a linear model with non-Gaussian noise: find the variable that looks most like a pure source,
// take its influence out of the others, repeat.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { freeNodes } from "../search/precedence.js";
import { approximateEntropy } from "./entropy.js";

/**
 * DirectLiNGAM with the pairwise likelihood-ratio measure.
 *
 * For each pair of remaining variables compares `H(x_i) + H(x_j | i)` with `H(x_j) + H(x_i | j)`; the next variable is
 * the one with the smallest sum of squared evidence against being a cause. O(d³ n) at most: a variable is dropped from a
 * round as soon as its sum exceeds that of another one, which leaves out most pairs.
 *
 * Source: Shimizu et al. (2011), "DirectLiNGAM"; Hyvärinen & Smith (2013), "Pairwise likelihood ratios for estimation
 * of non-Gaussian structural equation models".
 * @param columns centred samples per variable; overwritten with residuals
 * @param before marks `[size, size]`: i must precede j
 */
export function directOrder(columns: readonly Float64Array[], before: Uint8Array, hooks?: RunHooks): number[] {
  const size = columns.length;
  const rows = columns[0]!.length;
  const open = new Uint8Array(size).fill(1);
  const residual = new Float64Array(rows);
  const entropy = new Float64Array(size);
  const variance = new Float64Array(size);
  const against = new Float64Array(size);
  const evidence = new Float64Array(size * size);
  const order: number[] = [];

  const residualEntropy = (of: number, given: number, covariance: number, share: number): number => {
    regressOut(columns[of]!, columns[given]!, covariance / variance[given]!, residual);
    return approximateEntropy(residual, 0, 1 / Math.sqrt(variance[of]! * share));
  };
  /** Above 0 when i looks like a cause of j, below when j looks like a cause of i. */
  const causeOf = (i: number, j: number): number => {
    const known = evidence[i * size + j]!;
    if (!Number.isNaN(known)) return known;
    const covariance = dot(columns[i]!, columns[j]!) / rows;
    const share = 1 - (covariance * covariance) / (variance[i]! * variance[j]!);
    const found =
      share < 1e-12
        ? 0
        : entropy[j]! +
          residualEntropy(i, j, covariance, share) -
          entropy[i]! -
          residualEntropy(j, i, covariance, share);
    evidence[i * size + j] = found;
    evidence[j * size + i] = -found;
    return found;
  };

  for (let left = size; left > 1; left--) {
    throwIfCancelled(hooks);
    for (let j = 0; j < size; j++) {
      if (!open[j]) continue;
      variance[j] = dot(columns[j]!, columns[j]!) / rows;
      entropy[j] = approximateEntropy(columns[j]!, 0, 1 / Math.sqrt(variance[j]!));
    }
    evidence.fill(Number.NaN);
    const likely = [...open.keys()].filter((node) => open[node]).sort((a, b) => against[a]! - against[b]! || a - b);
    const free = new Set(freeNodes(before, open));
    let next = -1;
    for (const i of likely) {
      if (!free.has(i)) continue;
      let sum = 0;
      for (const j of likely) {
        if (next >= 0 && sum > against[next]!) break;
        if (j !== i) sum += Math.min(0, causeOf(i, j)) ** 2;
      }
      against[i] = sum;
      if (next < 0 || sum < against[next]! || (sum === against[next]! && i < next)) next = i;
    }
    order.push(next);
    open[next] = 0;
    for (let j = 0; j < size; j++) {
      if (!open[j]) continue;
      const factor = dot(columns[next]!, columns[j]!) / (rows * variance[next]!);
      regressOut(columns[j]!, columns[next]!, factor, columns[j]!);
    }
  }
  for (let j = 0; j < size; j++) if (open[j]) order.push(j);
  return order;
}

/** Columns of row-major data, centred within each unit. */
export function centredColumns(
  values: Float64Array,
  size: number,
  rows: number,
  unitOffsets: readonly number[],
): Float64Array[] {
  return Array.from({ length: size }, (_, j) => {
    const column = new Float64Array(rows);
    for (let unit = 0; unit + 1 < unitOffsets.length; unit++) {
      const [start, end] = [unitOffsets[unit]!, unitOffsets[unit + 1]!];
      let mean = 0;
      for (let t = start; t < end; t++) mean += values[t * size + j]! / (end - start);
      for (let t = start; t < end; t++) column[t] = values[t * size + j]! - mean;
    }
    return column;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function regressOut(from: Float64Array, by: Float64Array, factor: number, into: Float64Array): void {
  for (let k = 0; k < from.length; k++) into[k] = from[k]! - factor * by[k]!;
}
