import type { LinearDesign } from "../linear/design.js";
import type { LinearProblem } from "../linear/problem.js";
import { factoriseCholesky, solveCholesky } from "../matrix/factorise.js";
import type { NodeModel } from "./node-model.js";

/**
 * Lasso of one target by coordinate descent on the covariance: min ½·var(x_j − Σ w_i x_i) + Σ λ_i |w_i|.
 *
 * Given an order this is convex, so the summed cost over an order is the exact optimum of the NOTEARS objective there.
 * A newly allowed predictor changes nothing while |∂loss/∂w| ≤ λ (the optimality condition at w = 0).
 *
 * @see Deng, Bello, Aragam, Ravikumar, "Optimizing NOTEARS objectives via topological swaps", ICML 2023.
 */
export function lassoModel(design: LinearDesign, problem: LinearProblem): NodeModel {
  const { predictors, covariance } = design;
  const penalties = new Float64Array(problem.targets * predictors);
  for (let k = 0; k < problem.free.length; k++) penalties[problem.free[k]!] = problem.penalty[k]!;
  const residual = new Float64Array(predictors);

  // residual = c_j − C·w
  const correlate = (target: number, weights: Float64Array): void => {
    for (let i = 0; i < predictors; i++) residual[i] = covariance[target * predictors + i]!;
    for (let k = 0; k < predictors; k++) {
      const weight = weights[k]!;
      if (weight === 0) continue;
      for (let i = 0; i < predictors; i++) residual[i]! -= weight * covariance[k * predictors + i]!;
    }
  };

  const active = new Int32Array(predictors);
  const used = new Int32Array(predictors);
  let system = new Float64Array(16 * 16);
  const solution = new Float64Array(predictors);

  // Exact fit on the non-zero predictors with their present signs: C·w = c − λ·sign. False when a sign would change.
  const solveForSigns = (row: number, target: number, weights: Float64Array, count: number): boolean => {
    let k = 0;
    for (let e = 0; e < count; e++) if (weights[active[e]!] !== 0) used[k++] = active[e]!;
    if (k * k > system.length) system = new Float64Array(4 * k * k);
    for (let a = 0; a < k; a++) {
      const i = used[a]!;
      for (let b = 0; b <= a; b++) system[a * k + b] = covariance[i * predictors + used[b]!]!;
      solution[a] = covariance[target * predictors + i]! - penalties[row + i]! * Math.sign(weights[i]!);
    }
    if (!factoriseCholesky(system, k)) return false;
    solveCholesky(system, k, solution);
    for (let a = 0; a < k; a++) if (Math.sign(solution[a]!) !== Math.sign(weights[used[a]!]!)) return false;
    for (let a = 0; a < k; a++) weights[used[a]!] = solution[a]!;
    return true;
  };

  return {
    fit(target, allowed, weights) {
      const row = target * predictors;
      const tolerance = 1e-6 * Math.sqrt(covariance[target * predictors + target]!);
      for (let i = 0; i < predictors; i++) if (!allowed[i]) weights[i] = 0;
      for (let round = 0; round < 100; round++) {
        correlate(target, weights);
        let count = 0;
        let entered = 0;
        for (let i = 0; i < predictors; i++) {
          if (!allowed[i] || covariance[i * predictors + i] === 0) continue;
          const enters = weights[i] === 0 && Math.abs(residual[i]!) > penalties[row + i]! * (1 + 1e-9);
          if (enters) entered++;
          if (enters || weights[i] !== 0) active[count++] = i;
        }
        if (entered === 0 && round > 0) break;
        // Sweeps over the predictors in use; their residual correlations are all these need. Once the signs have
        // settled the fit is a linear system.
        for (let sweep = 0; sweep < 500; sweep++) {
          if (sweep % 8 === 7 && solveForSigns(row, target, weights, count)) break;
          let moved = 0;
          for (let e = 0; e < count; e++) {
            const i = active[e]!;
            const own = covariance[i * predictors + i]!;
            const old = weights[i]!;
            const z = residual[i]! + own * old;
            const lambda = penalties[row + i]!;
            const next = z > lambda ? (z - lambda) / own : z < -lambda ? (z + lambda) / own : 0;
            const step = next - old;
            if (step === 0) continue;
            weights[i] = next;
            for (let f = 0; f < count; f++) residual[active[f]!]! -= step * covariance[i * predictors + active[f]!]!;
            moved = Math.max(moved, Math.abs(step) * Math.sqrt(own));
          }
          if (moved <= tolerance) break;
        }
      }
      let cost = 0.5 * covariance[target * predictors + target]!;
      for (let i = 0; i < predictors; i++) {
        const weight = weights[i]!;
        if (weight === 0) continue;
        cost -= 0.5 * weight * (covariance[target * predictors + i]! + residual[i]!);
        cost += penalties[row + i]! * Math.abs(weight);
      }
      return cost;
    },
    attracts(target, candidate, weights) {
      let slope = covariance[target * predictors + candidate]!;
      for (let k = 0; k < predictors; k++) {
        const weight = weights[k]!;
        if (weight !== 0) slope -= weight * covariance[k * predictors + candidate]!;
      }
      return Math.abs(slope) > penalties[target * predictors + candidate]!;
    },
  };
}
