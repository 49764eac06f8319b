import type { RunHooks } from "@mmm/core";
import type { LinearDesign } from "../linear/design.js";
import type { LinearProblem } from "../linear/problem.js";
import { insertionSearch, type OrderedFit } from "./insertion-search.js";
import { lassoModel } from "./lasso.js";
import { orderOfWeights } from "./order-of-weights.js";

/**
 * The best DAG near a continuous solution of the least-squares objective: its order, improved by insertion moves, with
 * the exact lasso given that order. The objective is that of NOTEARS, now at a feasible point.
 */
export function refineByOrder(
  design: LinearDesign,
  problem: LinearProblem,
  weights: Float64Array,
  hooks?: RunHooks,
): OrderedFit {
  return insertionSearch(lassoModel(design, problem), problem, orderOfWeights(problem, weights), weights, hooks);
}
