// From chosen parents to numbers on edges: coefficients for the selected ones, and a small model-averaged coefficient
// for every other pair, so that rankings do not end in a heap of zeros.

import { type Adjacency, sizeOf } from "../graph/adjacency.js";
import { reachability } from "../graph/ancestry.js";
import type { Moments } from "../moments/moments.js";

/**
 * Standardised coefficients of a DAG over the first `targets` columns; rows may include further (lagged) columns.
 *
 * Selected pairs carry the regression coefficient given all parents. A pair i → j that is not selected carries the
 * coefficient it would get as an additional parent times the weight BIC gives to adding it,
 * `1 / (1 + exp(½ (n log(1 − ρ²) + perParent)))`; 0 where it would close a cycle.
 *
 * @param parents chosen parents per target, indices below `moments.size`
 * @param raw weights in units of the effect per unit of the cause instead of standardised
 * @returns `[size, targets]`, row-major, cause first
 */
export function edgeWeights(
  moments: Moments,
  parents: readonly (readonly number[])[],
  perParent: number,
  { raw = false }: { readonly raw?: boolean } = {},
): Float64Array {
  const { correlation, size, rows, scale } = moments;
  const targets = parents.length;
  const weights = new Float64Array(size * targets);
  const closes = reachability(dagOf(parents));
  const most = parents.reduce((largest, set) => Math.max(largest, set.length), 0);
  const lower = new Float64Array(most * most);
  const row = new Float64Array(most);
  const solved = new Float64Array(most);
  for (let j = 0; j < targets; j++) {
    const chosen = parents[j]!;
    const k = chosen.length;
    let variance = 1;
    for (let a = 0; a < k; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = correlation[chosen[a]! * size + chosen[b]!]!;
        for (let c = 0; c < b; c++) sum -= lower[a * most + c]! * lower[b * most + c]!;
        lower[a * most + b] = a === b ? Math.sqrt(Math.max(sum, 1e-14)) : sum / lower[b * most + b]!;
      }
      let sum = correlation[chosen[a]! * size + j]!;
      for (let c = 0; c < a; c++) sum -= lower[a * most + c]! * row[c]!;
      row[a] = sum / lower[a * most + a]!;
      variance -= row[a]! ** 2;
    }
    variance = Math.max(variance, 1e-14);
    for (let i = 0; i < size; i++) {
      if (i === j || chosen.includes(i) || (i < targets && closes[j * targets + i])) continue;
      let left = 1;
      let product = correlation[i * size + j]!;
      for (let a = 0; a < k; a++) {
        let sum = correlation[i * size + chosen[a]!]!;
        for (let c = 0; c < a; c++) sum -= lower[a * most + c]! * solved[c]!;
        solved[a] = sum / lower[a * most + a]!;
        left -= solved[a]! ** 2;
        product -= solved[a]! * row[a]!;
      }
      if (left < 1e-10) continue;
      const gain = rows * Math.log(Math.max(1 - (product * product) / (left * variance), 1e-300));
      weights[i * targets + j] = product / left / (1 + Math.exp(0.5 * (gain + perParent)));
    }
    for (let a = k - 1; a >= 0; a--) {
      let sum = row[a]!;
      for (let c = a + 1; c < k; c++) sum -= lower[c * most + a]! * solved[c]!;
      solved[a] = sum / lower[a * most + a]!;
      weights[chosen[a]! * targets + j] = solved[a]!;
    }
  }
  if (raw) {
    for (let i = 0; i < size; i++) for (let j = 0; j < targets; j++) weights[i * targets + j]! *= scale[j]! / scale[i]!;
  }
  return weights;
}

/** Marks among the targets themselves, `[targets, targets]`. */
export function dagOf(parents: readonly (readonly number[])[]): Adjacency {
  const targets = parents.length;
  const marks = new Uint8Array(targets * targets);
  for (let j = 0; j < targets; j++) {
    for (const parent of parents[j]!) if (parent < targets) marks[parent * targets + j] = 1;
  }
  return marks;
}

/** Parents per node of a DAG. */
export function parentLists(dag: Adjacency): number[][] {
  const size = sizeOf(dag);
  return Array.from({ length: size }, (_, j) =>
    Array.from({ length: size }, (_, i) => i).filter((i) => dag[i * size + j] === 1),
  );
}

/** Give both directions of each undirected edge the weight of the one that was estimated; in place. */
export function mirrorUndirected(weights: Float64Array, marks: Uint8Array): Float64Array {
  const size = sizeOf(marks);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      if (!marks[i * size + j] || !marks[j * size + i]) continue;
      const estimated = weights[i * size + j] || weights[j * size + i]!;
      weights[i * size + j] = weights[j * size + i] = estimated;
    }
  }
  return weights;
}
