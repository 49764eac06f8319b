// Random DAGs of the benchmark protocol: Erdős–Rényi with an exact number of edges and Barabási–Albert scale-free
// graphs, labels shuffled so that column order says nothing.

import { type Random, usageError } from "@mmm/core";
import type { Adjacency } from "../graph/adjacency.js";

/** `ER2` draws 2 · size edges uniformly; `SF4` attaches each new node to 4 earlier ones by degree. */
export type GraphFamily = `ER${number}` | `SF${number}`;

/**
 * A random DAG of `size` nodes.
 *
 * ER: `k · size` of the size·(size−1)/2 pairs, oriented along a random order (all pairs when `k · size` exceeds them).
 * SF: node t (t = 1, 2, …) points at min(k, t) distinct earlier nodes, drawn with weight 1 + in-degree.
 *
 * Source: the generators of the NOTEARS reference (igraph `Erdos_Renyi`, `Barabasi`), re-drawn with our own numbers.
 */
export function randomDag(random: Random, size: number, family: GraphFamily): Adjacency {
  const kind = family.slice(0, 2);
  const degree = Number(family.slice(2));
  if ((kind !== "ER" && kind !== "SF") || !(degree > 0)) {
    throw usageError("GRAPH_FAMILY", `'${family}' is no graph family.`, "Use ER1, ER2, ER4, SF4 and the like.");
  }
  const pairs = kind === "ER" ? erdosRenyi(random, size, Math.round(degree * size)) : barabasi(random, size, degree);
  const label = random.shuffle([...Array(size).keys()]);
  const adjacency = new Uint8Array(size * size);
  for (const [from, to] of pairs) adjacency[label[from]! * size + label[to]!] = 1;
  return adjacency;
}

/** Independent weights, uniform on ±[low, high], on the marks of a graph. */
export function randomWeights(
  random: Random,
  adjacency: Adjacency,
  { low = 0.5, high = 2 }: { readonly low?: number; readonly high?: number } = {},
): Float64Array {
  return Float64Array.from(adjacency, (mark) => {
    if (!mark) return 0;
    const magnitude = low + (high - low) * random.uniform();
    return random.uniform() < 0.5 ? -magnitude : magnitude;
  });
}

function erdosRenyi(random: Random, size: number, edges: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) pairs.push([i, j]);
  return random.shuffle(pairs).slice(0, edges);
}

function barabasi(random: Random, size: number, degree: number): [number, number][] {
  const pairs: [number, number][] = [];
  const attraction = new Float64Array(size).fill(1);
  for (let node = 1; node < size; node++) {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(degree, node)) {
      let total = 0;
      for (let t = 0; t < node; t++) if (!chosen.has(t)) total += attraction[t]!;
      let mass = random.uniform() * total;
      let target = -1;
      for (let t = 0; t < node && mass >= 0; t++) {
        if (chosen.has(t)) continue;
        mass -= attraction[t]!;
        target = t;
      }
      chosen.add(target);
    }
    for (const target of chosen) {
      pairs.push([node, target]);
      attraction[target]! += 1;
    }
  }
  return pairs;
}
