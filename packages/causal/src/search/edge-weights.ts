// From chosen parents to numbers on edges: coefficients for the selected ones, and for every other pair the
// coefficient it would have if it were added, so that rankings do not end in a heap of zeros.

import { type Adjacency, sizeOf } from "../graph/adjacency.js";
import { reachability } from "../graph/ancestry.js";

/**
 * Standardised coefficients of a DAG over the first `targets` columns; rows may include further (lagged) columns.
 *
 * Selected pairs carry the regression coefficient given all parents. A pair i → j that is not selected carries the
 * coefficient i would get as an additional parent of j; 0 where it would close a cycle.
 *
 * @param correlation `[size, size]`
 * @param parents chosen parents per target, indices below `size`
 * @returns `[size, targets]`, row-major, cause first
 */
export function edgeWeights(
  correlation: Float64Array,
  size: number,
  parents: readonly (readonly number[])[],
  scale?: Float64Array,
): Float64Array {
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
    for (let a = 0; a < k; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = correlation[chosen[a]! * size + chosen[b]!]!;
        for (let c = 0; c < b; c++) sum -= lower[a * most + c]! * lower[b * most + c]!;
        lower[a * most + b] = a === b ? Math.sqrt(Math.max(sum, 1e-14)) : sum / lower[b * most + b]!;
      }
      let sum = correlation[chosen[a]! * size + j]!;
      for (let c = 0; c < a; c++) sum -= lower[a * most + c]! * row[c]!;
      row[a] = sum / lower[a * most + a]!;
    }
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
      if (left > 1e-10) weights[i * targets + j] = product / left;
    }
    for (let a = k - 1; a >= 0; a--) {
      let sum = row[a]!;
      for (let c = a + 1; c < k; c++) sum -= lower[c * most + a]! * solved[c]!;
      solved[a] = sum / lower[a * most + a]!;
      weights[chosen[a]! * targets + j] = solved[a]!;
    }
  }
  if (scale) {
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
export function mirrorUndirected(weights: Float64Array, marks: Uint8Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      if (!marks[i * size + j] || !marks[j * size + i]) continue;
      const estimated = weights[i * size + j] || weights[j * size + i]!;
      weights[i * size + j] = weights[j * size + i] = estimated;
    }
  }
  return weights;
}
