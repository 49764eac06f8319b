// LU with partial pivoting and Cholesky, in place on row-major typed arrays, for the inner loops. Sizes are tens, not
// thousands; ml-matrix covers the decompositions that run once.

/**
 * Replace A [n, n] by its factors L (unit lower) and U; `pivots[i]` is the row swapped into row i.
 *
 * @returns log|det A| and the sign of det A; sign 0 when A is singular to working precision
 */
export function factoriseLu(a: Float64Array, n: number, pivots: Int32Array): { logDeterminant: number; sign: number } {
  let logDeterminant = 0;
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    let largest = Math.abs(a[k * n + k]!);
    for (let i = k + 1; i < n; i++) {
      const size = Math.abs(a[i * n + k]!);
      if (size > largest) {
        largest = size;
        pivot = i;
      }
    }
    pivots[k] = pivot;
    if (!(largest > 0)) return { logDeterminant: Number.NEGATIVE_INFINITY, sign: 0 };
    if (pivot !== k) {
      sign = -sign;
      for (let j = 0; j < n; j++) {
        const swap = a[k * n + j]!;
        a[k * n + j] = a[pivot * n + j]!;
        a[pivot * n + j] = swap;
      }
    }
    const diagonal = a[k * n + k]!;
    logDeterminant += Math.log(largest);
    if (diagonal < 0) sign = -sign;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / diagonal;
      if (factor === 0) continue;
      a[i * n + k] = factor;
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
  return { logDeterminant, sign };
}

/** Solve A·X = B in place on B [n, m], from {@link factoriseLu}. */
export function solveLu(lu: Float64Array, pivots: Int32Array, n: number, b: Float64Array, m: number): void {
  for (let k = 0; k < n; k++) {
    const pivot = pivots[k]!;
    if (pivot === k) continue;
    for (let j = 0; j < m; j++) {
      const swap = b[k * m + j]!;
      b[k * m + j] = b[pivot * m + j]!;
      b[pivot * m + j] = swap;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = lu[i * n + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < m; j++) b[i * m + j]! -= factor * b[k * m + j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const factor = lu[i * n + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < m; j++) b[i * m + j]! -= factor * b[k * m + j]!;
    }
    const diagonal = lu[i * n + i]!;
    for (let j = 0; j < m; j++) b[i * m + j]! /= diagonal;
  }
}

/** out = A⁻¹ from {@link factoriseLu}. */
export function invertLu(lu: Float64Array, pivots: Int32Array, n: number, out: Float64Array): void {
  out.fill(0, 0, n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  solveLu(lu, pivots, n, out, n);
}

/**
 * Replace the lower triangle of symmetric A [n, n] (row length `stride`) by L with L·Lᵀ = A.
 *
 * @returns false when A is not positive definite; A is then partly overwritten
 */
export function factoriseCholesky(a: Float64Array, n: number, stride: number = n): boolean {
  for (let j = 0; j < n; j++) {
    let diagonal = a[j * stride + j]!;
    for (let k = 0; k < j; k++) diagonal -= a[j * stride + k]! ** 2;
    if (!(diagonal > 0)) return false;
    const root = Math.sqrt(diagonal);
    a[j * stride + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * stride + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * stride + k]! * a[j * stride + k]!;
      a[i * stride + j] = sum / root;
    }
  }
  return true;
}

/** Solve L·Lᵀ·x = b in place on b [n], from {@link factoriseCholesky}. */
export function solveCholesky(l: Float64Array, n: number, b: Float64Array, stride: number = n): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * stride + k]! * b[k]!;
    b[i] = sum / l[i * stride + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let k = i + 1; k < n; k++) sum -= l[k * stride + i]! * b[k]!;
    b[i] = sum / l[i * stride + i]!;
  }
}
