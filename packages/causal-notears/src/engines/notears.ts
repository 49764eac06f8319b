import type { Solved } from "@mmm/causal";
import { type CausalData, type CausalEngine, dataError, type RunHooks, usageError } from "@mmm/core";
import {
  type ContinuousProblem,
  continuousEngine,
  notConverged,
  scaleWarning,
} from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { type AugmentedLagrangianOptions, augmentedLagrangian } from "../linear/augmented-lagrangian.js";
import { linearDesign } from "../linear/design.js";
import { generalisedLoss, rowDesign } from "../linear/generalised.js";
import { leastSquares } from "../linear/least-squares.js";
import { linearProblem } from "../linear/problem.js";
import { refineByOrder } from "../order/refine.js";

// NOTEARS: a DAG as the solution of a smooth constrained problem. Reads directions from variances, so it suits columns
// of one unit and similar noise (simulations, sensors of one kind). For marketing columns prefer `likelihood`.

export interface NotearsSettings {
  /** Price of one unit of |weight|. Default 0.1. */
  readonly lambda?: number;
  /** "l2" for continuous columns, "logistic" for 0/1 columns, "poisson" for counts. Default "l2". */
  readonly loss?: "l2" | "logistic" | "poisson";
  /** Weights below this are not selected. Default 0.3. */
  readonly threshold?: number;
  /** Divide columns by their standard deviation first. Default false, as in the paper. */
  readonly standardise?: boolean;
  /**
   * "order" (default for l2): solve loosely, then improve the causal order by insertion moves with an exact lasso per
   * node; never worse in the objective, always acyclic, and faster. "none": the paper's algorithm to its tolerance.
   */
  readonly refine?: "order" | "none";
  /** Stop when h(W) falls to this. Default 1e-2 before order moves, else 1e-8. */
  readonly acyclicityTolerance?: number;
  /** Default 100. */
  readonly maxOuterSteps?: number;
}

/**
 * NOTEARS linear: min loss(W) + λ‖W‖₁ subject to h(W) = tr e^{W∘W} − d = 0.
 *
 * Losses per row: l2 ½‖x − Wᵀx‖², logistic Σ log(1 + e^m) − x·m, Poisson Σ e^m − x·m with m = Wᵀx + intercept. The l2
 * loss needs only the covariance matrix. Weights are those of the penalised fit (shrunk towards 0).
 *
 * Differs from the reference: logistic and Poisson have an intercept; trial points are kept when ρ grows; order moves.
 *
 * @example const graph = await notears({ lambda: 0.1 }).discover(data);
 */
export function notears(settings: NotearsSettings = {}): CausalEngine {
  const { lambda = 0.1, loss = "l2", threshold = 0.3, standardise = false, maxOuterSteps = 100 } = settings;
  const refine = settings.refine ?? (loss === "l2" ? "order" : "none");
  if (loss !== "l2" && (refine === "order" || standardise)) {
    throw usageError(
      "LOSS_OPTIONS",
      `With loss '${loss}' neither refine: 'order' nor standardise: true is available.`,
      "Leave them out, or use loss: 'l2'.",
    );
  }
  const used = {
    lambda,
    loss,
    threshold,
    standardise,
    refine,
    maxOuterSteps,
    acyclicityTolerance: settings.acyclicityTolerance ?? (refine === "order" ? 1e-2 : 1e-8),
  };
  const solver: AugmentedLagrangianOptions = {
    acyclicityTolerance: used.acyclicityTolerance,
    maxOuterSteps,
    maxPenaltyWeight: 1e16,
    inner: refine === "order" ? { functionTolerance: 1e-3 } : {},
  };

  const leastSquaresGraph = ({ moments, targets, rules }: ContinuousProblem, hooks?: RunHooks): Solved => {
    const design = linearDesign(moments, targets, standardise);
    const problem = linearProblem(design, rules, { lambda });
    const solution = augmentedLagrangian(problem, leastSquares(design), solver, hooks);
    const weights =
      refine === "order" ? refineByOrder(design, problem, solution.weights, hooks).weights : solution.weights;
    return {
      layers: layersOfWeights(weights, targets, design.predictors, rules, { threshold }),
      diagnostics: [
        scaleWarning,
        ...(solution.converged || refine === "order" ? [] : [notConverged(solution.acyclicity)]),
      ],
    };
  };
  const generalisedGraph = ({ data, targets, rules }: ContinuousProblem, hooks?: RunHooks): Solved => {
    const family = loss === "poisson" ? "poisson" : "logistic";
    const design = rowDesign(data);
    const problem = linearProblem(design, rules, { lambda, lambdaLagged: 0 });
    const solution = augmentedLagrangian(problem, generalisedLoss(design, family), solver, hooks);
    return {
      layers: layersOfWeights(solution.weights, targets, design.predictors, rules, { threshold }),
      diagnostics: solution.converged ? [] : [notConverged(solution.acyclicity)],
    };
  };

  return continuousEngine({
    id: "notears",
    title: "NOTEARS, linear",
    citations: [
      "Zheng, Aragam, Ravikumar & Xing (2018), DAGs with NO TEARS: continuous optimization for structure learning. NeurIPS.",
      "Deng, Bello, Aragam & Ravikumar (2023), Optimizing NOTEARS objectives via topological swaps. ICML. (order moves)",
    ],
    settings: used,
    weightScale: standardise ? "standardised" : "units of effect per unit of cause, shrunk by the penalty",
    scaleInvariant: false,
    readsRows: loss !== "l2",
    check: (data) => checkSupport(data, loss),
    solve: loss === "l2" ? leastSquaresGraph : generalisedGraph,
  });
}

function checkSupport(data: CausalData, loss: "l2" | "logistic" | "poisson"): void {
  if (loss === "l2") return;
  const allowed = loss === "logistic" ? "0 or 1" : "a count (0, 1, 2, …)";
  const at = data.values.findIndex(
    (value) => !(Number.isInteger(value) && value >= 0 && (loss === "poisson" || value <= 1)),
  );
  if (at < 0) return;
  const column = data.columns[at % data.columns.length]!;
  const row = Math.floor(at / data.columns.length) + 1;
  throw dataError(
    "OUTSIDE_SUPPORT",
    `Column '${column}' is ${data.values[at]} in row ${row}; with loss '${loss}' every value must be ${allowed}.`,
    "Use loss: 'l2' for continuous columns, or leave the column out.",
    { column, row },
  );
}
