// Dense symmetric positive definite systems on plain row-major Float64Arrays, without allocation. Small and hot: the
// structural solver factors one block per unit and iteration. For other decompositions use ml-matrix.

import { dot } from "./dot.js";

/**
 * Factor `A = L Lᵀ` in place (lower triangle; the strict upper triangle is left as it was).
 *
 * @param matrix row-major `[size, size]`
 * @returns false when the matrix is not positive definite to working precision
 */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    const diagonal = matrix[rowJ + j]! - dot(matrix, rowJ, matrix, rowJ, j);
    if (!(diagonal > 0) || diagonal === Number.POSITIVE_INFINITY) return false;
    const pivot = Math.sqrt(diagonal);
    matrix[rowJ + j] = pivot;
    for (let i = j + 1; i < size; i++) {
      const rowI = i * size;
      matrix[rowI + j] = (matrix[rowI + j]! - dot(matrix, rowI, matrix, rowJ, j)) / pivot;
    }
  }
  return true;
}

/** Solve `L x = b` in place for the vector at `offset` of `b`. */
export function solveLower(factor: Float64Array, size: number, b: Float64Array, offset = 0): void {
  for (let i = 0; i < size; i++) {
    b[offset + i] = (b[offset + i]! - dot(factor, i * size, b, offset, i)) / factor[i * size + i]!;
  }
}

/** Solve `Lᵀ x = b` in place for the vector at `offset` of `b`. */
export function solveUpper(factor: Float64Array, size: number, b: Float64Array, offset = 0): void {
  for (let i = size - 1; i >= 0; i--) {
    const value = b[offset + i]! / factor[i * size + i]!;
    b[offset + i] = value;
    for (let k = 0; k < i; k++) b[offset + k]! -= factor[i * size + k]! * value;
  }
}

/** Solve `A x = b` in place, given the factor of `A`. */
export function solveFactored(factor: Float64Array, size: number, b: Float64Array, offset = 0): void {
  solveLower(factor, size, b, offset);
  solveUpper(factor, size, b, offset);
}

/** `L⁻¹`, row-major `[size, size]` with zeros above the diagonal. */
export function invertLower(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let k = 0; k < i; k++) {
      const times = factor[row + k]!;
      for (let j = 0; j <= k; j++) inverse[row + j]! -= times * inverse[k * size + j]!;
    }
    const pivot = factor[row + i]!;
    for (let j = 0; j < i; j++) inverse[row + j]! /= pivot;
    inverse[row + i] = 1 / pivot;
  }
  return inverse;
}

/** `A⁻¹` from the factor of `A`, row-major `[size, size]`. */
export function invertFactored(factor: Float64Array, size: number): Float64Array {
  const lower = invertLower(factor, size);
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i <= k; i++) {
      const times = lower[k * size + i]!;
      for (let j = 0; j <= i; j++) inverse[i * size + j]! += times * lower[k * size + j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) inverse[j * size + i] = inverse[i * size + j]!;
  }
  return inverse;
}
