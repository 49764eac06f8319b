import { type CausalEngine, usageError } from "@mmm/core";
import { centredWithinUnits } from "../discovery/centred.js";
import { continuousEngine, notConverged } from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { augmentedLagrangian } from "../linear/augmented-lagrangian.js";
import { additiveLoss } from "../nonlinear/additive-loss.js";
import { additiveProblem, groupStrengths } from "../nonlinear/additive-problem.js";
import { type BasisKind, basisFeatures } from "../nonlinear/basis.js";

// NOTEARS with curves: each effect is a smooth function of its cause, as a sum of basis functions. Sums of functions
// have no interactions (use `notearsMlp` for those) but need only a covariance matrix, so this is the fast nonlinear
// engine. With noise that is additive, curvature itself reveals directions that linear data leave open.

export interface NotearsAdditiveSettings {
  /** "spline" (natural cubic, default) or "sobolev" (the paper's sine functions). */
  readonly basis?: BasisKind;
  /** Functions per effect. Default 5. */
  readonly functions?: number;
  /** "likelihood" (default): each variable has its own noise variance. "l2": the paper's, reads residual variances. */
  readonly loss?: "likelihood" | "l2";
  /** Price of one unit of |basis weight|. Default 0.03. */
  readonly lambda?: number;
  /** Effects whose standard deviation is below this share of the target's are not selected. Default 0.15. */
  readonly threshold?: number;
}

/**
 * NOTEARS over additive models: x_j = Σ_i f_ij(x_i) + noise on standardised columns, min loss + λ Σ|β| subject to
 * tr e^A = d with A_ij = Var f_ij.
 *
 * Weights are standard deviations of f_ij in those of the target: they have no sign (curves may rise and fall).
 *
 * @throws MmmError `BASIS_SIZE` when `functions` is not an integer of at least 2
 * @example const graph = await notearsAdditive({ basis: "spline" }).discover(data);
 * @see Zheng, Dan, Aragam, Ravikumar, Xing, AISTATS 2020. The likelihood loss and the whitening of the basis are ours.
 */
export function notearsAdditive(settings: NotearsAdditiveSettings = {}): CausalEngine {
  const { basis = "spline", functions = 5, loss = "likelihood", lambda = 0.03, threshold = 0.15 } = settings;
  if (!Number.isInteger(functions) || functions < 2) {
    throw usageError("BASIS_SIZE", `functions must be a whole number from 2, got ${functions}.`, "5 is usual.");
  }
  return continuousEngine({
    id: "notears-additive",
    title: "NOTEARS, additive curves",
    citations: ["Zheng, Dan, Aragam, Ravikumar & Xing (2020), Learning sparse nonparametric DAGs. AISTATS."],
    settings: { basis, functions, loss, lambda, threshold },
    weightScale: "standard deviation of the effect in standard deviations of the target, without sign",
    scaleInvariant: true,
    readsRows: true,
    solve({ data, targets, rules }, hooks) {
      const features = basisFeatures({ ...data, values: centredWithinUnits(data) }, basis, functions);
      const problem = additiveProblem(targets, functions, rules, lambda);
      const options = {
        acyclicityTolerance: 1e-6,
        maxOuterSteps: 100,
        maxPenaltyWeight: 1e16,
        inner: { functionTolerance: 1e-7 },
      };
      const solution = augmentedLagrangian(problem, additiveLoss(features.covariance, targets, loss), options, hooks);
      const strengths = groupStrengths(problem, solution.weights);
      return {
        layers: layersOfWeights(strengths, targets, targets, rules, { threshold }),
        diagnostics: solution.converged ? [] : [notConverged(solution.acyclicity)],
      };
    },
  });
}
