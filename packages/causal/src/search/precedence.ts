// What constraints say about causal order, for engines that pick variables one at a time.

import type { EdgeRules } from "../constraints/edge-rules.js";
import { sizeOf } from "../graph/adjacency.js";
import { reachability } from "../graph/ancestry.js";

/**
 * Marks `[size, size]`: i must (or may without loss) come before j.
 *
 * So when a required path leads from i to j, or when allowed edges lead from i to j and none lead back.
 */
export function precedence(rules: EdgeRules): Uint8Array {
  const size = sizeOf(rules.allowed);
  const can = reachability(rules.allowed);
  const must = reachability(rules.required);
  const before = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === j) continue;
      if (must[i * size + j] || (can[i * size + j] && !can[j * size + i])) before[i * size + j] = 1;
    }
  }
  return before;
}

/** Those of `open` (1 = not yet placed) that nothing else open must precede, ascending. */
export function freeNodes(before: Uint8Array, open: Uint8Array): number[] {
  const size = open.length;
  const free: number[] = [];
  for (let j = 0; j < size; j++) {
    if (!open[j]) continue;
    let blocked = false;
    for (let i = 0; i < size && !blocked; i++) blocked = open[i] === 1 && before[i * size + j] === 1;
    if (!blocked) free.push(j);
  }
  return free;
}
