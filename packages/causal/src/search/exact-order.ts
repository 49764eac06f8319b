// The best DAG by BIC over all DAGs, by dynamic programming over subsets: exact, for up to about 20 variables.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { type ExactProblem, subsetScores } from "./subset-scores.js";

/** Parents per node and the score `Σ_j n · log v_j + perParent · |P_j|` (correlation scale). */
export interface DagSolution {
  readonly parents: readonly (readonly number[])[];
  readonly score: number;
}

/** The DAG with the lowest BIC among those the rules allow. */
export function exactDag(problem: ExactProblem, hooks?: RunHooks): DagSolution {
  return bestDag(subsetScores(problem, hooks), hooks);
}

/**
 * The DAG with the lowest sum of scores.
 *
 * `g_j(S) = min(score[j][S], min_{k ∈ S} g_j(S \ k))`, `R(S) = min_{j ∈ S} R(S \ j) + g_j(S \ j)`.
 *
 * Source: Silander & Myllymäki (2006), "A simple approach for finding the globally optimal Bayesian network structure".
 * @param scores see {@link subsetScores}; overwritten
 */
export function bestDag(scores: readonly Float64Array[], hooks?: RunHooks): DagSolution {
  const size = scores.length;
  const sets = 2 ** size;
  for (const [j, own] of scores.entries()) {
    throwIfCancelled(hooks);
    for (let set = 0; set < sets; set++) {
      if (set & (1 << j)) continue;
      let value = own[set]!;
      for (let rest = set; rest; rest &= rest - 1) {
        const smaller = own[set & ~(rest & -rest)]!;
        if (smaller < value) value = smaller;
      }
      own[set] = value;
    }
  }

  const total = new Float64Array(sets).fill(Number.POSITIVE_INFINITY);
  const last = new Int8Array(sets).fill(-1);
  total[0] = 0;
  for (let set = 1; set < sets; set++) {
    for (let j = 0; j < size; j++) {
      if (!(set & (1 << j))) continue;
      const before = set & ~(1 << j);
      const value = total[before]! + scores[j]![before]!;
      if (value < total[set]!) {
        total[set] = value;
        last[set] = j;
      }
    }
  }

  const parents: number[][] = Array.from({ length: size }, () => []);
  for (let set = sets - 1; set; ) {
    const j = last[set]!;
    set &= ~(1 << j);
    parents[j] = bestSubset(scores[j]!, set, size);
  }
  return { parents, score: total[sets - 1]! };
}

/** The subset whose own score is `best[set]`: remove members that do not change the minimum. */
function bestSubset(best: Float64Array, set: number, size: number): number[] {
  let chosen = set;
  for (let shrunk = true; shrunk; ) {
    shrunk = false;
    for (let rest = chosen; rest; rest &= rest - 1) {
      const smaller = chosen & ~(rest & -rest);
      if (best[smaller] === best[chosen]) {
        chosen = smaller;
        shrunk = true;
        break;
      }
    }
  }
  return Array.from({ length: size }, (_, node) => node).filter((node) => chosen & (1 << node));
}
