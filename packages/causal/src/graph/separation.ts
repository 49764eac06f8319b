// d-separation: does the graph imply that two sets of variables are independent given a third?

import { type Adjacency, sizeOf } from "./adjacency.js";
import { ancestralSet } from "./ancestry.js";

/**
 * True when every path between `from` and `to` is blocked by `given` in the DAG.
 *
 * Reachability over (node, direction) states, linear in the number of edges ("Bayes ball").
 *
 * Source: Koller & Friedman (2009), "Probabilistic Graphical Models", algorithm 3.1.
 * @example dSeparated(chain, [0], [2], [1]) // true for 0 → 1 → 2
 */
export function dSeparated(
  dag: Adjacency,
  from: readonly number[],
  to: readonly number[],
  given: readonly number[],
): boolean {
  const size = sizeOf(dag);
  const observed = new Uint8Array(size);
  for (const node of given) observed[node] = 1;
  const opensCollider = new Uint8Array(size);
  for (const node of ancestralSet(dag, given)) opensCollider[node] = 1;

  // state 2·node: reached against an arrow (from a child); 2·node + 1: reached along an arrow (from a parent)
  const seen = new Uint8Array(2 * size);
  const stack: number[] = from.filter((node) => !observed[node]).map((node) => 2 * node);
  const targets = new Set(to);
  while (stack.length > 0) {
    const state = stack.pop()!;
    if (seen[state]) continue;
    seen[state] = 1;
    const node = state >> 1;
    const fromParent = (state & 1) === 1;
    if (!observed[node] && targets.has(node)) return false;
    const passUp = fromParent ? opensCollider[node] === 1 : !observed[node];
    const passDown = !observed[node];
    for (let other = 0; other < size; other++) {
      if (passUp && dag[other * size + node]) stack.push(2 * other);
      if (passDown && dag[node * size + other]) stack.push(2 * other + 1);
    }
  }
  return true;
}
