// Conditional independence of Gaussian variables from their correlation matrix.

import { normalTwoSided } from "../significance/distributions.js";

/** Reusable test; its scratch space is allocated once. */
export interface PartialCorrelation {
  /** Correlation of columns i and j given the first `count` entries of `given`. */
  value(i: number, j: number, given: ArrayLike<number>, count: number): number;
  /** Two-sided p-value of zero partial correlation by Fisher's z with `rows` observations. */
  significance(correlation: number, count: number): number;
}

/**
 * `ρ(i, j | S)` from the Cholesky factor of C[S, S]; p from `√(n − |S| − 3) · atanh ρ`, standard normal under
 * independence.
 *
 * Source: Fisher (1924); Kalisch & Bühlmann (2007), section 3.
 * @param most largest conditioning set
 */
export function partialCorrelation(
  correlation: Float64Array,
  size: number,
  rows: number,
  most: number = size,
): PartialCorrelation {
  const lower = new Float64Array(most * most);
  const first = new Float64Array(most);
  const second = new Float64Array(most);
  return {
    value(i, j, given, count) {
      let own = 1;
      let other = 1;
      let product = correlation[i * size + j]!;
      for (let a = 0; a < count; a++) {
        const row = given[a]! * size;
        let u = correlation[row + i]!;
        let v = correlation[row + j]!;
        for (let b = 0; b <= a; b++) {
          let sum = correlation[row + given[b]!]!;
          for (let c = 0; c < b; c++) sum -= lower[a * most + c]! * lower[b * most + c]!;
          lower[a * most + b] = a === b ? Math.sqrt(Math.max(sum, 1e-12)) : sum / lower[b * most + b]!;
        }
        for (let c = 0; c < a; c++) {
          u -= lower[a * most + c]! * first[c]!;
          v -= lower[a * most + c]! * second[c]!;
        }
        u /= lower[a * most + a]!;
        v /= lower[a * most + a]!;
        first[a] = u;
        second[a] = v;
        own -= u * u;
        other -= v * v;
        product -= u * v;
      }
      if (own < 1e-12 || other < 1e-12) return 0;
      return Math.max(-1, Math.min(1, product / Math.sqrt(own * other)));
    },
    significance(value, count) {
      const freedom = rows - count - 3;
      if (freedom < 1) return 1;
      return normalTwoSided(Math.sqrt(freedom) * Math.atanh(Math.min(Math.abs(value), 1 - 1e-15)));
    },
  };
}

/** Every subset of `count` members of `items`, as the same reused array. */
export function* subsets(items: readonly number[], count: number): Generator<number[]> {
  if (count > items.length) return;
  const at = Array.from({ length: count }, (_, k) => k);
  const out = at.map((position) => items[position]!);
  for (;;) {
    yield out;
    let k = count - 1;
    while (k >= 0 && at[k] === items.length - count + k) k--;
    if (k < 0) return;
    at[k]!++;
    for (let next = k + 1; next < count; next++) at[next] = at[next - 1]! + 1;
    for (let next = k; next < count; next++) out[next] = items[at[next]!]!;
  }
}
