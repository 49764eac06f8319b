import { dot } from "./dot.js";

/**
 * Add `scale · ⟨row i, row j⟩` to the lower triangle of `out`, two rows against four at a time: eight sums need six
 * loads, where one sum needs two.
 *
 * @param starts where each row begins in `rows`
 * @param length of a row
 * @param out row-major `[rows, rows]`; entries right above the diagonal are overwritten too
 */
export function addGram(
  rows: Float64Array,
  starts: ArrayLike<number>,
  length: number,
  scale: number,
  out: Float64Array,
): void {
  const count = starts.length;
  const single = (i: number, from: number, to: number): void => {
    for (let j = from; j <= to; j++) out[i * count + j]! += scale * dot(rows, starts[i]!, rows, starts[j]!, length);
  };
  let i = 0;
  for (; i + 1 < count; i += 2) {
    const [a, b] = [starts[i]!, starts[i + 1]!];
    let j = 0;
    for (; j + 3 <= i + 1; j += 4) {
      const [c, d, e, f] = [starts[j]!, starts[j + 1]!, starts[j + 2]!, starts[j + 3]!];
      let ac = 0;
      let ad = 0;
      let ae = 0;
      let af = 0;
      let bc = 0;
      let bd = 0;
      let be = 0;
      let bf = 0;
      for (let k = 0; k < length; k++) {
        const x = rows[a + k]!;
        const y = rows[b + k]!;
        const p = rows[c + k]!;
        const q = rows[d + k]!;
        const r = rows[e + k]!;
        const s = rows[f + k]!;
        ac += x * p;
        ad += x * q;
        ae += x * r;
        af += x * s;
        bc += y * p;
        bd += y * q;
        be += y * r;
        bf += y * s;
      }
      const upper = i * count + j;
      out[upper]! += scale * ac;
      out[upper + 1]! += scale * ad;
      out[upper + 2]! += scale * ae;
      out[upper + 3]! += scale * af;
      const lower = upper + count;
      out[lower]! += scale * bc;
      out[lower + 1]! += scale * bd;
      out[lower + 2]! += scale * be;
      out[lower + 3]! += scale * bf;
    }
    single(i, j, i);
    single(i + 1, j, i + 1);
  }
  if (i < count) single(i, 0, i);
}
