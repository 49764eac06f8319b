// Who can reach whom along directed edges.

import { type Adjacency, sizeOf } from "./adjacency.js";

/** Marks of shape `[size, size]`: is there a directed path of length ≥ 1 from i to j? */
export function reachability(adjacency: Adjacency): Adjacency {
  const size = sizeOf(adjacency);
  const reach = adjacency.slice();
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      if (!reach[i * size + k]) continue;
      for (let j = 0; j < size; j++) if (reach[k * size + j]) reach[i * size + j] = 1;
    }
  }
  return reach;
}

/** Nodes with a directed path into `node`, ascending, `node` itself left out. */
export function ancestors(adjacency: Adjacency, node: number): number[] {
  return follow(adjacency, [node], true).filter((other) => other !== node);
}

/** Nodes reached by a directed path from `node`, ascending, `node` itself left out. */
export function descendants(adjacency: Adjacency, node: number): number[] {
  return follow(adjacency, [node], false).filter((other) => other !== node);
}

/** The given nodes and all their ancestors, ascending. */
export function ancestralSet(adjacency: Adjacency, nodes: readonly number[]): number[] {
  return follow(adjacency, nodes, true);
}

function follow(adjacency: Adjacency, start: readonly number[], backwards: boolean): number[] {
  const size = sizeOf(adjacency);
  const seen = new Uint8Array(size);
  const stack = [...start];
  for (const node of stack) seen[node] = 1;
  while (stack.length > 0) {
    const node = stack.pop()!;
    for (let other = 0; other < size; other++) {
      const edge = backwards ? adjacency[other * size + node] : adjacency[node * size + other];
      if (edge && !seen[other]) {
        seen[other] = 1;
        stack.push(other);
      }
    }
  }
  return [...seen.keys()].filter((node) => seen[node] === 1);
}
