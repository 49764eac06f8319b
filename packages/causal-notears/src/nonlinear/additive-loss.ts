import type { LinearLoss } from "../linear/problem.js";
import { multiply } from "../matrix/multiply.js";

/**
 * Additive regression of d standardised targets on d·K features from their joint covariance.
 *
 * With v_j = 1 − 2 β_jᵀc_j + β_jᵀFβ_j, the residual variance of target j: "l2" is ½ Σ v_j; "likelihood" is ½ Σ log v_j,
 * in which every target has its own noise variance.
 *
 * @param covariance [d + dK, d + dK], targets first
 */
export function additiveLoss(covariance: Float64Array, d: number, kind: "l2" | "likelihood"): LinearLoss {
  const width = Math.round(Math.sqrt(covariance.length));
  const predictors = width - d;
  const features = new Float64Array(predictors * predictors);
  for (let a = 0; a < predictors; a++) {
    for (let b = 0; b < predictors; b++) features[a * predictors + b] = covariance[(d + a) * width + d + b]!;
  }
  return (weights, gradient) => {
    multiply(weights, features, gradient, d, predictors, predictors);
    let value = 0;
    for (let j = 0; j < d; j++) {
      let variance = covariance[j * width + j]!;
      for (let a = 0; a < predictors; a++) {
        const weight = weights[j * predictors + a]!;
        const shared = covariance[j * width + d + a]!;
        if (weight !== 0) variance += weight * (gradient[j * predictors + a]! - 2 * shared);
        gradient[j * predictors + a]! -= shared;
      }
      if (kind === "l2") {
        value += 0.5 * variance;
        continue;
      }
      variance = Math.max(variance, 1e-6);
      value += 0.5 * Math.log(variance);
      for (let a = 0; a < predictors; a++) gradient[j * predictors + a]! /= variance;
    }
    return value;
  };
}
