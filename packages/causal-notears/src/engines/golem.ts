import type { CausalEngine } from "@mmm/core";
import { continuousEngine, scaleWarning } from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { linearDesign } from "../linear/design.js";
import { gaussianLikelihood } from "../linear/likelihood.js";
import { linearProblem } from "../linear/problem.js";
import { softlyAcyclic } from "../linear/soft-constraint.js";

// GOLEM: penalised Gaussian likelihood with acyclicity as a soft price. "equal" noise (GOLEM-EV) reads directions from
// variances; "unequal" (GOLEM-NV) does not, but its L1 price still depends on the units of the columns.

export interface GolemSettings {
  /** Noise variances: the same for all columns (GOLEM-EV) or one each (GOLEM-NV). Default "equal". */
  readonly noise?: "equal" | "unequal";
  /** Price of one unit of |weight|. Default 0.02 for equal, 0.002 for unequal noise, as in the paper. */
  readonly lambda?: number;
  /** Price of one unit of tr e^{W∘W} − d. Default 5. */
  readonly acyclicityPrice?: number;
  /** Weights below this are not selected. Default 0.3. */
  readonly threshold?: number;
  /** Divide columns by their standard deviation first. Default false, as in the paper. */
  readonly standardise?: boolean;
}

/**
 * GOLEM: min likelihood(B) − log|det(I − B)| + λ‖B‖₁ + price·(tr e^{B∘B} − d).
 *
 * Unequal noise starts from the equal-noise solution. The paper takes 10⁵ Adam steps; we solve the same problem by
 * L-BFGS-B on the split weights.
 *
 * @example const graph = await golem({ noise: "unequal" }).discover(data);
 */
export function golem(settings: GolemSettings = {}): CausalEngine {
  const { noise = "equal", acyclicityPrice = 5, threshold = 0.3, standardise = false } = settings;
  const lambda = settings.lambda ?? defaultLambda(noise);
  return continuousEngine({
    id: noise === "equal" ? "golem-ev" : "golem-nv",
    title: `GOLEM, ${noise} noise variances`,
    citations: [
      "Ng, Ghassami & Zhang (2020), On the role of sparsity and DAG constraints for learning linear DAGs. NeurIPS.",
    ],
    settings: { noise, lambda, acyclicityPrice, threshold, standardise },
    weightScale: standardise ? "standardised" : "units of effect per unit of cause, shrunk by the penalty",
    scaleInvariant: false,
    solve({ moments, targets, rules }, hooks) {
      const design = linearDesign(moments, targets, standardise);
      let weights: Float64Array = new Float64Array(targets * design.predictors);
      for (const kind of noise === "equal" ? (["equal"] as const) : (["equal", "unequal"] as const)) {
        const problem = linearProblem(design, rules, { lambda: kind === noise ? lambda : defaultLambda(kind) });
        const inner = { functionTolerance: 1e-9, gradientTolerance: 1e-6 };
        const loss = gaussianLikelihood(design, kind);
        weights = softlyAcyclic(problem, loss, acyclicityPrice, weights, inner, hooks).weights;
      }
      return {
        layers: layersOfWeights(weights, targets, design.predictors, rules, { threshold }),
        diagnostics: [scaleWarning],
      };
    },
  });
}

function defaultLambda(noise: "equal" | "unequal"): number {
  return noise === "equal" ? 0.02 : 0.002;
}
