import { factoriseLu, invertLu } from "../matrix/factorise.js";
import { multiply } from "../matrix/multiply.js";
import type { LinearDesign } from "./design.js";
import type { LinearLoss } from "./problem.js";

// Gaussian likelihoods of a linear graph, noise variances profiled out, from the covariance alone. With
// v_j = (E − T)_j C (E − T)_jᵀ, the residual variance of target j, and B the same-period part of T:
//   equal noise:   d/2 · log(Σ v_j) − log|det(I − B)|
//   unequal noise: ½ Σ log v_j     − log|det(I − B)|
// The second does not change when a column is rescaled (up to a constant), the first does.

const smallest = 1e-10;

/**
 * Negative profile log-likelihood per row, up to a constant; Infinity where I − B is singular.
 *
 * @see Ng, Ghassami, Zhang, "On the role of sparsity and DAG constraints for learning linear DAGs", NeurIPS 2020.
 */
export function gaussianLikelihood(design: LinearDesign, noise: "equal" | "unequal"): LinearLoss {
  const { targets: d, predictors, covariance } = design;
  const residual = new Float64Array(d * predictors);
  const lu = new Float64Array(d * d);
  const inverse = new Float64Array(d * d);
  const pivots = new Int32Array(d);
  return (weights, gradient) => {
    for (let k = 0; k < residual.length; k++) residual[k] = -weights[k]!;
    for (let j = 0; j < d; j++) {
      residual[j * predictors + j]! += 1;
      for (let i = 0; i < d; i++) lu[j * d + i] = residual[j * predictors + i]!;
    }
    const { logDeterminant, sign } = factoriseLu(lu, d, pivots);
    if (sign === 0) return Number.POSITIVE_INFINITY;
    invertLu(lu, pivots, d, inverse);
    multiply(residual, covariance, gradient, d, predictors, predictors);
    let value = -logDeterminant;
    let total = 0;
    for (let j = 0; j < d; j++) {
      let variance = 0;
      for (let i = 0; i < predictors; i++) {
        variance += residual[j * predictors + i]! * gradient[j * predictors + i]!;
      }
      variance = Math.max(variance, smallest * covariance[j * predictors + j]!);
      total += variance;
      if (noise === "equal") continue;
      value += 0.5 * Math.log(variance);
      for (let i = 0; i < predictors; i++) gradient[j * predictors + i]! /= -variance;
    }
    if (noise === "equal") {
      value += 0.5 * d * Math.log(total);
      for (let k = 0; k < gradient.length; k++) gradient[k]! *= -d / total;
    }
    for (let j = 0; j < d; j++) for (let i = 0; i < d; i++) gradient[j * predictors + i]! += inverse[i * d + j]!;
    return value;
  };
}
