import type { CausalData } from "@mmm/core";
import { multiply, multiplyTransposed } from "../matrix/multiply.js";
import type { LinearLoss } from "./problem.js";

// Losses for columns that are not continuous: each variable given its parents is Bernoulli (logistic) or Poisson. They
// need the rows, so an evaluation costs n·d². A column of ones is appended as the last predictor: the intercept.

/** Design with the intercept as predictor d, free and unpenalised for every target. */
export interface RowDesign {
  readonly targets: number;
  readonly predictors: number;
  readonly rows: number;
  /** [n, d + 1], the last column all ones. */
  readonly values: Float64Array;
}

export function rowDesign(data: CausalData): RowDesign {
  const d = data.columns.length;
  const predictors = d + 1;
  const values = new Float64Array(data.rows * predictors).fill(1);
  for (let t = 0; t < data.rows; t++) {
    for (let j = 0; j < d; j++) values[t * predictors + j] = data.values[t * d + j]!;
  }
  return { targets: d, predictors, rows: data.rows, values };
}

/**
 * Mean negative log-likelihood: logistic Σ log(1 + e^m) − x·m, Poisson Σ e^m − x·m, with m = X·W + intercept. Infinity
 * where e^m overflows.
 */
export function generalisedLoss(design: RowDesign, family: "logistic" | "poisson"): LinearLoss {
  const { targets: d, predictors, rows, values } = design;
  const transposed = new Float64Array(predictors * d);
  const linear = new Float64Array(rows * d);
  return (weights, gradient) => {
    for (let j = 0; j < d; j++) {
      for (let i = 0; i < predictors; i++) transposed[i * d + j] = weights[j * predictors + i]!;
    }
    multiply(values, transposed, linear, rows, predictors, d);
    let value = 0;
    for (let t = 0; t < rows; t++) {
      for (let j = 0; j < d; j++) {
        const m = linear[t * d + j]!;
        const x = values[t * predictors + j]!;
        let mean: number;
        if (family === "poisson") {
          mean = Math.exp(m);
          value += mean - x * m;
        } else {
          mean = 1 / (1 + Math.exp(-m));
          value += (m > 0 ? m + Math.log1p(Math.exp(-m)) : Math.log1p(Math.exp(m))) - x * m;
        }
        linear[t * d + j] = (mean - x) / rows;
      }
    }
    multiplyTransposed(linear, values, gradient, d, rows, predictors);
    return value / rows;
  };
}
