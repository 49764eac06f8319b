// Parent trees for all variables under the same score and rules.

import type { EdgeRules } from "../constraints/edge-rules.js";
import type { LocalScore } from "./local-score.js";
import { createParentTree, type ParentTree } from "./parent-tree.js";

export interface TreesProblem {
  /** Covariance or correlation, `[size, size]`. */
  readonly moments: Float64Array;
  readonly size: number;
  /** The first `targets` columns get a tree; the others are predecessors only. Default all. */
  readonly targets?: number;
  readonly score: LocalScore;
  readonly maxParents: number;
  /** Over the targets. Column c ≥ targets stands for column c mod targets at an earlier time. */
  readonly rules: EdgeRules;
}

export function parentTrees(problem: TreesProblem): ParentTree[] {
  const { size, targets = size, rules } = problem;
  return Array.from({ length: targets }, (_, j) => {
    const candidates = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      const ownPast = i >= targets && i % targets === j;
      candidates[i] = ownPast || rules.allowed[(i % targets) * targets + j] ? 1 : 0;
    }
    const required: number[] = [];
    for (let i = 0; i < targets; i++) if (rules.required[i * targets + j]) required.push(i);
    return createParentTree(j, { ...problem, candidates, required });
  });
}

/** Best parents of every target when they are taken in this order; later columns always precede. */
export function parentsInOrder(trees: readonly ParentTree[], size: number, order: readonly number[]): number[][] {
  const available = new Uint8Array(size).fill(1, trees.length);
  const parents: number[][] = trees.map(() => []);
  for (const node of order) {
    parents[node] = [...trees[node]!.parents(available)];
    available[node] = 1;
  }
  return parents;
}
