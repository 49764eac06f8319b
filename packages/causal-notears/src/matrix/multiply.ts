// Products of small row-major matrices in typed arrays. Zeros on the left are skipped, because adjacency matrices are
// mostly zero; nothing is allocated. For decompositions of unknown shape use ml-matrix instead.

/**
 * out = A·B for row-major A [n, inner] and B [inner, m]; `out` must not overlap A or B.
 *
 * @example multiply(a, b, out, 10, 10, 10)
 */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  inner: number,
  m: number,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * m;
    out.fill(0, row, row + m);
    accumulateRow(a, i * inner, 1, inner, b, m, out, row);
  }
}

/** out = Aᵀ·B for row-major A [inner, n] and B [inner, m]. */
export function multiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  inner: number,
  m: number,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * m;
    out.fill(0, row, row + m);
    accumulateRow(a, i, n, inner, b, m, out, row);
  }
}

// out[row…] += Σ_k a[start + k·stride]·B[k, …], four non-zero k at a time so that `out` is read and written less often.
function accumulateRow(
  a: Float64Array,
  start: number,
  stride: number,
  inner: number,
  b: Float64Array,
  m: number,
  out: Float64Array,
  row: number,
): void {
  let k = 0;
  while (k < inner) {
    let found = 0;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    let b3 = 0;
    for (; k < inner && found < 4; k++) {
      const value = a[start + k * stride]!;
      if (value === 0) continue;
      if (found === 0) {
        a0 = value;
        b0 = k * m;
      } else if (found === 1) {
        a1 = value;
        b1 = k * m;
      } else if (found === 2) {
        a2 = value;
        b2 = k * m;
      } else {
        a3 = value;
        b3 = k * m;
      }
      found++;
    }
    if (found === 4) {
      for (let j = 0; j < m; j++) {
        out[row + j]! += a0 * b[b0 + j]! + a1 * b[b1 + j]! + a2 * b[b2 + j]! + a3 * b[b3 + j]!;
      }
    } else {
      if (found > 0) for (let j = 0; j < m; j++) out[row + j]! += a0 * b[b0 + j]!;
      if (found > 1) for (let j = 0; j < m; j++) out[row + j]! += a1 * b[b1 + j]!;
      if (found > 2) for (let j = 0; j < m; j++) out[row + j]! += a2 * b[b2 + j]!;
    }
  }
}
