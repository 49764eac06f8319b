// `order-bic` for time series: same-period and lagged causes are chosen together, by the same scale-free score. The
// past of every variable may always precede; only the present is ordered. Recommended for temporal Gaussian data.

import { createRandom } from "@mmm/core";
import type { LagChoice } from "../lagged/lagged-design.js";
import { temporalLayers } from "../lagged/temporal-layers.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { searchOrder } from "../search/order-search.js";
import { parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { temporalEngine } from "./temporal-engine.js";

export interface SvarOrderSettings {
  /** Default `{ atMost: 3 }`: chosen by BIC. */
  readonly lags?: LagChoice;
  readonly penalty?: Penalty;
  /** Default 6, in the bootstrap 2. */
  readonly restarts?: number;
  /** Default 12, in the bootstrap 3. */
  readonly shakes?: number;
}

/**
 * BIC search over structural vector autoregressions `x_t = W'x_t + Σ_ℓ A_ℓ'x_{t−ℓ} + noise`.
 *
 * Lagged parents help to orient: where x_{t−1} drives i but not j, i — j is decided. Units are centred on their own
 * mean and share one graph.
 *
 * @example await svarOrder({ lags: 2 }).discover(weeklyData)
 */
export function svarOrder(settings: SvarOrderSettings = {}): ResamplableEngine {
  const { lags = { atMost: 3 }, penalty = "extended", restarts = null, shakes = null } = settings;
  return temporalEngine({
    id: "svar-order",
    title: "BIC order search over structural vector autoregressions",
    citations: [
      "Andrews, Ramsey, Sanchez-Romero, Camchong & Kummerfeld (2023), Fast scalable and accurate discovery of DAGs using the best order score search and grow-shrink trees. NeurIPS.",
      "Lütkepohl (2005), New introduction to multiple time series analysis. Springer.",
    ],
    edges: "both",
    settings: { penalty, restarts, shakes },
    lags,
    solve({ design, moments, rules, seed, resampling }, hooks) {
      const effort = { restarts: restarts ?? (resampling ? 2 : 6), shakes: shakes ?? (resampling ? 3 : 12) };
      const { rows, size } = moments;
      const perParent = pricePerParent(penalty, rows, size);
      const score = { kind: "bic", rows, perParent } as const;
      const maxParents = parentCap(rows, size - 1);
      const trees = parentTrees({ moments: moments.correlation, size, targets: design.size, score, maxParents, rules });
      const random = createRandom(seed).split("svar-order");
      const { parents } = searchOrder(
        { trees, size, movable: design.size, required: rules.required, random, ...effort },
        hooks,
      );
      return temporalLayers(design, moments, parents, perParent, rules);
    },
  });
}
