import type { Moments } from "@mmm/causal";

// What every linear engine needs of the data: one covariance matrix. Columns 0 … d−1 are the variables now, the next d
// the variables one period ago, and so on. All work after this is independent of the number of rows.

export interface LinearDesign {
  /** d, the variables to be explained. */
  readonly targets: number;
  /** P = d·(lags + 1), the variables that may explain. */
  readonly predictors: number;
  /** Independent rows behind the covariance. */
  readonly rows: number;
  /** Covariance or correlation of the predictors, row-major [P, P]. */
  readonly covariance: Float64Array;
}

/**
 * The design of `targets` present variables among the columns of the moments.
 *
 * @param standardised take the correlation matrix, so that the columns' units cannot matter. It is rounded to twelve
 *   digits: a change of units alters the last bits of a correlation, and a chaotic search would amplify them.
 */
export function linearDesign(moments: Moments, targets: number, standardised: boolean): LinearDesign {
  return {
    targets,
    predictors: moments.size,
    rows: moments.rows,
    covariance: standardised ? moments.correlation.map((value) => Math.round(value * 1e12) / 1e12) : moments.covariance,
  };
}
