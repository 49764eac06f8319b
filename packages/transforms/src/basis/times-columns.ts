/** Product of a row-major matrix with as many columns as there are coefficients. */
export function timesColumns(matrix: Float64Array, coefficients: ArrayLike<number>): Float64Array {
  const columns = coefficients.length;
  const out = new Float64Array(columns === 0 ? 0 : matrix.length / columns);
  for (let t = 0; t < out.length; t++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += matrix[t * columns + c]! * coefficients[c]!;
    out[t] = sum;
  }
  return out;
}
