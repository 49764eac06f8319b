import type { CausalEngine } from "@mmm/core";
import { continuousEngine, notConverged, scaleWarning } from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { centralPath, dagmaStages } from "../linear/central-path.js";
import { linearDesign } from "../linear/design.js";
import { leastSquares } from "../linear/least-squares.js";
import { linearProblem } from "../linear/problem.js";
import { refineByOrder } from "../order/refine.js";

// DAGMA: the least-squares problem of NOTEARS with a log-determinant barrier followed along a central path. Usually
// finds better graphs than NOTEARS in one pass; shares its dependence on scale.

export interface DagmaSettings {
  /** Price of one unit of |weight|. Default 0.03. */
  readonly lambda?: number;
  /** Weights below this are not selected. Default 0.3. */
  readonly threshold?: number;
  /** Divide columns by their standard deviation first. Default false, as in the paper. */
  readonly standardise?: boolean;
  /** "none" (default): the path's end point. "order": then improve the causal order by insertion moves. */
  readonly refine?: "order" | "none";
}

/**
 * DAGMA linear: min ½‖x − Wᵀx‖² + λ‖W‖₁ subject to −log det(sI − W∘W) + d log s = 0, by a central path.
 *
 * Needs only the covariance matrix.
 *
 * @example const graph = await dagma().discover(data);
 */
export function dagma(settings: DagmaSettings = {}): CausalEngine {
  const { lambda = 0.03, threshold = 0.3, standardise = false, refine = "none" } = settings;
  return continuousEngine({
    id: "dagma",
    title: "DAGMA, linear",
    citations: [
      "Bello, Aragam & Ravikumar (2022), DAGMA: learning DAGs via M-matrices and a log-determinant acyclicity characterization. NeurIPS.",
    ],
    settings: { lambda, threshold, standardise, refine },
    weightScale: standardise ? "standardised" : "units of effect per unit of cause, shrunk by the penalty",
    scaleInvariant: false,
    solve({ moments, targets, rules }, hooks) {
      const design = linearDesign(moments, targets, standardise);
      const problem = linearProblem(design, rules, { lambda });
      const start = new Float64Array(targets * design.predictors);
      const solution = centralPath(
        problem,
        leastSquares(design),
        dagmaStages,
        start,
        { functionTolerance: 1e-7 },
        hooks,
      );
      const weights =
        refine === "order" ? refineByOrder(design, problem, solution.weights, hooks).weights : solution.weights;
      return {
        layers: layersOfWeights(weights, targets, design.predictors, rules, { threshold }),
        diagnostics: [
          scaleWarning,
          ...(solution.converged || refine === "order" ? [] : [notConverged(solution.acyclicity)]),
        ],
      };
    },
  });
}
