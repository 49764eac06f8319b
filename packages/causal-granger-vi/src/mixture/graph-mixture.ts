// A mixture of graphs over shops, fitted by variational Bayes. Each cluster holds a Beta posterior for every edge; a shop
// belongs to a cluster and keeps or moves edges as its own data say. The bound (ELBO) is exact for the local part.

import { createRandom, type Random } from "@mmm/core";
import {
  type EdgePrior,
  priorTable,
  type ShopEvidence,
  type ShopPosterior,
  setScores,
  shopPosterior,
} from "./shop-posterior.js";
import { addEffect, emptySlabSums, type Slab, updateSlab } from "./slab.js";
import { betaDivergence, digamma, dirichletDivergence } from "./special.js";

export interface GraphMixture {
  readonly nodes: number;
  /** Dirichlet posterior of the cluster weights. */
  readonly weight: Float64Array;
  /** Beta posteriors `[cluster][from·nodes + to]`: pseudo-counts of presence and absence. */
  readonly present: readonly Float64Array[];
  readonly absent: readonly Float64Array[];
  readonly prior: MixturePrior;
  readonly slab: Slab;
}

export interface MixturePrior {
  /** Beta prior of every edge, `[from·nodes + to]`. */
  readonly present: Float64Array;
  readonly absent: Float64Array;
  /** Dirichlet prior per cluster. */
  readonly weight: number;
  /** Variance of the wide slab the evidence was computed with. */
  readonly slabVariance: number;
}

/** The two sides of the bound, in nats, summed over shops. */
export interface Bound {
  readonly elbo: number;
  readonly logLikelihood: number;
  /** Divergence of each shop's graph and cluster from the mixture. */
  readonly graphDivergence: number;
  /** Divergence of the mixture's parameters from their prior. */
  readonly parameterDivergence: number;
}

export interface FittedMixture {
  readonly mixture: GraphMixture;
  readonly bound: Bound;
  readonly posteriors: readonly ShopPosterior[];
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * `bound` takes expected logs, which the bound needs but which overstates rare edges' rarity; `predictive` takes logs of
 * the expected values, the chances a new shop's graph is drawn with.
 */
export type PriorUse = "bound" | "predictive";

/** The mixture's parameters as prior odds of every edge. */
function edgePrior(mixture: GraphMixture, use: PriorUse = "bound"): EdgePrior {
  const log = use === "bound" ? digamma : Math.log;
  const total = mixture.weight.reduce((a, b) => a + b, 0);
  return {
    nodes: mixture.nodes,
    logWeight: mixture.weight.map((value) => log(value) - log(total)),
    logOdds: mixture.present.map((present, k) => present.map((value, e) => log(value) - log(mixture.absent[k]![e]!))),
    logAbsent: mixture.present.map((present, k) =>
      present.map((value, e) => {
        const absent = mixture.absent[k]![e]!;
        return log(absent) - log(value + absent);
      }),
    ),
  };
}

/** Scores of every parent set of every target of every shop, before any prior. */
export type EvidenceScores = readonly (readonly Float64Array[])[];

function evidenceScores(mixture: GraphMixture, shops: readonly ShopEvidence[]): EvidenceScores {
  const { nodes, prior, slab } = mixture;
  return shops.map((shop) => shop.targets.map((_, i) => setScores(shop, i, nodes, prior.slabVariance, slab)));
}

/** Posterior of each shop under a fixed mixture. */
export function scoreEvidence(
  mixture: GraphMixture,
  shops: readonly ShopEvidence[],
  use: PriorUse = "bound",
  scores: EvidenceScores = evidenceScores(mixture, shops),
): ShopPosterior[] {
  const prior = edgePrior(mixture, use);
  const cache = new Map<string, Float64Array>();
  return shops.map((shop, s) =>
    shopPosterior(shop, prior, scores[s]!, (k, i) => {
      const key = `${k}/${i}/${shop.sources[i]!.join()}`;
      let table = cache.get(key);
      if (!table) {
        if (cache.size > 4096) cache.clear();
        table = priorTable(prior.logOdds[k]!, shop.sources[i]!, i, mixture.nodes);
        cache.set(key, table);
      }
      return table;
    }),
  );
}

/** ELBO of a mixture given the posteriors computed under it. */
export function evidenceBound(mixture: GraphMixture, posteriors: readonly ShopPosterior[]): Bound {
  let evidence = 0;
  let logLikelihood = 0;
  for (const posterior of posteriors) {
    evidence += posterior.logEvidence;
    logLikelihood += posterior.logLikelihood;
  }
  const { nodes, prior } = mixture;
  let parameterDivergence = dirichletDivergence(
    mixture.weight,
    mixture.weight.map(() => prior.weight),
  );
  mixture.present.forEach((present, k) => {
    for (let e = 0; e < present.length; e++) {
      if (e % nodes === Math.floor(e / nodes)) continue;
      parameterDivergence += betaDivergence(present[e]!, mixture.absent[k]![e]!, prior.present[e]!, prior.absent[e]!);
    }
  });
  return {
    elbo: evidence - parameterDivergence,
    logLikelihood,
    graphDivergence: logLikelihood - evidence,
    parameterDivergence,
  };
}

function updateMixture(
  mixture: GraphMixture,
  shops: readonly ShopEvidence[],
  posteriors: readonly ShopPosterior[],
  learnSlab: boolean,
): GraphMixture {
  const { nodes, prior, slab } = mixture;
  const weight = mixture.weight.map(() => prior.weight);
  const present = mixture.present.map(() => prior.present.slice());
  const absent = mixture.absent.map(() => prior.absent.slice());
  const sums = emptySlabSums(nodes * nodes);
  posteriors.forEach((posterior, s) => {
    for (let k = 0; k < weight.length; k++) {
      const share = posterior.clusters[k]!;
      if (share < 1e-12) continue;
      weight[k]! += share;
      const edges = posterior.edgesByCluster[k]!;
      const up = present[k]!;
      const down = absent[k]!;
      for (let e = 0; e < edges.length; e++) {
        up[e]! += share * edges[e]!;
        down[e]! += share * (1 - edges[e]!);
      }
    }
    const shop = shops[s]!;
    if (!learnSlab) return;
    shop.targets.forEach((target, i) => {
      const chance = posterior.sets[i]!;
      for (let row = 0; row < chance.length; row++) {
        if (chance[row]! < 1e-6) continue;
        for (let rest = target.masks[row]!; rest !== 0; rest &= rest - 1) {
          const slot = 31 - Math.clz32(rest & -rest);
          const at = row * target.slots + slot;
          const edge = shop.sources[i]![slot]! * nodes + i;
          addEffect(sums, chance[row]!, target.estimate[at]!, target.variance[at]!, slab, edge);
        }
      }
    });
  });
  return { nodes, weight, present, absent, prior, slab: learnSlab ? updateSlab(sums, slab, prior.slabVariance) : slab };
}

export interface FitOptions {
  readonly iterations?: number;
  /** Stop when the bound improves by less than this many nats per shop. */
  readonly tolerance?: number;
  /** Learn effect sizes and signs as well; otherwise they stay as they are. */
  readonly learnSlab?: boolean;
}

/** Iterate from a start. */
export function fitMixture(
  start: GraphMixture,
  shops: readonly ShopEvidence[],
  options: FitOptions = {},
): FittedMixture {
  const { iterations = 60, tolerance = 1e-3, learnSlab = true } = options;
  let mixture = start;
  let previous = Number.NEGATIVE_INFINITY;
  const frozen = learnSlab ? undefined : evidenceScores(start, shops);
  for (let iteration = 1; ; iteration++) {
    const posteriors = scoreEvidence(mixture, shops, "bound", frozen);
    const bound = evidenceBound(mixture, posteriors);
    const converged = Math.abs(bound.elbo - previous) < tolerance * shops.length;
    if (converged || iteration >= iterations) return { mixture, bound, posteriors, iterations: iteration, converged };
    previous = bound.elbo;
    mixture = updateMixture(mixture, shops, posteriors, learnSlab);
  }
}

/** A mixture with one cluster at the prior. */
export function singleCluster(nodes: number, prior: MixturePrior, slab: Slab): GraphMixture {
  return {
    nodes,
    weight: Float64Array.of(prior.weight + 1),
    present: [prior.present.slice()],
    absent: [prior.absent.slice()],
    prior,
    slab,
  };
}

/** Start with `clusters` groups found among the shops' edge probabilities. */
export function startClusters(fitted: FittedMixture, clusters: number, random: Random): GraphMixture {
  const { nodes, prior, slab } = fitted.mixture;
  const rows = fitted.posteriors.map((posterior) => posterior.edges);
  const groups = groupRows(rows, clusters, random);
  const weight = new Float64Array(clusters).fill(prior.weight);
  const present = Array.from({ length: clusters }, () => prior.present.slice());
  const absent = Array.from({ length: clusters }, () => prior.absent.slice());
  groups.forEach((group, s) => {
    weight[group]!++;
    const edges = rows[s]!;
    for (let e = 0; e < edges.length; e++) {
      present[group]![e]! += edges[e]!;
      absent[group]![e]! += 1 - edges[e]!;
    }
  });
  return { nodes, weight, present, absent, prior, slab };
}

/** k-means with spread-out first centres. */
export function groupRows(rows: readonly Float64Array[], groups: number, random: Random): Int32Array {
  const distance = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let e = 0; e < a.length; e++) sum += (a[e]! - b[e]!) ** 2;
    return sum;
  };
  const centres: Float64Array[] = [rows[random.integer(rows.length)]!.slice()];
  const nearest = rows.map((row) => distance(row, centres[0]!));
  while (centres.length < groups) {
    const total = nearest.reduce((a, b) => a + b, 0);
    let draw = random.uniform() * total;
    let pick = rows.length - 1;
    for (let s = 0; s < rows.length; s++) {
      draw -= nearest[s]!;
      if (draw <= 0) {
        pick = s;
        break;
      }
    }
    const centre = rows[pick]!.slice();
    centres.push(centre);
    rows.forEach((row, s) => {
      nearest[s] = Math.min(nearest[s]!, distance(row, centre));
    });
  }
  const assignment = new Int32Array(rows.length);
  for (let round = 0; round < 25; round++) {
    let moved = 0;
    rows.forEach((row, s) => {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      centres.forEach((centre, k) => {
        const value = distance(row, centre);
        if (value < least) {
          least = value;
          best = k;
        }
      });
      if (assignment[s] !== best) moved++;
      assignment[s] = best;
    });
    if (moved === 0 && round > 0) break;
    centres.forEach((centre, k) => {
      const own = rows.filter((_, s) => assignment[s] === k);
      if (own.length === 0) return;
      for (let e = 0; e < centre.length; e++) centre[e] = own.reduce((sum, row) => sum + row[e]!, 0) / own.length;
    });
  }
  return assignment;
}

export interface SearchOptions extends FitOptions {
  readonly seed: number;
  /** Numbers of clusters to try, ascending. */
  readonly clusters: readonly number[];
  readonly restarts: number;
  /** Pseudo-shops behind the population's share of every edge. */
  readonly strength: number;
  /** Shops used to choose the clusters; all shops take part in the final fit. */
  readonly searchShops: number;
}

/**
 * The prior of a cluster's edges once the population is known: Beta with mean at the population's share of shops that
 * have the edge and `strength` pseudo-shops. Clusters then share what most shops have in common.
 */
function populationPrior(single: FittedMixture, strength: number): MixturePrior {
  const { mixture } = single;
  const share = mixture.present[0]!.map((up, e) => {
    const mean = up / (up + mixture.absent[0]![e]!);
    return Math.min(0.9, Math.max(0.03, mean));
  });
  return {
    ...mixture.prior,
    present: share.map((value) => strength * value),
    absent: share.map((value) => strength * (1 - value)),
  };
}

/**
 * Choose the number of clusters by the bound, then fit that many on all shops. The number stops growing once two larger
 * ones in a row have a worse bound. With one cluster the result is `single` itself.
 */
export function searchMixture(
  single: FittedMixture,
  shops: readonly ShopEvidence[],
  options: SearchOptions,
): { fitted: FittedMixture; tried: readonly { clusters: number; elbo: number }[] } {
  const random = createRandom(options.seed).split("clusters");
  const { nodes, slab } = single.mixture;
  const prior = populationPrior(single, options.strength);
  const few = shops.slice(0, options.searchShops);
  const base: FittedMixture = {
    ...single,
    mixture: { ...single.mixture, prior },
    posteriors: single.posteriors.slice(0, options.searchShops),
  };
  const quick = { ...options, learnSlab: false };
  let best = fitMixture(singleCluster(nodes, prior, slab), few, quick);
  const tried = [{ clusters: 1, elbo: best.bound.elbo }];
  let worse = 0;
  for (const count of options.clusters) {
    if (count < 2 || count > few.length / 2) continue;
    let here: FittedMixture | null = null;
    for (let restart = 0; restart < options.restarts; restart++) {
      const fitted = fitMixture(startClusters(base, count, random.split(`${count}/${restart}`)), few, quick);
      if (here === null || fitted.bound.elbo > here.bound.elbo) here = fitted;
    }
    tried.push({ clusters: count, elbo: here!.bound.elbo });
    if (here!.bound.elbo > best.bound.elbo) {
      best = here!;
      worse = 0;
    } else if (++worse >= 2) break;
  }
  const fitted = best.mixture.weight.length === 1 ? single : fitMixture(best.mixture, shops, options);
  return { fitted, tried };
}
