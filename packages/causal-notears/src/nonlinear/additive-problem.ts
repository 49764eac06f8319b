import type { EdgeRules } from "@mmm/causal";
import { type LinearProblem, transposed } from "../linear/problem.js";

/** Free weights of an additive model: K features per variable, none of a variable's own, L1 weight λ on each. */
export function additiveProblem(d: number, functions: number, rules: EdgeRules, lambda: number): LinearProblem {
  const predictors = d * functions;
  const free: number[] = [];
  const penalty: number[] = [];
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < d; i++) {
      if (i === j || !rules.allowed[i * d + j]) continue;
      for (let k = 0; k < functions; k++) {
        free.push(j * predictors + i * functions + k);
        penalty.push(rules.required[i * d + j] ? 0 : lambda);
      }
    }
  }
  return {
    targets: d,
    predictors,
    presentOf: Int32Array.from({ length: predictors }, (_, a) => Math.floor(a / functions)),
    free: Int32Array.from(free),
    penalty: Float64Array.from(penalty),
    required: transposed(rules.required, d),
  };
}

/** √Σ_k β² of each ordered pair, by target [d, d]. */
export function groupStrengths(problem: LinearProblem, weights: Float64Array): Float64Array {
  const { targets: d, predictors, presentOf } = problem;
  const out = new Float64Array(d * d);
  for (let j = 0; j < d; j++) {
    for (let a = 0; a < predictors; a++) out[j * d + presentOf[a]!]! += weights[j * predictors + a]! ** 2;
  }
  return out.map(Math.sqrt);
}
