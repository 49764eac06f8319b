/** Solve a small square system in place by elimination with partial pivoting; singular directions get 0. */
export function solveDense(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(matrix[r * n + k]!) > Math.abs(matrix[pivot * n + k]!)) pivot = r;
    if (pivot !== k) {
      for (let c = 0; c < n; c++) {
        const swap = matrix[k * n + c]!;
        matrix[k * n + c] = matrix[pivot * n + c]!;
        matrix[pivot * n + c] = swap;
      }
      const swap = right[k]!;
      right[k] = right[pivot]!;
      right[pivot] = swap;
    }
    const diagonal = matrix[k * n + k]!;
    if (diagonal === 0) continue;
    for (let r = k + 1; r < n; r++) {
      const factor = matrix[r * n + k]! / diagonal;
      if (factor === 0) continue;
      for (let c = k; c < n; c++) matrix[r * n + c]! -= factor * matrix[k * n + c]!;
      right[r]! -= factor * right[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = right[k]!;
    for (let c = k + 1; c < n; c++) sum -= matrix[k * n + c]! * right[c]!;
    right[k] = matrix[k * n + k] === 0 ? 0 : sum / matrix[k * n + k]!;
  }
  return right;
}
