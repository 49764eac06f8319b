// Does something as trivial as a variance already tell the order of the graph? On simulated data it often does, which
// is how methods that read variances look good there and fail on real columns.

import { type Adjacency, sizeOf } from "../graph/adjacency.js";
import { explainedShare } from "../moments/explained-share.js";
import type { Moments } from "../moments/moments.js";

/**
 * Share of directed paths along which `key` rises: pairs (i, j) joined by a path of length k, summed over k; ties ½.
 *
 * @returns 1 when the key gives the order away, about ½ when it says nothing, NaN without edges
 * Source: Reisach, Seiler & Weichwald (2021), "Beware of the simulated DAG!", section 3.1.
 */
export function sortability(dag: Adjacency, key: ArrayLike<number>): number {
  const size = sizeOf(dag);
  let walks: Uint8Array = dag.slice();
  let paths = 0;
  let risen = 0;
  for (let length = 1; length < size; length++) {
    let any = false;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (!walks[i * size + j]) continue;
        any = true;
        paths++;
        const ratio = key[j]! / key[i]!;
        risen += Math.abs(ratio - 1) <= 1e-9 ? 0.5 : ratio > 1 ? 1 : 0;
      }
    }
    if (!any) break;
    walks = extend(walks, dag, size);
  }
  return risen / paths;
}

/** {@link sortability} by variance. */
export function varsortability(dag: Adjacency, moments: Pick<Moments, "scale">): number {
  return sortability(
    dag,
    moments.scale.map((sd) => sd * sd),
  );
}

/** {@link sortability} by R² of each column on all others; unchanged by rescaling. */
export function r2Sortability(dag: Adjacency, moments: Pick<Moments, "correlation" | "size">): number {
  return sortability(dag, explainedShare(moments.correlation, moments.size));
}

function extend(walks: Uint8Array, dag: Adjacency, size: number): Uint8Array {
  const longer = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      if (!walks[i * size + k]) continue;
      for (let j = 0; j < size; j++) if (dag[k * size + j]) longer[i * size + j] = 1;
    }
  }
  return longer;
}
