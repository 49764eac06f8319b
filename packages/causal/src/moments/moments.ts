// Sufficient statistics: all that Gaussian methods need of the data, computed once in n·d² operations. Columns are
// centred within each unit, so that levels of units do not pose as effects.

import type { CausalData } from "@mmm/core";

/** Second moments of columns, population form. Arrays `[size, size]` are row-major and symmetric. */
export interface Moments {
  readonly size: number;
  /** Rows less one per unit beyond the first: the number of independent observations. */
  readonly rows: number;
  readonly covariance: Float64Array;
  readonly correlation: Float64Array;
  /** Standard deviation per column. */
  readonly scale: Float64Array;
  /** Largest absolute value per column before centring. */
  readonly magnitude: Float64Array;
}

/**
 * Moments of the rows, each counted `weights[row]` times (default once).
 *
 * @param weights non-negative, `[rows]`; whole numbers give exactly the moments of the repeated rows
 */
export function momentsOf(data: CausalData, weights?: Float64Array): Moments {
  const size = data.columns.length;
  const offsets = data.unitOffsets ?? [0, data.rows];
  const covariance = new Float64Array(size * size);
  const magnitude = new Float64Array(size);
  const mean = new Float64Array(size);
  const row = new Float64Array(size);
  let total = 0;
  let usedUnits = 0;
  for (let unit = 0; unit + 1 < offsets.length; unit++) {
    mean.fill(0);
    let mass = 0;
    for (let t = offsets[unit]!; t < offsets[unit + 1]!; t++) {
      const weight = weights ? weights[t]! : 1;
      if (weight === 0) continue;
      mass += weight;
      for (let j = 0; j < size; j++) {
        const value = data.values[t * size + j]!;
        mean[j]! += weight * value;
        if (Math.abs(value) > magnitude[j]!) magnitude[j] = Math.abs(value);
      }
    }
    if (mass === 0) continue;
    usedUnits++;
    total += mass;
    for (let j = 0; j < size; j++) mean[j]! /= mass;
    for (let t = offsets[unit]!; t < offsets[unit + 1]!; t++) {
      const weight = weights ? weights[t]! : 1;
      if (weight === 0) continue;
      for (let j = 0; j < size; j++) row[j] = data.values[t * size + j]! - mean[j]!;
      for (let i = 0; i < size; i++) {
        const factor = weight * row[i]!;
        const at = i * size;
        for (let j = i; j < size; j++) covariance[at + j]! += factor * row[j]!;
      }
    }
  }
  return finish(covariance, size, total, total - Math.max(0, usedUnits - 1), magnitude);
}

function finish(sums: Float64Array, size: number, total: number, rows: number, magnitude: Float64Array): Moments {
  const scale = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      sums[i * size + j]! /= total;
      sums[j * size + i] = sums[i * size + j]!;
    }
    scale[i] = Math.sqrt(sums[i * size + i]!);
  }
  const correlation = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    correlation[i * size + i] = 1;
    for (let j = i + 1; j < size; j++) {
      const value = sums[i * size + j]! / (scale[i]! * scale[j]!);
      correlation[i * size + j] = correlation[j * size + i] = value;
    }
  }
  return { size, rows, covariance: sums, correlation, scale, magnitude };
}
