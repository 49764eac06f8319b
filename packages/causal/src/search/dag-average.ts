// How probable is each edge when every DAG counts, and not only the best one? Exact sums over all DAGs by dynamic
// programming over subsets: the same table of scores as the search for the best DAG, sums instead of minima.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { type Adjacency, sizeOf } from "../graph/adjacency.js";

/**
 * Posterior probability of every edge, `[size, size]`, cause first.
 *
 * A DAG weighs `exp(−score / 2)` times the number of causal orders it allows (every order is as likely as any other
 * beforehand). With `A_j(U) = Σ_{P ⊆ U} w_j(P)`, forward sums `F(S)` over orders of S and backward sums `B(S)` over orders
 * of the rest: `P(i → j) = Σ_{P ∋ i} w_j(P) Σ_{U ⊇ P} F(U) B(U ∪ j) / F(all)`. All in logarithms; about `d² 2^d` steps.
 *
 * Source: Koivisto & Sood (2004), "Exact Bayesian structure discovery in Bayesian networks". JMLR 5. They draw the price
 * of a parent set from a prior; here it is part of the score.
 * @param scores see `subsetScores`
 */
export function edgePosterior(scores: readonly Float64Array[], hooks?: RunHooks): Float64Array {
  const size = scores.length;
  const sets = 2 ** size;
  const below = scores.map((own, j) => {
    throwIfCancelled(hooks);
    const sums = own.map((score) => -score / 2);
    for (let i = 0; i < size; i++) {
      if (i === j) continue;
      const bit = 1 << i;
      for (let set = bit; set < sets; set = (set + 1) | bit) sums[set] = addLogs(sums[set]!, sums[set ^ bit]!);
    }
    return sums;
  });

  const forward = new Float64Array(sets).fill(Number.NEGATIVE_INFINITY);
  forward[0] = 0;
  for (let set = 1; set < sets; set++) {
    for (let rest = set; rest; rest &= rest - 1) {
      const before = set & ~(rest & -rest);
      forward[set] = addLogs(forward[set]!, forward[before]! + below[bitOf(rest)]![before]!);
    }
  }
  const backward = new Float64Array(sets).fill(Number.NEGATIVE_INFINITY);
  backward[sets - 1] = 0;
  for (let set = sets - 2; set >= 0; set--) {
    for (let rest = sets - 1 - set; rest; rest &= rest - 1) {
      const after = set | (rest & -rest);
      backward[set] = addLogs(backward[set]!, backward[after]! + below[bitOf(rest)]![set]!);
    }
  }

  const posterior = new Float64Array(size * size);
  const above = new Float64Array(sets);
  for (const [j, own] of scores.entries()) {
    throwIfCancelled(hooks);
    const bit = 1 << j;
    for (let set = 0; set < sets; set++) {
      above[set] = set & bit ? Number.NEGATIVE_INFINITY : forward[set]! + backward[set | bit]!;
    }
    for (let i = 0; i < size; i++) {
      if (i === j) continue;
      const other = 1 << i;
      for (let set = sets - 1 - other; set >= 0; set = (set - 1) & ~other) {
        above[set] = addLogs(above[set]!, above[set | other]!);
        if (set === 0) break;
      }
    }
    for (let set = 0; set < sets; set++) {
      const mass = Math.exp(above[set]! - own[set]! / 2 - forward[sets - 1]!);
      if (!(mass > 1e-12)) continue;
      for (let rest = set; rest; rest &= rest - 1) posterior[bitOf(rest) * size + j]! += mass;
    }
  }
  return posterior;
}

/**
 * Which edges to draw: links that more than half of the posterior has, with a head where the direction is this sure
 * given the link and the best class does not leave it open.
 *
 * @param best CPDAG of the best DAG
 */
export function probableMarks(best: Adjacency, posterior: Float64Array, sureDirection: number): Uint8Array {
  const size = sizeOf(best);
  const marks = new Uint8Array(best.length);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [there, back] = [i * size + j, j * size + i];
      const link = posterior[there]! + posterior[back]!;
      if (link <= 0.5) continue;
      const open = best[there] === 1 && best[back] === 1;
      if (open || posterior[back]! < sureDirection * link) marks[there] = 1;
      if (open || posterior[there]! < sureDirection * link) marks[back] = 1;
    }
  }
  return marks;
}

const bitOf = (set: number): number => 31 - Math.clz32(set & -set);

/** log(eᵃ + eᵇ). */
function addLogs(a: number, b: number): number {
  const high = Math.max(a, b);
  const low = Math.min(a, b);
  return low - high < -37 || low === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high));
}
