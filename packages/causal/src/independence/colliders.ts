// Colliders from separating sets: in a − c − b with a and b not adjacent, c is a common effect exactly when the sets
// that separate a and b do not contain it.

import { type Adjacency, sizeOf } from "../graph/adjacency.js";

/** How two nodes were found independent. */
export interface Separation {
  readonly given: readonly number[];
  readonly significance: number;
}

/**
 * Orient unshielded colliders in place, the surest first; an arrow already drawn is not reversed.
 *
 * @param marks skeleton with both marks per edge (arrows already known keep one)
 * @param evidence that c is a common effect of a and b (a < b, not adjacent): above 0 when it is, larger when surer
 */
export function orientColliders(marks: Adjacency, evidence: (a: number, b: number, c: number) => number): void {
  const size = sizeOf(marks);
  const found: { a: number; b: number; c: number; sure: number }[] = [];
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      if (marks[a * size + b] || marks[b * size + a]) continue;
      for (let c = 0; c < size; c++) {
        if (!marks[a * size + c] || !marks[b * size + c]) continue;
        const sure = evidence(a, b, c);
        if (sure > 0) found.push({ a, b, c, sure });
      }
    }
  }
  found.sort((x, y) => y.sure - x.sure || x.c - y.c || x.a - y.a || x.b - y.b);
  for (const { a, b, c } of found) {
    if (!marks[a * size + c] || !marks[b * size + c]) continue;
    marks[c * size + a] = 0;
    marks[c * size + b] = 0;
  }
}
