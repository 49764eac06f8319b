// Dense symmetric positive definite systems on plain row-major Float64Arrays, without allocation. Small and hot: the
// structural solver factors one block per unit and iteration. For other decompositions use ml-matrix.

/**
 * Factor `A = L Lᵀ` in place (lower triangle; the strict upper triangle is left as it was).
 *
 * @param matrix row-major `[size, size]`
 * @returns false when the matrix is not positive definite to working precision
 */
export function cholesky(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    let diagonal = matrix[rowJ + j]!;
    for (let k = 0; k < j; k++) diagonal -= matrix[rowJ + k]! ** 2;
    if (!(diagonal > 0) || diagonal === Number.POSITIVE_INFINITY) return false;
    const pivot = Math.sqrt(diagonal);
    matrix[rowJ + j] = pivot;
    for (let i = j + 1; i < size; i++) {
      const rowI = i * size;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k]! * matrix[rowJ + k]!;
      matrix[rowI + j] = sum / pivot;
    }
  }
  return true;
}

/** Solve `L x = b` in place for the vector at `offset` of `b`. */
export function solveLower(factor: Float64Array, size: number, b: Float64Array, offset = 0): void {
  for (let i = 0; i < size; i++) {
    let sum = b[offset + i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * b[offset + k]!;
    b[offset + i] = sum / factor[i * size + i]!;
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

/** `A⁻¹` from the factor of `A`, row-major `[size, size]`. */
export function invertFactored(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    inverse[i * size + i] = 1;
    solveFactored(factor, size, inverse, i * size);
  }
  return inverse;
}
