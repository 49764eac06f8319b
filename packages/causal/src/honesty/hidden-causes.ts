// Signs of something unseen that drives several columns at once (season, demand, a price war). No sign is no proof.
//
// One hidden cause of four or more columns makes all of them neighbours in the graph, yet leaves correlations that a
// single factor explains with fewer numbers than the arrows need: that can be tested.

import { type Adjacency, sizeOf } from "../graph/adjacency.js";
import type { Moments } from "../moments/moments.js";

export interface HiddenCauseSign {
  /** Columns the factor would drive. */
  readonly nodes: readonly number[];
  /** How much better one factor explains them than arrows among all of them (difference of BIC, above 0). */
  readonly gain: number;
}

/**
 * Groups of at least four mutually adjacent columns that one hidden factor explains better than arrows do.
 *
 * Compares `n (log det Σ + tr Σ⁻¹R) + k log n` for Σ = λλ' + diag with the saturated model's
 * `n (log det R + k) + ½ k (k − 1) log n`.
 *
 * Source: the tetrad constraints of Spearman (1904) and Spirtes, Glymour & Scheines (2000), chapter 10, as a BIC test.
 * @param margin BIC difference needed; default 6 ("strong evidence", Kass & Raftery 1995)
 */
export function hiddenCauseSigns(
  marks: Adjacency,
  moments: Moments,
  { margin = 6 }: { readonly margin?: number } = {},
): HiddenCauseSign[] {
  return maximalCliques(marks, 4)
    .map((nodes) => ({ nodes, gain: factorGain(nodes, moments) }))
    .filter(({ gain }) => gain > margin)
    .sort((a, b) => b.gain - a.gain);
}

function factorGain(nodes: readonly number[], moments: Moments): number {
  const k = nodes.length;
  const block = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) block[a * k + b] = moments.correlation[nodes[a]! * moments.size + nodes[b]!]!;
  }
  const saturated = moments.rows * (logDeterminant(block, k) + k) + 0.5 * k * (k - 1) * Math.log(moments.rows);
  return saturated - (moments.rows * oneFactorFit(block, k) + k * Math.log(moments.rows));
}

/** `log det Σ + tr Σ⁻¹R` of the maximum-likelihood one-factor model, by EM (Rubin & Thayer 1982). */
export function oneFactorFit(correlation: Float64Array, size: number): number {
  const loading = new Float64Array(size).fill(0.5);
  for (let i = 0; i < size; i++) if (correlation[i]! < 0) loading[i] = -0.5;
  const unique = new Float64Array(size).fill(0.75);
  const gain = new Float64Array(size);
  const cross = new Float64Array(size);
  let value = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 2000; step++) {
    let precision = 1;
    let logUnique = 0;
    for (let i = 0; i < size; i++) {
      precision += (loading[i]! * loading[i]!) / unique[i]!;
      logUnique += Math.log(unique[i]!);
    }
    for (let i = 0; i < size; i++) gain[i] = loading[i]! / unique[i]! / precision;
    let factorVariance = 1 / precision;
    let explained = 0;
    let trace = 0;
    for (let i = 0; i < size; i++) {
      cross[i] = 0;
      for (let j = 0; j < size; j++) cross[i]! += correlation[i * size + j]! * gain[j]!;
      factorVariance += gain[i]! * cross[i]!;
      trace += 1 / unique[i]!;
      explained += (loading[i]! / unique[i]!) * cross[i]!;
    }
    const next = logUnique + Math.log(precision) + trace - explained;
    for (let i = 0; i < size; i++) {
      loading[i] = cross[i]! / factorVariance;
      unique[i] = Math.max(1 - loading[i]! * cross[i]!, 1e-4);
    }
    if (Math.abs(value - next) < 1e-9) return next;
    value = next;
  }
  return value;
}

function logDeterminant(matrix: Float64Array, size: number): number {
  const rest = matrix.slice();
  let sum = 0;
  for (let p = 0; p < size; p++) {
    const pivot = Math.max(rest[p * size + p]!, 1e-14);
    sum += Math.log(pivot);
    for (let i = p + 1; i < size; i++) {
      const factor = rest[i * size + p]! / pivot;
      for (let j = p + 1; j < size; j++) rest[i * size + j]! -= factor * rest[p * size + j]!;
    }
  }
  return sum;
}

/** Maximal sets of mutually adjacent nodes with at least `least` members (Bron & Kerbosch 1973, with pivot). */
function maximalCliques(marks: Adjacency, least: number): number[][] {
  const size = sizeOf(marks);
  const near = Array.from(
    { length: size },
    (_, i) =>
      new Set(Array.from({ length: size }, (_, j) => j).filter((j) => marks[i * size + j] || marks[j * size + i])),
  );
  const cliques: number[][] = [];
  const expand = (clique: number[], open: Set<number>, closed: Set<number>): void => {
    if (open.size === 0 && closed.size === 0 && clique.length >= least) cliques.push([...clique].sort((a, b) => a - b));
    if (clique.length + open.size < least) return;
    const pivot = [...open, ...closed].reduce(
      (best, node) => (shared(near[node]!, open) > shared(near[best]!, open) ? node : best),
      [...open, ...closed][0]!,
    );
    for (const node of [...open].filter((candidate) => !near[pivot]!.has(candidate))) {
      expand([...clique, node], intersect(open, near[node]!), intersect(closed, near[node]!));
      open.delete(node);
      closed.add(node);
    }
  };
  expand([], new Set(near.keys()), new Set());
  return cliques;
}

function intersect(first: Set<number>, second: Set<number>): Set<number> {
  return new Set([...first].filter((node) => second.has(node)));
}

function shared(first: Set<number>, second: Set<number>): number {
  let count = 0;
  for (const node of second) if (first.has(node)) count++;
  return count;
}
