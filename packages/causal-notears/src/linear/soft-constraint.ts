import type { RunHooks } from "@mmm/core";
import { createTraceExponential } from "../acyclicity/trace-exponential.js";
import { createBoundedMinimiser, type MinimiseOptions } from "../bounded-minimisation/minimise.js";
import type { ConstrainedSolution } from "./augmented-lagrangian.js";
import { addAcyclicityGradient, type LinearLoss, type LinearProblem, squaredAdjacency } from "./problem.js";
import { splitObjective } from "./split.js";

/**
 * Minimise loss + penalty + price·(tr e^{W∘W} − d): acyclicity as a price, not as a constraint. One smooth bounded
 * problem; the end point may keep weak cycles.
 *
 * @param start weights by target, [d, P], where the loss is finite
 */
export function softlyAcyclic(
  problem: LinearProblem,
  loss: LinearLoss,
  price: number,
  start: Float64Array,
  inner: MinimiseOptions,
  hooks?: RunHooks,
): ConstrainedSolution {
  const { targets: d } = problem;
  const measure = createTraceExponential(d);
  const squared = new Float64Array(d * d);
  let h = 0;
  const smooth: LinearLoss = (weights, gradient) => {
    const value = loss(weights, gradient);
    squaredAdjacency(problem, weights, squared);
    h = measure.evaluate(squared);
    addAcyclicityGradient(problem, weights, measure.exponential, price, gradient);
    return value + price * h;
  };
  const split = splitObjective(problem, smooth);
  const x = new Float64Array(split.size);
  split.write(start, x);
  const result = createBoundedMinimiser(split.size, 10).minimise(split.evaluate, x, split.lower, split.upper, inner);
  split.read(x);
  hooks?.onProgress?.({
    phase: "penalised likelihood",
    step: 1,
    total: 1,
    metrics: { evaluations: result.evaluations },
  });
  return {
    weights: split.weights.slice(),
    acyclicity: h,
    evaluations: result.evaluations,
    outerSteps: 1,
    converged: result.status === "function" || result.status === "gradient",
  };
}
