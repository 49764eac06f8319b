// How much of each column all the others explain.

import { inverse, Matrix } from "ml-matrix";

/**
 * R² of each column regressed on all others: `1 − 1 / (C⁻¹)_jj` for a correlation matrix C.
 *
 * @returns `[size]`, within [0, 1]; a tiny ridge keeps it defined when columns outnumber rows
 */
export function explainedShare(correlation: Float64Array, size: number): Float64Array {
  const ridge = 1e-9;
  const matrix = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix.set(i, j, correlation[i * size + j]! + (i === j ? ridge : 0));
  }
  const precision = inverse(matrix);
  return Float64Array.from({ length: size }, (_, j) => Math.min(1, Math.max(0, 1 - 1 / precision.get(j, j))));
}
