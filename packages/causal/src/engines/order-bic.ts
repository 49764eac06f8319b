// The default engine: the DAG with the lowest (extended) BIC, found exactly for few columns and by order search for
// more. Scale-free, linear, Gaussian likelihood; returns the equivalence class, so an undirected edge means that data
// of this kind cannot tell the direction. Prefer `lingam` when residuals are clearly not Gaussian: it can.

import { createRandom, type RunHooks } from "@mmm/core";
import type { EdgeRules } from "../constraints/edge-rules.js";
import type { LagLayer } from "../graph/adjacency.js";
import { cpdagToDag, dagToCpdag, orientByKnowledge } from "../graph/equivalence.js";
import type { Moments } from "../moments/moments.js";
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
  /** Up to this many columns the optimum is found exactly. Default 15, at most 20 (170 MB, about a second). */
  readonly exactUpTo?: number;
  /** Random starts of the order search. Default 8. */
  readonly restarts?: number;
  /** Shakes of the best order after the starts. Default 30. */
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
  const { penalty = "extended", restarts = 8, shakes = 30 } = settings;
  const exactUpTo = Math.min(settings.exactUpTo ?? 15, 20);
  const used = { penalty, exactUpTo, restarts, shakes, maxParents: settings.maxParents ?? null };

  const search = ({ moments, rules, seed }: ContemporaneousProblem, hooks?: RunHooks): DagSolution => {
    const { size, rows, correlation } = moments;
    const perParent = pricePerParent(penalty, rows, size);
    const maxParents = Math.min(settings.maxParents ?? size, parentCap(rows, size - 1));
    if (size <= exactUpTo) return exactDag({ correlation, size, rows, perParent, rules, maxParents }, hooks);
    const score = { kind: "bic", rows, perParent } as const;
    const trees = parentTrees({ moments: correlation, size, score, maxParents, rules });
    const random = createRandom(seed).split("order-bic");
    return searchOrder({ trees, size, movable: size, required: rules.required, random, restarts, shakes }, hooks);
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
    settings: used,
    weightScale: "standardised",
    scaleInvariant: true,
    solve: (problem, hooks) => equivalenceLayer(problem.moments, search(problem, hooks), problem.rules),
  });
}

/** Class and weights of a solution: everything follows from the class, so ties between its members leave no trace. */
export function equivalenceLayer(moments: Moments, solution: Pick<DagSolution, "parents">, rules: EdgeRules): LagLayer {
  const marks = orientByKnowledge(dagToCpdag(dagOf(solution.parents)), rules.allowed);
  const weights = edgeWeights(moments.correlation, moments.size, parentLists(cpdagToDag(marks)));
  return { lag: 0, weights: mirrorUndirected(weights, marks, moments.size), adjacency: marks };
}
