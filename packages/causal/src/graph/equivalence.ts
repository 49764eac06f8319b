// Markov equivalence: which directions data alone can tell. Two DAGs are equivalent when they share skeleton and
// colliders; the CPDAG draws the arrows all members share and leaves the other edges undirected.

import { usageError } from "@mmm/core";
import { type Adjacency, sizeOf } from "./adjacency.js";
import { applyMeekRules } from "./meek.js";
import { isAcyclic, topologicalOrder } from "./order.js";

/** The CPDAG of a DAG: its skeleton, its colliders, and Meek's rules. */
export function dagToCpdag(dag: Adjacency): Adjacency {
  const size = sizeOf(dag);
  topologicalOrder(dag);
  const marks = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (dag[i * size + j]) marks[i * size + j] = marks[j * size + i] = 1;
  }
  for (let j = 0; j < size; j++) {
    for (let a = 0; a < size; a++) {
      if (!dag[a * size + j]) continue;
      for (let b = a + 1; b < size; b++) {
        if (dag[b * size + j] && !dag[a * size + b] && !dag[b * size + a]) {
          marks[j * size + a] = 0;
          marks[j * size + b] = 0;
        }
      }
    }
  }
  return applyMeekRules(marks);
}

/**
 * A CPDAG refined by knowledge: undirected edges with one forbidden direction are oriented, then closed by Meek's rules.
 *
 * @param allowed marks `[size, size]`; 0 forbids i → j
 */
export function orientByKnowledge(cpdag: Adjacency, allowed: Adjacency): Adjacency {
  const size = sizeOf(cpdag);
  const marks = cpdag.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (marks[i * size + j] && marks[j * size + i] && !allowed[i * size + j]) marks[i * size + j] = 0;
    }
  }
  return applyMeekRules(marks);
}

/**
 * A DAG that belongs to the class a partially directed graph describes; the same graph always gives the same DAG.
 *
 * Undirected edges are oriented one at a time, from the lower index to the higher, each followed by Meek's rules. When
 * that closes a cycle or draws a new collider (the graph was not a valid CPDAG) the Dor–Tarsi (1992) search decides.
 *
 * @throws MmmError `NO_EXTENSION` when no DAG fits
 */
export function cpdagToDag(cpdag: Adjacency): Adjacency {
  const size = sizeOf(cpdag);
  let marks = applyMeekRules(cpdag);
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      if (!marks[i * size + j] || !marks[j * size + i]) continue;
      marks[j * size + i] = 0;
      marks = applyMeekRules(marks);
    }
  }
  if (isAcyclic(marks) && sameColliders(cpdag, marks)) return marks;
  const dag = dorTarsi(cpdag);
  if (dag) return dag;
  throw usageError(
    "NO_EXTENSION",
    "No DAG has exactly these edges, arrows and colliders.",
    "Pass a CPDAG, for example the result of dagToCpdag; check the background knowledge that oriented it.",
  );
}

/** Every arrow of `partial` is kept and no unshielded collider appears that `partial` does not have. */
function sameColliders(partial: Adjacency, dag: Adjacency): boolean {
  const size = sizeOf(partial);
  const arrow = (i: number, j: number): boolean => partial[i * size + j] === 1 && partial[j * size + i] === 0;
  for (let j = 0; j < size; j++) {
    for (let a = 0; a < size; a++) {
      if (arrow(a, j) && !dag[a * size + j]) return false;
      for (let b = a + 1; b < size; b++) {
        if (!dag[a * size + j] || !dag[b * size + j] || dag[a * size + b] || dag[b * size + a]) continue;
        if (!arrow(a, j) || !arrow(b, j)) return false;
      }
    }
  }
  return true;
}

function dorTarsi(partial: Adjacency): Adjacency | null {
  const size = sizeOf(partial);
  const marks = partial.slice();
  const dag = partial.slice();
  const alive = new Uint8Array(size).fill(1);
  const adjacent = (i: number, j: number): boolean => marks[i * size + j] === 1 || marks[j * size + i] === 1;
  const isSink = (x: number): boolean => {
    for (let y = 0; y < size; y++) {
      if (!alive[y] || !adjacent(x, y)) continue;
      if (marks[x * size + y] && !marks[y * size + x]) return false;
      if (!marks[x * size + y]) continue;
      for (let z = 0; z < size; z++) {
        if (z !== y && z !== x && alive[z] && adjacent(x, z) && !adjacent(y, z)) return false;
      }
    }
    return true;
  };
  for (let left = size; left > 0; left--) {
    let sink = -1;
    for (let x = 0; x < size && sink < 0; x++) if (alive[x] && isSink(x)) sink = x;
    if (sink < 0) return null;
    for (let y = 0; y < size; y++) {
      if (alive[y] && marks[y * size + sink] && marks[sink * size + y]) dag[sink * size + y] = 0;
      marks[y * size + sink] = marks[sink * size + y] = 0;
    }
    alive[sink] = 0;
  }
  return dag;
}
