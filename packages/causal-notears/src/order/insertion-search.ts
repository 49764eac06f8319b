import { type RunHooks, throwIfCancelled } from "@mmm/core";
import type { LinearProblem } from "../linear/problem.js";
import type { NodeModel } from "./node-model.js";

// Local search over orders of the variables: take one variable out and put it back where the total cost is least, until
// no such move helps. Within an order every node is fitted on its predecessors, so the result has no cycle by
// construction. Only nodes whose fit can change are fitted again.

export interface OrderedFit {
  /** Causes first. */
  readonly order: number[];
  /** By target, [d, P]. */
  readonly weights: Float64Array;
  readonly cost: number;
  readonly moves: number;
}

const reach = 30;

/**
 * Improve an order by insertion moves of at most 30 places; longer ways are taken in several moves.
 *
 * @param start a permutation of the targets in which every required edge points forward
 * @param weights start of the node fits, by target [d, P]; may hold values outside the order
 */
export function insertionSearch(
  model: NodeModel,
  problem: LinearProblem,
  start: readonly number[],
  weights: Float64Array,
  hooks?: RunHooks,
): OrderedFit {
  const { targets: d, predictors, required } = problem;
  const permitted = new Uint8Array(d * predictors);
  for (const position of problem.free) permitted[position] = 1;
  const order = [...start];
  const rows = Array.from({ length: d }, (_, j) => weights.slice(j * predictors, (j + 1) * predictors));
  const costs = new Float64Array(d);
  const allowed = new Uint8Array(predictors);
  const moving = new Float64Array(predictors);
  const trial = new Float64Array(predictors);

  const allowBefore = (target: number, position: number): void => {
    const row = target * predictors;
    allowed.fill(0);
    for (let i = d; i < predictors; i++) allowed[i] = permitted[row + i]!;
    for (let q = 0; q < position; q++) allowed[order[q]!] = permitted[row + order[q]!]!;
  };
  const refit = (position: number): void => {
    const target = order[position]!;
    allowBefore(target, position);
    costs[target] = model.fit(target, allowed, rows[target]!);
  };
  for (let p = 0; p < d; p++) refit(p);

  // Change of the total cost when order[p] and its neighbours up to q exchange places, for the best q on one side.
  const look = (p: number, direction: -1 | 1): { position: number; gain: number } => {
    const x = order[p]!;
    moving.set(rows[x]!);
    let cost = costs[x]!;
    let others = 0;
    let best = { position: p, gain: 0 };
    const end = direction < 0 ? Math.max(-1, p - reach - 1) : Math.min(d, p + reach + 1);
    for (let q = p + direction; q !== end; q += direction) {
      const y = order[q]!;
      if (required[direction < 0 ? x * d + y : y * d + x]) break;
      const xUsesY =
        direction < 0 ? moving[y] !== 0 : permitted[x * predictors + y] === 1 && model.attracts(x, y, moving);
      const yUsesX =
        direction < 0 ? permitted[y * predictors + x] === 1 && model.attracts(y, x, rows[y]!) : rows[y]![x] !== 0;
      if (xUsesY) {
        allowBefore(x, direction < 0 ? q : q + 1);
        allowed[x] = 0;
        cost = model.fit(x, allowed, moving);
      }
      if (yUsesX) {
        allowBefore(y, q);
        allowed[x] = direction < 0 ? 1 : 0;
        trial.set(rows[y]!);
        others += model.fit(y, allowed, trial) - costs[y]!;
      }
      const gain = costs[x]! - cost - others;
      if (gain > best.gain) best = { position: q, gain };
    }
    return best;
  };

  const carry = (from: number, to: number, first: number, last: number): void => {
    const [node] = order.splice(from, 1);
    order.splice(to, 0, node!);
    for (let q = first; q <= last; q++) refit(q);
  };

  let moves = 0;
  // A variable is looked at again only when something within its reach has changed since.
  const stale = new Uint8Array(d).fill(1);
  while (stale.includes(1)) {
    for (let x = 0; x < d; x++) {
      if (!stale[x]) continue;
      stale[x] = 0;
      throwIfCancelled(hooks);
      const p = order.indexOf(x);
      const left = look(p, -1);
      const right = look(p, 1);
      const best = left.gain > right.gain ? left : right;
      const total = costs.reduce((sum, cost) => sum + cost, 0);
      const tolerance = 1e-9 * Math.max(1, Math.abs(total));
      if (best.gain <= tolerance) continue;
      const first = Math.min(p, best.position);
      const last = Math.max(p, best.position);
      carry(p, best.position, first, last);
      // A model that only searches among fits may expect more of a move than it gets; then the move is taken back.
      if (!(costs.reduce((sum, cost) => sum + cost, 0) < total - tolerance)) {
        carry(best.position, p, first, last);
        continue;
      }
      for (let q = Math.max(0, first - reach); q < Math.min(d, last + reach + 1); q++) stale[order[q]!] = 1;
      moves++;
    }
  }
  const result = new Float64Array(d * predictors);
  for (let j = 0; j < d; j++) result.set(rows[j]!, j * predictors);
  return { order, weights: result, cost: costs.reduce((sum, cost) => sum + cost, 0), moves };
}
