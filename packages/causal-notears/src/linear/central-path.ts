import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { createLogDeterminant } from "../acyclicity/log-determinant.js";
import { createBoundedMinimiser, type MinimiseOptions } from "../bounded-minimisation/minimise.js";
import type { ConstrainedSolution } from "./augmented-lagrangian.js";
import {
  addAcyclicityGradient,
  type LinearLoss,
  type LinearProblem,
  lassoShape,
  type PenaltyShape,
  squaredAdjacency,
} from "./problem.js";
import { splitObjective } from "./split.js";

// Minimise loss + penalty subject to acyclicity by a central path: for falling μ solve
//   loss + penalty + h_s(W)/μ,   h_s(W) = −log det(sI − W∘W) + d·log s,
// each stage from the solution of the one before. Iterates stay where the log-determinant is finite.

export interface PathStage {
  readonly mu: number;
  readonly s: number;
  /** Penalty in this stage. Default the lasso. */
  readonly shape?: PenaltyShape;
}

/** The schedule of the DAGMA paper. */
export const dagmaStages: readonly PathStage[] = [
  { mu: 1, s: 1 },
  { mu: 0.1, s: 0.9 },
  { mu: 0.01, s: 0.8 },
  { mu: 0.001, s: 0.7 },
  { mu: 0.0001, s: 0.6 },
];

/**
 * Follow the path.
 *
 * @param start weights by target [d, P] with ρ(W∘W) below the first stage's s
 * @see Bello, Aragam, Ravikumar, NeurIPS 2022, algorithm 1. The paper takes Adam steps with a subgradient of |w|; we
 *   solve each stage by L-BFGS-B on w = w⁺ − w⁻, which is exact in |w|.
 */
export function centralPath(
  problem: LinearProblem,
  loss: LinearLoss,
  stages: readonly PathStage[],
  start: Float64Array,
  inner: MinimiseOptions,
  hooks?: RunHooks,
): ConstrainedSolution {
  const { targets: d } = problem;
  const measure = createLogDeterminant(d);
  const squared = new Float64Array(d * d);
  const shape: PenaltyShape = { ...lassoShape };
  // A required edge counts as present with this weight, small enough for the domain of every stage.
  const present = 0.05;
  const square = (weights: Float64Array): void => {
    squaredAdjacency(problem, weights, squared, present);
  };
  let mu = 1;
  let s = 1;
  const smooth: LinearLoss = (weights, gradient) => {
    square(weights);
    const h = measure.evaluate(squared, s);
    if (h === Number.POSITIVE_INFINITY) return h;
    const value = loss(weights, gradient);
    addAcyclicityGradient(problem, weights, measure.inverse, 1 / mu, gradient);
    return value + h / mu;
  };
  const split = splitObjective(problem, smooth, shape);
  const minimiser = createBoundedMinimiser(split.size, 5);
  const x = new Float64Array(split.size);
  split.write(start, x);
  split.read(x);

  let evaluations = 0;
  for (const [step, stage] of stages.entries()) {
    throwIfCancelled(hooks);
    mu = stage.mu;
    s = stage.s;
    Object.assign(shape, stage.shape ?? lassoShape);
    square(split.weights);
    while (measure.evaluate(squared, s) === Number.POSITIVE_INFINITY) s += 0.1;
    evaluations += minimiser.minimise(split.evaluate, x, split.lower, split.upper, inner).evaluations;
    split.read(x);
    hooks?.onProgress?.({ phase: "central path", step: step + 1, total: stages.length, metrics: { mu, evaluations } });
  }
  square(split.weights);
  const acyclicity = measure.evaluate(squared, s);
  return {
    weights: split.weights.slice(),
    acyclicity,
    evaluations,
    outerSteps: stages.length,
    converged: acyclicity < 1e-2,
  };
}
