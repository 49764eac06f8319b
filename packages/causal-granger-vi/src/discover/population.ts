// The population of graphs: one cluster from a flat start, then as many as the bound asks for.

import {
  evidenceBound,
  type FittedMixture,
  fitMixture,
  type GraphMixture,
  type MixturePrior,
  scoreEvidence,
  searchMixture,
  singleCluster,
} from "../mixture/graph-mixture.js";
import type { ShopEvidence } from "../mixture/shop-posterior.js";
import type { GrangerModel } from "./model.js";
import type { ResolvedSettings } from "./settings.js";

/** Variance of the wide slab, in units of the target's noise variance. */
export const slabVariance = 0.25;
/** Pseudo-shops behind every edge's prior with one cluster, and behind the population's share with more. */
const edgeStrength = 2;
const clusterStrength = 4;
const searchShops = 300;
const firstSlab = { mean: 0.4, variance: 0.1 };

/** One cluster at the prior, effects at their usual size. */
export function firstMixture(nodes: number, { edgePrior }: Pick<ResolvedSettings, "edgePrior">): GraphMixture {
  const edges = nodes * nodes;
  const prior: MixturePrior = {
    present: new Float64Array(edges).fill(edgeStrength * edgePrior),
    absent: new Float64Array(edges).fill(edgeStrength * (1 - edgePrior)),
    weight: 1,
    slabVariance,
  };
  return singleCluster(nodes, prior, { ...firstSlab, positive: new Float64Array(edges).fill(0.5) });
}

/** Fit the mixture to the evidence of the shops. */
export function fitPopulation(
  evidence: readonly ShopEvidence[],
  nodes: number,
  settings: ResolvedSettings,
): { fitted: FittedMixture; tried: GrangerModel["tried"] } {
  const start = firstMixture(nodes, settings);
  if (settings.sharing === "none") {
    const posteriors = scoreEvidence(start, evidence);
    const bound = evidenceBound(start, posteriors);
    return { fitted: { mixture: start, bound, posteriors, iterations: 0, converged: true }, tried: [] };
  }
  const single = fitMixture(start, evidence);
  return searchMixture(single, evidence, {
    seed: settings.seed,
    clusters: settings.clusters,
    restarts: settings.restarts,
    strength: clusterStrength,
    searchShops,
  });
}
