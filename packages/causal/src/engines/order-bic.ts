// The default engine: the DAG with the lowest (extended) BIC, found exactly for few columns and by order search for
// more. Scale-free, linear, Gaussian likelihood; returns the equivalence class, so an undirected edge means that data
// of this kind cannot tell the direction. Prefer `lingam` when residuals are clearly not Gaussian: it can.

import { createRandom, type RunHooks } from "@mmm/core";
import { cpdagToDag, dagToCpdag, orientByKnowledge } from "../graph/equivalence.js";
import { dagOf, edgeWeights, mirrorUndirected, parentLists } from "../search/edge-weights.js";
import { type DagSolution, exactDag } from "../search/exact-order.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { searchOrder } from "../search/order-search.js";
import { parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { type ContemporaneousProblem, contemporaneousEngine } from "./contemporaneous-engine.js";

export interface OrderBicSettings {
  /** Price of an edge. Default "extended" (`log n + 2 log d`); 1 is plain BIC. */
  readonly penalty?: Penalty;
  /** Up to this many columns the optimum is found exactly. Default 18 (40 MB, 0.2 s), at most 20 (170 MB, 0.6 s). */
  readonly exactUpTo?: number;
  /** Random starts of the order search. Default 8, above 30 columns 3, in the bootstrap 2. */
  readonly restarts?: number;
  /** Shakes of the best order after the starts. Default 30, above 30 columns 8, in the bootstrap 3. */
  readonly shakes?: number;
  /** Default: as many as leave three rows per coefficient. */
  readonly maxParents?: number;
}

/**
 * BIC-optimal structure search.
 *
 * Minimises `Σ_j n · log v(j | parents_j) + price · |parents_j|` over DAGs; `v` is the residual variance. Weights are
 * standardised coefficients of one member of the class; both directions of an undirected edge carry the same weight.
 * With more columns than rows the number of parents is capped, and the result says so (`FEW_ROWS`).
 *
 * @example const graph = await orderBic().discover(data, { constraints: marketingConstraints({ kpi: "sales", media }) });
 */
export function orderBic(settings: OrderBicSettings = {}): ResamplableEngine {
  const { penalty = "extended", restarts = null, shakes = null, maxParents: most = null } = settings;
  const exactUpTo = Math.min(settings.exactUpTo ?? 18, 20);

  const search = ({ moments, rules, seed, resampling }: ContemporaneousProblem, hooks?: RunHooks): DagSolution => {
    const { size, rows, correlation } = moments;
    const perParent = pricePerParent(penalty, rows, size);
    const maxParents = Math.min(most ?? size, parentCap(rows, size - 1));
    if (size <= exactUpTo) return exactDag({ correlation, size, rows, perParent, rules, maxParents }, hooks);
    const score = { kind: "bic", rows, perParent } as const;
    const trees = parentTrees({ moments: correlation, size, score, maxParents, rules });
    const random = createRandom(seed).split("order-bic");
    const thorough = size <= 30 ? { restarts: 8, shakes: 30 } : { restarts: 3, shakes: 8 };
    const usual = resampling ? { restarts: 2, shakes: 3 } : thorough;
    const effort = { restarts: restarts ?? usual.restarts, shakes: shakes ?? usual.shakes };
    return searchOrder({ trees, size, movable: size, required: rules.required, random, ...effort }, hooks);
  };

  return contemporaneousEngine({
    id: "order-bic",
    title: "BIC-optimal order search",
    citations: [
      "Andrews, Ramsey, Sanchez-Romero, Camchong & Kummerfeld (2023), Fast scalable and accurate discovery of DAGs using the best order score search and grow-shrink trees. NeurIPS.",
      "Silander & Myllymäki (2006), A simple approach for finding the globally optimal Bayesian network structure. UAI.",
      "Foygel & Drton (2010), Extended Bayesian information criteria for Gaussian graphical models. NeurIPS.",
    ],
    kind: "cpdag",
    settings: { penalty, exactUpTo, restarts, shakes, maxParents: most },
    weightScale: "standardised",
    scaleInvariant: true,
    solve(problem, hooks) {
      const { parents } = search(problem, hooks);
      const marks = orientByKnowledge(dagToCpdag(dagOf(parents)), problem.rules.allowed);
      const perParent = pricePerParent(penalty, problem.moments.rows, problem.moments.size);
      const weights = edgeWeights(problem.moments, parentLists(cpdagToDag(marks)), perParent);
      return { lag: 0, weights: mirrorUndirected(weights, marks), adjacency: marks };
    },
  });
}
