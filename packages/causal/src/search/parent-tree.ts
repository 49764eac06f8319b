// Parents of one variable among those that precede it in an order, by greedy growing then shrinking, with every step
// remembered: a trie whose path is the sequence of parents added. Orders that share a useful prefix share the work.
// Where no single parent improves, pairs are tried: two causes whose effects nearly cancel are invisible one by one.
//
// Source of the cache: Andrews et al. (2023), "Fast scalable and accurate discovery of DAGs using the best order score
// search and grow-shrink trees".

import { type LocalScore, localScore } from "./local-score.js";

interface Settled {
  readonly score: number;
  readonly parents: readonly number[];
  readonly grown: readonly number[];
}

interface Branch {
  /** Candidates that improve the score when added here, best first. */
  readonly additions: Int32Array;
  readonly next: (Branch | undefined)[];
  /** Pairs that improve together, best first; found only when a search gets stuck here. */
  pairs: readonly (readonly [number, number])[] | undefined;
  readonly nextOfPair: (Branch | undefined)[];
  /** Result once nothing that is available improves: the shrunk set and its score. */
  shrunk: Settled | undefined;
  readonly chosen: readonly number[];
}

export interface ParentTreeProblem {
  readonly moments: Float64Array;
  readonly size: number;
  readonly score: LocalScore;
  readonly maxParents: number;
  /** 1 where i may be a parent of the variable, `[size]`. */
  readonly candidates: Uint8Array;
  /** Parents that must be there. */
  readonly required: readonly number[];
}

/** Parents and score of one variable for any set of predecessors. */
export interface ParentTree {
  /** Score of the best parents found among `available` (1 = precedes the variable); +∞ when a required one is missing. */
  score(available: Uint8Array): number;
  parents(available: Uint8Array): readonly number[];
  /** Every variable the growing passed through; taking away another one changes nothing. */
  touched(available: Uint8Array): readonly number[];
}

export function createParentTree(node: number, problem: ParentTreeProblem): ParentTree {
  const { moments, size, score, maxParents, candidates, required } = problem;
  const lower = new Float64Array((maxParents + required.length + 2) ** 2);
  const width = maxParents + required.length + 2;
  const solved = new Float64Array(size);
  const row = new Float64Array(width);
  const isRequired = new Uint8Array(size);
  for (const parent of required) isRequired[parent] = 1;

  /** Factor C[P, P]; leaves L in `lower` and L⁻¹C[P, node] in `row`; returns the residual variance of the node. */
  const factor = (parents: readonly number[]): number => {
    let variance = moments[node * size + node]!;
    for (let a = 0; a < parents.length; a++) {
      const at = parents[a]! * size;
      for (let b = 0; b <= a; b++) {
        let sum = moments[at + parents[b]!]!;
        for (let c = 0; c < b; c++) sum -= lower[a * width + c]! * lower[b * width + c]!;
        lower[a * width + b] = a === b ? Math.sqrt(Math.max(sum, 1e-14)) : sum / lower[b * width + b]!;
      }
      let sum = moments[at + node]!;
      for (let c = 0; c < a; c++) sum -= lower[a * width + c]! * row[c]!;
      row[a] = sum / lower[a * width + a]!;
      variance -= row[a]! * row[a]!;
    }
    return Math.max(variance, 1e-14 * moments[node * size + node]!);
  };

  const scoreOf = (parents: readonly number[]): number => localScore(score, factor(parents), parents.length);

  const grow = (chosen: readonly number[]): Branch => {
    const variance = factor(chosen);
    const current = localScore(score, variance, chosen.length);
    const found: { candidate: number; value: number }[] = [];
    if (chosen.length < maxParents) {
      for (let candidate = 0; candidate < size; candidate++) {
        if (!candidates[candidate] || chosen.includes(candidate)) continue;
        let left = moments[candidate * size + candidate]!;
        const own = left;
        let product = moments[candidate * size + node]!;
        for (let a = 0; a < chosen.length; a++) {
          let sum = moments[candidate * size + chosen[a]!]!;
          for (let c = 0; c < a; c++) sum -= lower[a * width + c]! * solved[c]!;
          const value = sum / lower[a * width + a]!;
          solved[a] = value;
          left -= value * value;
          product -= value * row[a]!;
        }
        if (left < 1e-10 * own) continue;
        const reduced = Math.max(variance - (product * product) / left, 1e-14 * moments[node * size + node]!);
        const value = localScore(score, reduced, chosen.length + 1);
        if (value < current) found.push({ candidate, value });
      }
    }
    found.sort((a, b) => a.value - b.value);
    return {
      additions: Int32Array.from(found, ({ candidate }) => candidate),
      next: new Array(found.length),
      pairs: undefined,
      nextOfPair: [],
      shrunk: undefined,
      chosen,
    };
  };

  /** Members that improve alone are left out: where one is available, the search does not get stuck. */
  const improvingPairs = ({ chosen, additions }: Branch): readonly (readonly [number, number])[] => {
    if (chosen.length + 2 > maxParents) return [];
    const variance = factor(chosen);
    const current = localScore(score, variance, chosen.length);
    const count = chosen.length;
    const alone = new Uint8Array(size);
    for (const candidate of additions) alone[candidate] = 1;
    const open: number[] = [];
    const solvedRows: Float64Array[] = [];
    for (let candidate = 0; candidate < size; candidate++) {
      if (!candidates[candidate] || alone[candidate] || chosen.includes(candidate)) continue;
      const solution = new Float64Array(count + 2);
      solution[count] = moments[candidate * size + candidate]!;
      solution[count + 1] = moments[candidate * size + node]!;
      for (let a = 0; a < count; a++) {
        let sum = moments[candidate * size + chosen[a]!]!;
        for (let c = 0; c < a; c++) sum -= lower[a * width + c]! * solution[c]!;
        solution[a] = sum / lower[a * width + a]!;
        solution[count]! -= solution[a]! ** 2;
        solution[count + 1]! -= solution[a]! * row[a]!;
      }
      if (solution[count]! < 1e-10 * moments[candidate * size + candidate]!) continue;
      open.push(candidate);
      solvedRows.push(solution);
    }
    const found: { pair: readonly [number, number]; value: number }[] = [];
    for (let a = 0; a < open.length; a++) {
      const first = solvedRows[a]!;
      for (let b = 0; b < a; b++) {
        const second = solvedRows[b]!;
        let shared = moments[open[a]! * size + open[b]!]!;
        for (let c = 0; c < count; c++) shared -= first[c]! * second[c]!;
        const determinant = first[count]! * second[count]! - shared * shared;
        if (determinant < 1e-10 * first[count]! * second[count]!) continue;
        const [p, q] = [first[count + 1]!, second[count + 1]!];
        const gain = (p * p * second[count]! - 2 * p * q * shared + q * q * first[count]!) / determinant;
        const value = localScore(score, Math.max(variance - gain, 1e-14 * moments[node * size + node]!), count + 2);
        if (value < current) found.push({ pair: [open[a]!, open[b]!], value });
      }
    }
    return found.sort((x, y) => x.value - y.value).map(({ pair }) => pair);
  };

  const shrink = (chosen: readonly number[]): Settled => {
    let parents = [...chosen];
    let value = scoreOf(parents);
    for (;;) {
      let best = -1;
      for (let k = 0; k < parents.length; k++) {
        if (isRequired[parents[k]!]) continue;
        const without = scoreOf(parents.filter((_, at) => at !== k));
        if (without < value) {
          value = without;
          best = k;
        }
      }
      if (best < 0) return { score: value, parents, grown: chosen };
      parents = parents.filter((_, at) => at !== best);
    }
  };

  const root = grow(required);
  const missing: Settled = { score: Number.POSITIVE_INFINITY, parents: required, grown: required };
  const settle = (available: Uint8Array): Settled => {
    for (let k = 0; k < required.length; k++) if (!available[required[k]!]) return missing;
    let branch = root;
    descend: for (;;) {
      const { additions } = branch;
      for (let k = 0; k < additions.length; k++) {
        if (!available[additions[k]!]) continue;
        branch = branch.next[k] ??= grow([...branch.chosen, additions[k]!]);
        continue descend;
      }
      const pairs = (branch.pairs ??= improvingPairs(branch));
      for (let k = 0; k < pairs.length; k++) {
        const [first, second] = pairs[k]!;
        if (!available[first] || !available[second]) continue;
        branch = branch.nextOfPair[k] ??= grow([...branch.chosen, first, second]);
        continue descend;
      }
      return (branch.shrunk ??= shrink(branch.chosen));
    }
  };
  return {
    score: (available) => settle(available).score,
    parents: (available) => settle(available).parents,
    touched: (available) => settle(available).grown,
  };
}
