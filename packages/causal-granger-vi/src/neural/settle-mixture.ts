// The mixture of graphs that suits an encoder's evidence best: expectation and maximisation in closed form.

import { type NdArray, ndArray } from "@mmm/tensor";
import type { EdgeMarks } from "./graph-posterior.js";

/** Log odds of the edges `[clusters, V·V]` and unnormalised log shares `[clusters]`. */
export interface MixtureArrays {
  readonly odds: NdArray;
  readonly share: NdArray;
}

const rounds = 200;
const tolerance = 1e-4;
/** Pseudo-shops behind the prior of every edge, and behind every cluster. */
const edgeStrength = 2;
const clusterStrength = 1;

/**
 * `r_sk ∝ w_k Π_e (1 + p_ke (e^{evidence_se} − 1))`, `q_ske = σ(odds_ke + evidence_se)`, then
 * `p_ke = (Σ_s r_sk q_ske + 2π)/(Σ_s r_sk + 2)`, until the likelihood of the evidence rises no more.
 *
 * @param evidence log odds that each shop's history adds to a prior, one row `[V·V]` per shop
 * @param edgePrior π, prior share of pairs that are edges
 */
export function settleMixture(
  start: MixtureArrays,
  evidence: readonly ArrayLike<number>[],
  marks: EdgeMarks,
  edgePrior: number,
): MixtureArrays {
  const clusters = start.share.shape[0]!;
  const edges = marks.free.length;
  const free = Array.from({ length: edges }, (_, e) => e).filter((e) => marks.free[e] === 1);
  const odds = Float64Array.from(start.odds.data);
  const share = Float64Array.from(start.share.data);
  let previous = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const present = new Float64Array(clusters * edges).fill(edgeStrength * edgePrior);
    const members = new Float64Array(clusters);
    const norm = logSumExp(share);
    let likelihood = 0;
    for (const row of evidence) {
      const gain = share.map((value, k) => {
        let sum = value - norm;
        for (const e of free) sum += softplus(odds[k * edges + e]! + row[e]!) - softplus(odds[k * edges + e]!);
        return sum;
      });
      const total = logSumExp(gain);
      likelihood += total;
      for (let k = 0; k < clusters; k++) {
        const own = Math.exp(gain[k]! - total);
        members[k]! += own;
        for (const e of free) present[k * edges + e]! += own / (1 + Math.exp(-odds[k * edges + e]! - row[e]!));
      }
    }
    if (likelihood - previous < tolerance * evidence.length) break;
    previous = likelihood;
    for (let k = 0; k < clusters; k++) {
      share[k] = Math.log(members[k]! + clusterStrength);
      for (const e of free) {
        const at = k * edges + e;
        odds[at] = Math.log(present[at]! / (members[k]! + edgeStrength - present[at]!));
      }
    }
  }
  return {
    odds: ndArray(Float32Array.from(odds), [clusters, edges]),
    share: ndArray(Float32Array.from(share), [clusters]),
  };
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function logSumExp(values: Float64Array): number {
  const top = values.reduce((a, b) => Math.max(a, b));
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
}
