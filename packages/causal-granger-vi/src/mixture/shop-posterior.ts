// What one shop's evidence says under a mixture of graphs: exact sums over parent sets and clusters.

import type { TargetEvidence } from "../evidence/parent-sets.js";
import { type Slab, slabGain } from "./slab.js";

/** Evidence of all targets of one shop; `sources[i][slot]` is the node behind a slot of target i. */
export interface ShopEvidence {
  readonly unit: string;
  readonly targets: readonly TargetEvidence[];
  readonly sources: readonly (readonly number[])[];
}

/** Expected log odds and log probability of absence of every edge in every cluster, `[cluster][from·nodes + to]`. */
export interface EdgePrior {
  readonly nodes: number;
  readonly logWeight: Float64Array;
  readonly logOdds: readonly Float64Array[];
  readonly logAbsent: readonly Float64Array[];
}

export interface ShopPosterior {
  /** Chance of each cluster. */
  readonly clusters: Float64Array;
  /** Edge probabilities `[from, to]`, clusters averaged. */
  readonly edges: Float64Array;
  /** Edge probabilities within each cluster. */
  readonly edgesByCluster: readonly Float64Array[];
  /** Chance of every listed parent set of every target. */
  readonly sets: readonly Float64Array[];
  /** Log of the shop's evidence under the prior. */
  readonly logEvidence: number;
  /** Expected log likelihood of the chosen graphs. */
  readonly logLikelihood: number;
}

/** Score of each set without its prior: evidence plus the gain of the learned slab. */
export function setScores(
  evidence: ShopEvidence,
  target: number,
  nodes: number,
  base: number,
  slab: Slab,
): Float64Array {
  const { slots, masks, log, estimate, variance } = evidence.targets[target]!;
  const sources = evidence.sources[target]!;
  return log.map((value, row) => {
    let score = value;
    for (let rest = masks[row]!; rest !== 0; rest &= rest - 1) {
      const slot = 31 - Math.clz32(rest & -rest);
      const at = row * slots + slot;
      score += slabGain(estimate[at]!, variance[at]!, base, slab, sources[slot]! * nodes + target);
    }
    return score;
  });
}

/** Sum of log odds for every mask of the slots. */
export function priorTable(
  logOdds: Float64Array,
  sources: readonly number[],
  target: number,
  nodes: number,
): Float64Array {
  const table = new Float64Array(2 ** sources.length);
  for (let mask = 1; mask < table.length; mask++) {
    const lowest = 31 - Math.clz32(mask & -mask);
    table[mask] = table[mask & (mask - 1)]! + logOdds[sources[lowest]! * nodes + target]!;
  }
  return table;
}

/** Exact posterior over parent sets and clusters. `tables` caches {@link priorTable} per cluster and target. */
export function shopPosterior(
  evidence: ShopEvidence,
  prior: EdgePrior,
  scores: readonly Float64Array[],
  tables: (cluster: number, target: number) => Float64Array,
): ShopPosterior {
  const { nodes, logWeight, logAbsent } = prior;
  const clusters = logWeight.length;
  const logCluster = new Float64Array(clusters);
  const byCluster: Float64Array[] = [];
  const conditional: Float64Array[][] = [];
  for (let k = 0; k < clusters; k++) {
    const edges = new Float64Array(nodes * nodes);
    const sets: Float64Array[] = [];
    let logEvidence = logWeight[k]!;
    for (let i = 0; i < nodes; i++) {
      const { masks } = evidence.targets[i]!;
      const sources = evidence.sources[i]!;
      const table = tables(k, i);
      const score = scores[i]!;
      const weights = new Float64Array(masks.length);
      let best = Number.NEGATIVE_INFINITY;
      for (let row = 0; row < masks.length; row++) {
        const value = score[row]! + table[masks[row]!]!;
        weights[row] = value;
        if (value > best) best = value;
      }
      let sum = 0;
      for (let row = 0; row < masks.length; row++) sum += weights[row] = Math.exp(weights[row]! - best);
      for (let row = 0; row < masks.length; row++) {
        const chance = (weights[row]! /= sum);
        if (chance < 1e-12) continue;
        for (let rest = masks[row]!; rest !== 0; rest &= rest - 1) {
          edges[sources[31 - Math.clz32(rest & -rest)]! * nodes + i]! += chance;
        }
      }
      logEvidence += best + Math.log(sum);
      for (const source of sources) logEvidence += logAbsent[k]![source * nodes + i]!;
      sets.push(weights);
    }
    logCluster[k] = logEvidence;
    byCluster.push(edges);
    conditional.push(sets);
  }
  const best = logCluster.reduce((a, b) => Math.max(a, b));
  const chance = logCluster.map((value) => Math.exp(value - best));
  const total = chance.reduce((a, b) => a + b, 0);
  for (let k = 0; k < clusters; k++) chance[k]! /= total;

  const edges = new Float64Array(nodes * nodes);
  const sets = evidence.targets.map((target) => new Float64Array(target.masks.length));
  for (let k = 0; k < clusters; k++) {
    const share = chance[k]!;
    if (share < 1e-12) continue;
    byCluster[k]!.forEach((value, e) => {
      edges[e]! += share * value;
    });
    conditional[k]!.forEach((own, i) => {
      const into = sets[i]!;
      for (let row = 0; row < own.length; row++) into[row]! += share * own[row]!;
    });
  }
  let logLikelihood = 0;
  sets.forEach((own, i) => {
    for (let row = 0; row < own.length; row++) logLikelihood += own[row]! * scores[i]![row]!;
  });
  return {
    clusters: chance,
    edges,
    edgesByCluster: byCluster,
    sets,
    logEvidence: best + Math.log(total),
    logLikelihood,
  };
}
