// Noise with heavy tails: bursts of spend and odd periods are not proof of a cause. A target's noise is Student-t; each
// row gets the weight that such noise gives it under the regression on all sources, found by iterated least squares.

/** Least scale of the core of the noise, as a share of the standard deviation of all of it: spikes need some width. */
export const leastCore = 0.2;
/** Leave-one-out residuals are at most this many times the plain ones. */
const mostLeverage = 5;
const rounds = 6;

export interface StudentRows {
  /** `(ν + 1)/(ν + r²/s²)`, near 1 for usual rows, small for outliers. */
  readonly weights: Float64Array;
  /** Residual of every row by a regression without it. */
  readonly residuals: Float64Array;
}

/**
 * Weights of the rows of a regression with Student-t noise.
 *
 * @param columns regressors; the first `free` have no prior, the others a normal one with precision `ridge`
 * @param degrees of freedom ν
 * @see Lange, Little and Taylor (1989), Robust statistical modeling using the t distribution, JASA 84
 */
export function studentRows(
  columns: readonly Float64Array[],
  free: number,
  y: Float64Array,
  ridge: number,
  degrees: number,
): StudentRows {
  const rows = y.length;
  const size = columns.length;
  const weights = new Float64Array(rows).fill(1);
  const residuals = new Float64Array(rows);
  const x = new Float64Array(rows * size);
  columns.forEach((column, k) => {
    for (let t = 0; t < rows; t++) x[t * size + k] = column[t]!;
  });
  let floor = 0;
  for (let round = 0; round < rounds; round++) {
    leaveOneOut(x, size, y, weights, free, ridge, residuals);
    let square = 0;
    let weighted = 0;
    for (let t = 0; t < rows; t++) {
      square += residuals[t]! ** 2 / rows;
      weighted += (weights[t]! * residuals[t]! ** 2) / rows;
    }
    if (round === 0) floor = leastCore ** 2 * square;
    const scale = Math.max(weighted, floor);
    if (!(scale > 0)) return { weights: weights.fill(1), residuals };
    for (let t = 0; t < rows; t++) weights[t] = (degrees + 1) / (degrees + residuals[t]! ** 2 / scale);
  }
  return { weights, residuals };
}

/**
 * Share of the information about a location that weighting the rows claims and Student-t noise has: the weights are
 * known only on average.
 */
export function studentInformation(degrees: number): number {
  return (degrees + 1) / (degrees + 3);
}

/** Weighted ridge regression; fills `residuals` with those of leaving each row out in turn. */
function leaveOneOut(
  x: Float64Array,
  size: number,
  y: Float64Array,
  weights: Float64Array,
  free: number,
  ridge: number,
  residuals: Float64Array,
): void {
  const rows = y.length;
  const lower = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let t = 0; t < rows; t++) {
    const row = t * size;
    for (let i = 0; i < size; i++) {
      const value = weights[t]! * x[row + i]!;
      right[i]! += value * y[t]!;
      for (let j = 0; j <= i; j++) lower[i * size + j]! += value * x[row + j]!;
    }
  }
  for (let i = 0; i < size; i++) {
    lower[i * size + i]! += i < free ? 1e-6 * Math.max(1, rows) : ridge;
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!;
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[j * size + j]!;
    }
  }
  const half = (row: Float64Array, from: number, out: Float64Array): void => {
    for (let i = 0; i < size; i++) {
      let sum = row[from + i]!;
      for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * out[k]!;
      out[i] = sum / lower[i * size + i]!;
    }
  };
  const projected = new Float64Array(size);
  half(right, 0, projected);
  const own = new Float64Array(size);
  for (let t = 0; t < rows; t++) {
    half(x, t * size, own);
    let fitted = 0;
    let leverage = 0;
    for (let i = 0; i < size; i++) {
      fitted += own[i]! * projected[i]!;
      leverage += own[i]! ** 2;
    }
    residuals[t] = (y[t]! - fitted) / Math.max(1 / mostLeverage, 1 - weights[t]! * leverage);
  }
}
