// The causal order of a linear model with non-Gaussian noise: find the variable that looks most like a pure source,
// take its influence out of the others, repeat.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { freeNodes } from "../search/precedence.js";
import { approximateEntropy } from "./entropy.js";

/**
 * DirectLiNGAM with the pairwise likelihood-ratio measure.
 *
 * For each pair of remaining variables compares `H(x_i) + H(x_j | i)` with `H(x_j) + H(x_i | j)`; the next variable is
 * the one with the smallest sum of squared evidence against being a cause. O(d³ n).
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
  const order: number[] = [];
  for (let left = size; left > 1; left--) {
    throwIfCancelled(hooks);
    for (let j = 0; j < size; j++) {
      if (!open[j]) continue;
      variance[j] = dot(columns[j]!, columns[j]!) / rows;
      entropy[j] = approximateEntropy(columns[j]!, 0, 1 / Math.sqrt(variance[j]!));
    }
    against.fill(0);
    for (let i = 0; i < size; i++) {
      if (!open[i]) continue;
      for (let j = i + 1; j < size; j++) {
        if (!open[j]) continue;
        const covariance = dot(columns[i]!, columns[j]!) / rows;
        const share = 1 - (covariance * covariance) / (variance[i]! * variance[j]!);
        if (share < 1e-12) continue;
        regressOut(columns[j]!, columns[i]!, covariance / variance[i]!, residual);
        const jGivenI = approximateEntropy(residual, 0, 1 / Math.sqrt(variance[j]! * share));
        regressOut(columns[i]!, columns[j]!, covariance / variance[j]!, residual);
        const iGivenJ = approximateEntropy(residual, 0, 1 / Math.sqrt(variance[i]! * share));
        const difference = entropy[j]! + iGivenJ - (entropy[i]! + jGivenI);
        if (difference < 0) against[i]! += difference * difference;
        else against[j]! += difference * difference;
      }
    }
    let next = -1;
    for (const node of freeNodes(before, open)) if (next < 0 || against[node]! < against[next]!) next = node;
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
