// LiNGAM for time series: take out the past by a vector autoregression, order the present by the non-Gaussianity of
// what is left, then choose same-period and lagged parents along that order.

import type { LagChoice, LaggedDesign } from "../lagged/lagged-design.js";
import { temporalLayers } from "../lagged/temporal-layers.js";
import { centredColumns, directOrder } from "../lingam/direct-order.js";
import { solveSubset } from "../moments/dependence.js";
import type { Moments } from "../moments/moments.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { precedence } from "../search/precedence.js";
import { parentsInOrder, parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { temporalEngine } from "./temporal-engine.js";

export interface VarLingamSettings {
  /** Default `{ atMost: 3 }`: chosen by BIC. */
  readonly lags?: LagChoice;
  readonly penalty?: Penalty;
}

/**
 * VAR-LiNGAM: order of the present from DirectLiNGAM on autoregression residuals; W and the lagged effects by extended
 * BIC along the order (the reference derives them as `(I − B₀) M_ℓ`, dense, and prunes by a threshold).
 *
 * Source: Hyvärinen, Zhang, Shimizu & Hoyer (2010).
 * @example await varLingam({ lags: 1 }).discover(weeklyData)
 */
export function varLingam(settings: VarLingamSettings = {}): ResamplableEngine {
  const { lags = { atMost: 3 }, penalty = "extended" } = settings;

  return temporalEngine({
    id: "varlingam",
    title: "VAR-LiNGAM",
    citations: [
      "Hyvärinen, Zhang, Shimizu & Hoyer (2010), Estimation of a structural vector autoregression model using non-Gaussianity. JMLR 11.",
    ],
    edges: "both",
    settings: { penalty },
    lags,
    needsNonGaussian: true,
    fullRegression: true,
    readsRows: true,
    solve({ design, moments, rules }, hooks) {
      const { rows, size } = moments;
      const order = directOrder(autoregressionResiduals(design, moments), precedence(rules), hooks);
      const perParent = pricePerParent(penalty, rows, size);
      const score = { kind: "bic", rows, perParent } as const;
      const maxParents = parentCap(rows, size - 1);
      const trees = parentTrees({ moments: moments.correlation, size, targets: design.size, score, maxParents, rules });
      return temporalLayers(design, moments, parentsInOrder(trees, size, order), perParent, null);
    },
  });
}

/** What the present leaves after regression on all lagged columns, one array per variable. */
export function autoregressionResiduals(design: LaggedDesign, moments: Moments): Float64Array[] {
  const { data, size } = design;
  const columns = centredColumns(data.values, moments.size, data.rows, data.unitOffsets ?? [0, data.rows]);
  const past = Array.from({ length: moments.size - size }, (_, k) => size + k);
  return columns.slice(0, size).map((column, j) => {
    const coefficients = solveSubset(moments.correlation, moments.size, past, j);
    for (const [k, from] of past.entries()) {
      const factor = (coefficients[k]! * moments.scale[j]!) / moments.scale[from]!;
      const source = columns[from]!;
      for (let t = 0; t < column.length; t++) column[t]! -= factor * source[t]!;
    }
    return column;
  });
}
