// Colliders from separating sets: in a − c − b with a and b not adjacent, c is a common effect exactly when the set
// that separated a and b does not contain it.

import { type Adjacency, sizeOf } from "../graph/adjacency.js";

/** How two nodes were found independent. */
export interface Separation {
  readonly given: readonly number[];
  readonly significance: number;
}

/**
 * Orient unshielded colliders in place, those with the surest separation first; an arrow already drawn is not reversed.
 *
 * @param marks skeleton with both marks per edge (arrows already known keep one)
 * @param separations by pair key `min · size + max`
 */
export function orientColliders(marks: Adjacency, separations: ReadonlyMap<number, Separation>): void {
  const size = sizeOf(marks);
  const found: { a: number; b: number; c: number; significance: number }[] = [];
  for (const [key, separation] of separations) {
    const [a, b] = [Math.floor(key / size), key % size];
    if (marks[a * size + b] || marks[b * size + a]) continue;
    for (let c = 0; c < size; c++) {
      if (c === a || c === b || separation.given.includes(c)) continue;
      if (marks[a * size + c] && marks[b * size + c]) found.push({ a, b, c, significance: separation.significance });
    }
  }
  found.sort((x, y) => y.significance - x.significance || x.c - y.c || x.a - y.a || x.b - y.b);
  for (const { a, b, c } of found) {
    if (!marks[a * size + c] || !marks[b * size + c]) continue;
    marks[c * size + a] = 0;
    marks[c * size + b] = 0;
  }
}
