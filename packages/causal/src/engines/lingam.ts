// Direction from skewness and heavy tails: with non-Gaussian noise the causal order of a linear model is identified
// completely, whatever the scale of the columns. Useless on Gaussian data: check with `nonGaussianity`.

import { centredColumns, directOrder } from "../lingam/direct-order.js";
import { dagOf, edgeWeights } from "../search/edge-weights.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { precedence } from "../search/precedence.js";
import { parentsInOrder, parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { contemporaneousEngine } from "./contemporaneous-engine.js";

export interface LingamSettings {
  /** Price of an edge when parents are chosen along the order. Default "extended". */
  readonly penalty?: Penalty;
}

/**
 * DirectLiNGAM: the order by pairwise likelihood ratios, then parents along the order by extended BIC (the reference
 * uses an adaptive lasso and a fixed threshold, which has no meaning on standardised columns).
 *
 * @example await lingam().discover(data)
 */
export function lingam(settings: LingamSettings = {}): ResamplableEngine {
  const { penalty = "extended" } = settings;
  return contemporaneousEngine({
    id: "lingam",
    title: "DirectLiNGAM",
    citations: [
      "Shimizu, Inazumi, Sogawa, Hyvärinen, Kawahara, Washio, Hoyer & Bollen (2011), DirectLiNGAM. JMLR 12.",
      "Hyvärinen & Smith (2013), Pairwise likelihood ratios for estimation of non-Gaussian structural equation models. JMLR 14.",
    ],
    kind: "dag",
    settings: { penalty },
    weightScale: "standardised",
    scaleInvariant: true,
    needsNonGaussian: true,
    requirements: { rowsPerColumn: 2 },
    readsRows: true,
    solve({ data, moments, rules }, hooks) {
      const { size, rows, correlation } = moments;
      const columns = centredColumns(data.values, size, data.rows, data.unitOffsets ?? [0, data.rows]);
      const order = directOrder(columns, precedence(rules), hooks);
      const perParent = pricePerParent(penalty, rows, size);
      const score = { kind: "bic", rows, perParent } as const;
      const trees = parentTrees({ moments: correlation, size, score, maxParents: parentCap(rows, size - 1), rules });
      const parents = parentsInOrder(trees, size, order);
      return { lag: 0, weights: edgeWeights(moments, parents, perParent), adjacency: dagOf(parents) };
    },
  });
}
