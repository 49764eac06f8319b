// Small least-squares tools for the baselines.

/** Solve `(XᵀX + ridge I) b = Xᵀy` by Gauss elimination with pivoting; returns coefficients and the inverse's diagonal. */
export function leastSquares(
  columns: readonly Float64Array[],
  y: Float64Array,
  ridge: readonly number[] = columns.map(() => 0),
): { coefficients: Float64Array; inverseDiagonal: Float64Array; residual: number } {
  const size = columns.length;
  const width = size * 2 + 1;
  const rows = columns.map((a, i) => {
    const row = new Float64Array(width);
    columns.forEach((b, j) => {
      row[j] = dot(a, b) + (i === j ? ridge[i]! : 0);
    });
    row[size + i] = 1;
    row[width - 1] = dot(a, y);
    return row;
  });
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const top = rows[k]!;
    const value = Math.abs(top[k]!) > 1e-12 ? top[k]! : 1e-12;
    for (let j = 0; j < width; j++) top[j]! /= value;
    for (let i = 0; i < size; i++) {
      const factor = rows[i]![k]!;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < width; j++) rows[i]![j]! -= factor * top[j]!;
    }
  }
  const coefficients = Float64Array.from(rows, (row) => row[width - 1]!);
  const inverseDiagonal = Float64Array.from(rows, (row, i) => row[size + i]!);
  let residual = 0;
  for (let t = 0; t < y.length; t++) {
    let error = y[t]!;
    for (let k = 0; k < size; k++) error -= coefficients[k]! * columns[k]![t]!;
    residual += error * error;
  }
  return { coefficients, inverseDiagonal, residual };
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
