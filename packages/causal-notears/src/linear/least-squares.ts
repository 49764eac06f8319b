import { multiply } from "../matrix/multiply.js";
import type { LinearDesign } from "./design.js";
import type { LinearLoss } from "./problem.js";

/**
 * Least squares from the covariance alone: ½ tr (E − T) C (E − T)ᵀ, which is ‖X − X·W‖²/2n for centred X, with
 * gradient −(E − T) C. E picks the target itself. Cost is (non-zero weights)·P, whatever the number of rows.
 */
export function leastSquares(design: LinearDesign): LinearLoss {
  const { targets: d, predictors, covariance } = design;
  const residual = new Float64Array(d * predictors);
  return (weights, gradient) => {
    for (let k = 0; k < residual.length; k++) residual[k] = -weights[k]!;
    for (let j = 0; j < d; j++) residual[j * predictors + j]! += 1;
    multiply(residual, covariance, gradient, d, predictors, predictors);
    let value = 0;
    for (let k = 0; k < residual.length; k++) {
      value += residual[k]! * gradient[k]!;
      gradient[k] = -gradient[k]!;
    }
    return value / 2;
  };
}
