// Exact linear dependence among columns, by pivoted Cholesky on the correlation matrix.

/**
 * The first column found to be a linear combination of others, with those others, or null.
 *
 * @param tolerance residual share of variance below which a column counts as dependent; default 1e-10
 */
export function pivotedDependence(
  correlation: Float64Array,
  size: number,
  tolerance = 1e-10,
): { readonly node: number; readonly others: readonly number[] } | null {
  const rest = correlation.slice();
  const taken: number[] = [];
  const open = new Set(Array.from({ length: size }, (_, node) => node));
  while (open.size > 0) {
    let pivot = -1;
    for (const node of open) if (pivot < 0 || rest[node * size + node]! > rest[pivot * size + pivot]!) pivot = node;
    const variance = rest[pivot * size + pivot]!;
    if (variance < tolerance) return { node: pivot, others: contributors(correlation, size, pivot, taken) };
    open.delete(pivot);
    taken.push(pivot);
    for (const i of open) {
      const factor = rest[i * size + pivot]! / variance;
      for (const j of open) rest[i * size + j]! -= factor * rest[pivot * size + j]!;
    }
  }
  return null;
}

function contributors(correlation: Float64Array, size: number, node: number, taken: readonly number[]): number[] {
  const weights = solveSubset(correlation, size, taken, node);
  return taken.filter((_, k) => Math.abs(weights[k]!) > 1e-4).sort((a, b) => a - b);
}

/** Regression coefficients of `target` on `inputs` from a covariance or correlation matrix, in the order of `inputs`. */
export function solveSubset(
  moments: Float64Array,
  size: number,
  inputs: readonly number[],
  target: number,
): Float64Array {
  const k = inputs.length;
  const lower = new Float64Array(k * k);
  const solution = new Float64Array(k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = moments[inputs[a]! * size + inputs[b]!]!;
      for (let c = 0; c < b; c++) sum -= lower[a * k + c]! * lower[b * k + c]!;
      lower[a * k + b] = a === b ? Math.sqrt(Math.max(sum, 1e-300)) : sum / lower[b * k + b]!;
    }
  }
  for (let a = 0; a < k; a++) {
    let sum = moments[inputs[a]! * size + target]!;
    for (let c = 0; c < a; c++) sum -= lower[a * k + c]! * solution[c]!;
    solution[a] = sum / lower[a * k + a]!;
  }
  for (let a = k - 1; a >= 0; a--) {
    let sum = solution[a]!;
    for (let c = a + 1; c < k; c++) sum -= lower[c * k + a]! * solution[c]!;
    solution[a] = sum / lower[a * k + a]!;
  }
  return solution;
}
