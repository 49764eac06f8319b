import { type RunHooks, throwIfCancelled } from "@mmm/core";
import { createTraceExponential } from "../acyclicity/trace-exponential.js";
import { createBoundedMinimiser, type MinimiseOptions } from "../bounded-minimisation/minimise.js";
import { addAcyclicityGradient, type LinearLoss, type LinearProblem, squaredAdjacency } from "./problem.js";
import { splitObjective } from "./split.js";

// Minimise loss + penalty subject to h(W) = tr e^{W∘W} − d = 0, by a sequence of bounded smooth problems
//   loss + Σ λ(w⁺ + w⁻) + α·h + ρ/2·h²,   w = w⁺ − w⁻, both ≥ 0.

export interface AugmentedLagrangianOptions {
  /** Stop when h falls to this. */
  readonly acyclicityTolerance: number;
  /** Most multiplier steps. */
  readonly maxOuterSteps: number;
  readonly maxPenaltyWeight: number;
  readonly inner: MinimiseOptions;
}

export interface ConstrainedSolution {
  /** By target, [d, P]. */
  readonly weights: Float64Array;
  /** h at the solution. */
  readonly acyclicity: number;
  readonly evaluations: number;
  readonly outerSteps: number;
  readonly converged: boolean;
}

/**
 * Solve from `start`, by default W = 0.
 *
 * @see Zheng et al., NeurIPS 2018, algorithm 1. We keep the trial point when the penalty weight ρ grows; the reference
 *   implementation goes back to the last accepted one.
 */
export function augmentedLagrangian(
  problem: LinearProblem,
  loss: LinearLoss,
  options: AugmentedLagrangianOptions,
  hooks?: RunHooks,
  start?: Float64Array,
): ConstrainedSolution {
  const { acyclicityTolerance, maxOuterSteps, maxPenaltyWeight, inner } = options;
  const { targets: d } = problem;
  const measure = createTraceExponential(d);
  const squared = new Float64Array(d * d);
  let rho = 1;
  let alpha = 0;
  let h = 0;
  const smooth: LinearLoss = (weights, gradient) => {
    const value = loss(weights, gradient);
    squaredAdjacency(problem, weights, squared);
    h = measure.evaluate(squared);
    addAcyclicityGradient(problem, weights, measure.exponential, rho * h + alpha, gradient);
    return value + alpha * h + 0.5 * rho * h * h;
  };
  const split = splitObjective(problem, smooth);
  const minimiser = createBoundedMinimiser(split.size, 5);
  const x = new Float64Array(split.size);
  if (start) split.write(start, x);

  let evaluations = 0;
  let previous = Number.POSITIVE_INFINITY;
  let outerSteps = 0;
  let reached = Number.POSITIVE_INFINITY;
  while (outerSteps < maxOuterSteps && rho < maxPenaltyWeight) {
    throwIfCancelled(hooks);
    for (;;) {
      evaluations += minimiser.minimise(split.evaluate, x, split.lower, split.upper, inner).evaluations;
      split.read(x);
      squaredAdjacency(problem, split.weights, squared);
      reached = measure.evaluate(squared);
      if (reached > 0.25 * previous && rho < maxPenaltyWeight) rho *= 10;
      else break;
    }
    previous = reached;
    alpha += rho * reached;
    outerSteps++;
    hooks?.onProgress?.({
      phase: "acyclicity",
      step: outerSteps,
      total: maxOuterSteps,
      metrics: { h: reached, rho, evaluations },
    });
    if (reached <= acyclicityTolerance) break;
  }
  return {
    weights: split.weights.slice(),
    acyclicity: reached,
    evaluations,
    outerSteps,
    converged: reached <= acyclicityTolerance,
  };
}
