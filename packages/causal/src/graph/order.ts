// Acyclicity and causal order of directed graphs.

import { usageError } from "@mmm/core";
import { type Adjacency, sizeOf } from "./adjacency.js";

/**
 * Nodes with every cause before its effects (Kahn 1962); among free nodes the lowest index comes first.
 *
 * @returns the order, or null when the graph has a cycle (an undirected edge counts as one)
 */
export function tryTopologicalOrder(adjacency: Adjacency): number[] | null {
  const size = sizeOf(adjacency);
  const waiting = new Int32Array(size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) waiting[j]! += adjacency[i * size + j]!;
  const done = new Uint8Array(size);
  const order: number[] = [];
  while (order.length < size) {
    let next = -1;
    for (let j = 0; j < size && next < 0; j++) if (!done[j] && waiting[j] === 0) next = j;
    if (next < 0) return null;
    done[next] = 1;
    order.push(next);
    for (let j = 0; j < size; j++) waiting[j]! -= adjacency[next * size + j]!;
  }
  return order;
}

/** Nodes with every cause before its effects. @throws MmmError `CYCLE` naming one cycle */
export function topologicalOrder(adjacency: Adjacency, names?: readonly string[]): number[] {
  const order = tryTopologicalOrder(adjacency);
  if (order) return order;
  const cycle = findCycle(adjacency)!.map((node) => names?.[node] ?? String(node));
  throw usageError(
    "CYCLE",
    `The graph is not acyclic: ${cycle.join(" → ")}.`,
    "Remove or reverse one edge of the cycle.",
  );
}

/** True when the directed graph has no cycle. */
export function isAcyclic(adjacency: Adjacency): boolean {
  return tryTopologicalOrder(adjacency) !== null;
}

/** One directed cycle as a list of nodes that starts and ends with the same node, or null. */
export function findCycle(adjacency: Adjacency): number[] | null {
  const size = sizeOf(adjacency);
  const state = new Uint8Array(size);
  const path: number[] = [];
  const visit = (node: number): number[] | null => {
    state[node] = 1;
    path.push(node);
    for (let next = 0; next < size; next++) {
      if (!adjacency[node * size + next]) continue;
      if (state[next] === 1) return [...path.slice(path.indexOf(next)), next];
      const found = state[next] === 0 ? visit(next) : null;
      if (found) return found;
    }
    path.pop();
    state[node] = 2;
    return null;
  };
  for (let node = 0; node < size; node++) {
    const found = state[node] === 0 ? visit(node) : null;
    if (found) return found;
  }
  return null;
}

/** Drop the weakest remaining edges until the weighted graph is acyclic; returns a new array. */
export function dropWeakestUntilAcyclic(weights: Float64Array): Float64Array {
  const size = sizeOf(weights);
  const kept = weights.slice();
  const marks = new Uint8Array(size * size);
  for (let k = 0; k < marks.length; k++) marks[k] = kept[k] !== 0 && k % (size + 1) !== 0 ? 1 : 0;
  for (let cycle = findCycle(marks); cycle; cycle = findCycle(marks)) {
    let weakest = -1;
    for (let k = 0; k + 1 < cycle.length; k++) {
      const edge = cycle[k]! * size + cycle[k + 1]!;
      if (weakest < 0 || Math.abs(kept[edge]!) < Math.abs(kept[weakest]!)) weakest = edge;
    }
    kept[weakest] = 0;
    marks[weakest] = 0;
  }
  return kept;
}
