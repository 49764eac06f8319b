// Search over causal orders: take one variable out, put it back where the whole order scores best, until no move
// helps; then shake the order and try again. Each order stands for the DAG whose nodes take their best parents among
// their predecessors.

import { type Random, type RunHooks, throwIfCancelled } from "@mmm/core";
import { tryTopologicalOrder } from "../graph/order.js";
import type { DagSolution } from "./exact-order.js";
import type { ParentTree } from "./parent-tree.js";

export interface OrderProblem {
  /** Trees over all variables; the first `movable` indices are ordered, the rest always precede them. */
  readonly trees: readonly ParentTree[];
  readonly size: number;
  readonly movable: number;
  /** `[movable, movable]`; orders must respect these edges. */
  readonly required: Uint8Array;
  readonly random: Random;
  /** Fresh starts from random orders. */
  readonly restarts: number;
  /** Shakes of the best order after the restarts. */
  readonly shakes: number;
  /** Orders to start from, before any random one. */
  readonly starts?: readonly (readonly number[])[];
}

/** The best order found and its parents. Source: best-move search of Andrews et al. (2023), with restarts. */
export function searchOrder(
  problem: OrderProblem,
  hooks?: RunHooks,
): DagSolution & { readonly order: readonly number[] } {
  const { movable, random } = problem;
  let best: Ordered = { order: [], score: Number.POSITIVE_INFINITY };
  const consider = (start: readonly number[]): void => {
    throwIfCancelled(hooks);
    const found = climb(problem, start);
    if (found.score < best.score - 1e-9) best = found;
  };
  for (const start of problem.starts ?? []) consider(start);
  for (let k = 0; k < problem.restarts; k++) {
    consider(respectful(problem, random.shuffle(Array.from({ length: movable }, (_, node) => node))));
  }
  if (best.order.length === 0) consider(respectful(problem, [...Array(movable).keys()]));
  for (let k = 0; k < problem.shakes; k++) consider(shake(problem, best.order));

  const available = precedingAll(problem);
  const parents: (readonly number[])[] = Array.from({ length: movable }, () => []);
  for (const node of best.order) {
    parents[node] = problem.trees[node]!.parents(available);
    available[node] = 1;
  }
  return { parents, score: best.score, order: best.order };
}

interface Ordered {
  readonly order: readonly number[];
  readonly score: number;
}

function precedingAll(problem: OrderProblem): Uint8Array {
  return new Uint8Array(problem.size).fill(1, problem.movable);
}

function climb(problem: OrderProblem, start: readonly number[]): Ordered {
  const { trees, movable } = problem;
  const order = Int32Array.from(start);
  const others = new Int32Array(movable);
  const before = new Float64Array(movable);
  const after = new Float64Array(movable + 1);
  const available = precedingAll(problem);
  const reset = (): void => void available.fill(0, 0, movable);

  /** Score of each node at its present place, and what its parents were chosen among. */
  const own = new Float64Array(movable);
  const touched: (readonly number[])[] = Array.from({ length: movable }, () => []);
  const evaluate = (): number => {
    reset();
    let sum = 0;
    for (let k = 0; k < movable; k++) {
      const node = order[k]!;
      own[node] = trees[node]!.score(available);
      touched[node] = trees[node]!.touched(available);
      available[node] = 1;
      sum += own[node]!;
    }
    return sum;
  };
  let current = evaluate();
  const byOrder = [...order];
  for (let improved = true; improved; ) {
    improved = false;
    for (const node of byOrder) {
      let at = 0;
      let present = 0;
      for (let k = 0; k < movable; k++) {
        if (order[k] === node) present = k;
        else others[at++] = order[k]!;
      }
      reset();
      let sum = 0;
      for (let k = 0; k < movable; k++) {
        before[k] = sum + trees[node]!.score(available);
        if (k + 1 === movable) break;
        const other = others[k]!;
        const same = k < present || !touched[other]!.includes(node);
        sum += same ? own[other]! : trees[other]!.score(available);
        available[other] = 1;
      }
      available[node] = 1;
      after[movable - 1] = 0;
      for (let k = movable - 2; k >= 0; k--) {
        const other = others[k]!;
        available[other] = 0;
        after[k] = after[k + 1]! + (k >= present ? own[other]! : trees[other]!.score(available));
      }
      let place = -1;
      for (let k = 0; k < movable; k++) {
        const value = before[k]! + after[k]!;
        if (value < current - 1e-9) {
          current = value;
          place = k;
        }
      }
      if (place < 0) continue;
      improved = true;
      for (let k = 0, from = 0; k < movable; k++) order[k] = k === place ? node : others[from++]!;
      current = evaluate();
    }
  }
  return { order: [...order], score: current };
}

/** Move a few variables to random places. */
function shake(problem: OrderProblem, order: readonly number[]): number[] {
  const { random } = problem;
  const out = [...order];
  const moves = 2 + random.integer(Math.max(2, Math.ceil(order.length / 5)));
  for (let k = 0; k < moves; k++) {
    const [node] = out.splice(random.integer(out.length), 1);
    out.splice(random.integer(out.length + 1), 0, node!);
  }
  return respectful(problem, out);
}

/** The order nearest to the given one in which every required cause precedes its effect. */
function respectful(problem: OrderProblem, order: readonly number[]): number[] {
  const { movable, required } = problem;
  const marks = new Uint8Array(movable * movable);
  let any = false;
  for (let a = 0; a < movable; a++) {
    for (let b = 0; b < movable; b++) {
      if (!required[order[a]! * movable + order[b]!]) continue;
      marks[a * movable + b] = 1;
      any = true;
    }
  }
  return any ? tryTopologicalOrder(marks)!.map((position) => order[position]!) : [...order];
}
