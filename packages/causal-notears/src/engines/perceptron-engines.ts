import { type CausalEngine, createRandom } from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";
import type { MinimiseOptions } from "../bounded-minimisation/minimise.js";
import { centredWithinUnits } from "../discovery/centred.js";
import { continuousEngine, notConverged, scaleWarning } from "../discovery/continuous-engine.js";
import { layersOfWeights } from "../discovery/layers.js";
import { type AcyclicityRoute, type PerceptronProblem, solvePerceptrons } from "../nonlinear/perceptron-solver.js";

// NOTEARS-MLP and DAGMA-MLP: each variable is a small network of all others, so effects may bend and interact. An
// evaluation costs about 12·n·d²·m operations: minutes at d = 20. For curves without interactions `notearsAdditive` is
// hundreds of times faster.

export interface PerceptronSettings {
  /** Hidden units per network. Default 10. */
  readonly hidden?: number;
  /** L1 weight of first-layer weights. Default 0.01 (NOTEARS-MLP), 0.02 (DAGMA-MLP). */
  readonly lambda1?: number;
  /** L2 weight of all weights. Default 0.01 (NOTEARS-MLP), 0.005 (DAGMA-MLP). */
  readonly lambda2?: number;
  /** Strengths below this are not selected. Default 0.3. */
  readonly threshold?: number;
  /** Divide columns by their standard deviation first. Default false, as in the papers. */
  readonly standardise?: boolean;
  /** Most evaluations of each smooth problem. Default 1000. */
  readonly maxEvaluations?: number;
  /**
   * Where the networks are evaluated. Default our own float64 kernel, which runs anywhere; the same numbers come from
   * `onnxEngine({ precision: "float64" })` of `@mmm/tensor-onnx`, faster from about 10 columns. Engines in float32 agree
   * to 6 digits.
   */
  readonly engine?: TensorEngine;
}

/**
 * NOTEARS-MLP: min ½ Σ_j ‖x_j − net_j(x)‖²/n + λ₁‖first‖₁ + ½λ₂‖weights‖² subject to tr e^A = d, A_ij = ‖first_ij‖².
 *
 * Weights are √A_ij, without sign. The initial networks are drawn from `seed`.
 *
 * @example const graph = await notearsMlp({ hidden: 10 }).discover(data, { seed: 1 });
 * @see Zheng, Dan, Aragam, Ravikumar, Xing, "Learning sparse nonparametric DAGs", AISTATS 2020.
 */
export function notearsMlp(settings: PerceptronSettings = {}): CausalEngine {
  return perceptronEngine(settings, {
    id: "notears-mlp",
    title: "NOTEARS, neural networks",
    citation: "Zheng, Dan, Aragam, Ravikumar & Xing (2020), Learning sparse nonparametric DAGs. AISTATS.",
    loss: "l2",
    lambda1: 0.01,
    lambda2: 0.01,
    route: { kind: "augmented-lagrangian", tolerance: 1e-8, maxOuterSteps: 100 },
    inner: { functionTolerance: 1e-7 },
  });
}

/**
 * DAGMA-MLP: min μ(½ d log Σ_j ‖x_j − net_j(x)‖²/n + λ₁‖first‖₁ + ½λ₂‖weights‖²) − log det(I − A) along falling μ.
 *
 * The paper takes Adam steps with a subgradient of |first|; we solve each stage by L-BFGS-B on the split weights.
 *
 * @example const graph = await dagmaMlp().discover(data, { seed: 1 });
 * @see Bello, Aragam, Ravikumar, DAGMA, NeurIPS 2022.
 */
export function dagmaMlp(settings: PerceptronSettings = {}): CausalEngine {
  return perceptronEngine(settings, {
    id: "dagma-mlp",
    title: "DAGMA, neural networks",
    citation: "Bello, Aragam & Ravikumar (2022), DAGMA. NeurIPS.",
    loss: "log",
    lambda1: 0.02,
    lambda2: 0.005,
    route: { kind: "central-path", mus: [0.1, 0.01, 0.001, 0.0001], s: 1 },
    inner: { functionTolerance: 1e-9, gradientTolerance: 1e-8 },
  });
}

interface Flavour extends Pick<PerceptronProblem, "loss" | "lambda1" | "lambda2"> {
  readonly id: string;
  readonly title: string;
  readonly citation: string;
  readonly route: AcyclicityRoute;
  readonly inner: MinimiseOptions;
}

function perceptronEngine(settings: PerceptronSettings, flavour: Flavour): CausalEngine {
  const { hidden = 10, threshold = 0.3, standardise = false, maxEvaluations = 1000 } = settings;
  const { engine = null } = settings;
  const { lambda1 = flavour.lambda1, lambda2 = flavour.lambda2 } = settings;
  return continuousEngine({
    id: flavour.id,
    title: flavour.title,
    citations: [flavour.citation],
    settings: { hidden, lambda1, lambda2, threshold, standardise, maxEvaluations, engine: engine?.id ?? "kernel" },
    weightScale: "norm of the first-layer weights, without sign",
    scaleInvariant: false,
    readsRows: true,
    async solve({ data, moments, targets, rules, seed }, hooks) {
      const solution = await solvePerceptrons(
        {
          values: centredWithinUnits(data, standardise ? moments.scale : undefined),
          rows: data.rows,
          variables: targets,
          rules,
          hidden,
          loss: flavour.loss,
          engine,
          lambda1,
          lambda2,
          random: createRandom(seed).split(flavour.id),
          inner: { ...flavour.inner, maxEvaluations },
        },
        flavour.route,
        hooks,
      );
      return {
        layers: layersOfWeights(solution.strengths, targets, targets, rules, { threshold }),
        diagnostics: [scaleWarning, ...(solution.converged ? [] : [notConverged(solution.acyclicity)])],
      };
    },
  });
}
