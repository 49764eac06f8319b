// Meek's orientation rules: what follows from the arrows already drawn, given that no new collider and no cycle may
// appear. Rules 1–3 complete a CPDAG; rule 4 is needed once background knowledge has oriented edges.

import { type Adjacency, sizeOf } from "./adjacency.js";

/**
 * Close a partially directed graph under Meek's rules 1–4; returns a new array.
 *
 * R1: a → b — c, a and c not adjacent ⇒ b → c. R2: a → b → c, a — c ⇒ a → c.
 * R3: a — b, a — c, a — d, b → d, c → d, b and c not adjacent ⇒ a → d.
 * R4: a — d, d — or → … with a — b, c → d, b → c, b and d not adjacent, a adjacent to c ⇒ a → d.
 *
 * Source: Meek (1995), "Causal inference and causal explanation with background knowledge".
 */
export function applyMeekRules(partial: Adjacency): Adjacency {
  const size = sizeOf(partial);
  const marks = partial.slice();
  const arrow = (i: number, j: number): boolean => marks[i * size + j] === 1 && marks[j * size + i] === 0;
  const line = (i: number, j: number): boolean => marks[i * size + j] === 1 && marks[j * size + i] === 1;
  const adjacent = (i: number, j: number): boolean => marks[i * size + j] === 1 || marks[j * size + i] === 1;

  const forced = (from: number, to: number): boolean => {
    for (let k = 0; k < size; k++) {
      if (k === from || k === to) continue;
      if (arrow(k, from) && !adjacent(k, to)) return true;
      if (arrow(from, k) && arrow(k, to)) return true;
      if (!arrow(k, to)) continue;
      for (let l = 0; l < size; l++) {
        if (l === from || l === to || l === k) continue;
        if (line(from, k) && line(from, l) && arrow(l, to) && !adjacent(k, l)) return true;
        if (line(from, l) && arrow(l, k) && !adjacent(l, to) && adjacent(from, k)) return true;
      }
    }
    return false;
  };

  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (i !== j && line(i, j) && forced(i, j)) {
          marks[j * size + i] = 0;
          changed = true;
        }
      }
    }
  }
  return marks;
}
