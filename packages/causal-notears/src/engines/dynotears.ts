import type { CausalEngine } from "@mmm/core";
import { continuousEngine, notConverged, scaleWarning } from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { augmentedLagrangian } from "../linear/augmented-lagrangian.js";
import { linearDesign } from "../linear/design.js";
import { leastSquares } from "../linear/least-squares.js";
import { linearProblem } from "../linear/problem.js";
import { refineByOrder } from "../order/refine.js";

// DYNOTEARS: NOTEARS for time series. The present is explained by the present, without cycles, and by the past. Several
// units share one graph; lags never cross units. Reads same-period directions from variances, as NOTEARS does: for
// columns without a common unit use `temporalLikelihood`.

export interface DynotearsSettings {
  /** Periods of past. Default 1. */
  readonly lags?: number;
  /** Price of one unit of same-period |weight|. Default 0.05. */
  readonly lambda?: number;
  /** Price of one unit of lagged |weight|. Default 0.05. */
  readonly lambdaLagged?: number;
  /** Same-period weights below this are not selected. Default 0.3. */
  readonly threshold?: number;
  /** Lagged weights below this are not selected. Default 0.1. */
  readonly laggedThreshold?: number;
  /** Divide columns by their standard deviation first. Default false, as in the paper. */
  readonly standardise?: boolean;
  /** "order" (default): solve loosely, then improve the causal order with an exact lasso per node. "none": the paper. */
  readonly refine?: "order" | "none";
}

/**
 * DYNOTEARS: min ½‖x_t − Wᵀx_t − Σ_l A_lᵀx_{t−l}‖² + λ_w‖W‖₁ + λ_a‖A‖₁ subject to tr e^{W∘W} = d.
 *
 * Each unit is centred, so its level is no effect. Tabu edges are given as constraints: forbidden edges and tiers hold
 * at every lag (a column's own past is never forbidden), required edges within the period. Needs only the covariance
 * matrix of present and past.
 *
 * @throws MmmError `NOT_TEMPORAL` when the rows are not in time order, `SHORT_SERIES`
 * @example const graph = await dynotears({ lags: 2 }).discover(panel, { constraints: { forbidden: [["sales", "tv"]] } });
 */
export function dynotears(settings: DynotearsSettings = {}): CausalEngine {
  const {
    lags = 1,
    lambda = 0.05,
    lambdaLagged = 0.05,
    threshold = 0.3,
    laggedThreshold = 0.1,
    standardise = false,
    refine = "order",
  } = settings;
  return continuousEngine({
    id: "dynotears",
    title: "DYNOTEARS",
    citations: [
      "Pamfil, Sriwattanaworachai, Desai, Pilgerstorfer, Beaumont, Georgatzis & Aragam (2020), DYNOTEARS: structure learning from time-series data. AISTATS.",
    ],
    settings: { lags, lambda, lambdaLagged, threshold, laggedThreshold, standardise, refine },
    weightScale: standardise ? "standardised" : "units of effect per unit of cause, shrunk by the penalty",
    scaleInvariant: false,
    lags,
    solve({ moments, targets, rules }, hooks) {
      const design = linearDesign(moments, targets, standardise);
      const problem = linearProblem(design, rules, { lambda, lambdaLagged });
      const order = refine === "order";
      const options = {
        acyclicityTolerance: order ? 1e-3 : 1e-8,
        maxOuterSteps: 100,
        maxPenaltyWeight: 1e20,
        inner: order ? { functionTolerance: 1e-4 } : {},
      };
      const solution = augmentedLagrangian(problem, leastSquares(design), options, hooks);
      const weights = order ? refineByOrder(design, problem, solution.weights, hooks).weights : solution.weights;
      return {
        layers: layersOfWeights(weights, targets, design.predictors, rules, { threshold, laggedThreshold }),
        diagnostics: [scaleWarning, ...(order || solution.converged ? [] : [notConverged(solution.acyclicity)])],
      };
    },
  });
}
