// Correlation and collinearity of columns once each unit's own level is removed: regions of different size would
// otherwise make every pair of columns look alike.

/** Column values of the given cells minus the mean of their unit. */
export function withinUnit(values: Float64Array, cells: readonly (readonly number[])[]): Float64Array {
  const out = new Float64Array(cells.reduce((sum, own) => sum + own.length, 0));
  let at = 0;
  for (const own of cells) {
    let mean = 0;
    for (const cell of own) mean += values[cell]! / own.length;
    for (const cell of own) out[at++] = values[cell]! - mean;
  }
  return out;
}

/** Pearson correlations of centred columns; 0 with a column that does not vary. */
export function correlationMatrix(columns: readonly Float64Array[]): number[][] {
  const unit = columns.map((column) => {
    const norm = Math.sqrt(dot(column, column));
    return norm > 0 ? column.map((value) => value / norm) : column;
  });
  return unit.map((a, i) => unit.map((b, j) => (i === j ? 1 : Math.max(-1, Math.min(1, dot(a, b))))));
}

/** Largest variance inflation reported; an exact linear combination has this value. */
const inflationLimit = 1e6;

/**
 * Variance inflation factors 1 / (1 − R²) of each column on all others: the diagonal of the inverse correlation
 * matrix, at most {@link inflationLimit}.
 */
export function varianceInflation(correlations: readonly (readonly number[])[]): number[] {
  return correlations.map((_, i) => {
    const others = correlations.map((_, j) => j).filter((j) => j !== i);
    const explained = explainedVariance(
      others.map((j) => others.map((k) => correlations[j]![k]!)),
      others.map((j) => correlations[i]![j]!),
    );
    return Math.min(inflationLimit, 1 / Math.max(1 - explained, 1 / inflationLimit));
  });
}

// R² = rᵀ C⁻¹ r by a Cholesky decomposition C = L Lᵀ that skips columns which add nothing.
function explainedVariance(matrix: readonly (readonly number[])[], target: readonly number[]): number {
  const size = target.length;
  const lower = Array.from({ length: size }, () => new Float64Array(size));
  const solved = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      if (i === j) lower[i]![i] = sum > 1e-9 ? Math.sqrt(sum) : 0;
      else lower[i]![j] = lower[j]![j]! > 0 ? sum / lower[j]![j]! : 0;
    }
    let rest = target[i]!;
    for (let k = 0; k < i; k++) rest -= lower[i]![k]! * solved[k]!;
    solved[i] = lower[i]![i]! > 0 ? rest / lower[i]![i]! : 0;
  }
  return Math.min(1, dot(solved, solved));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
