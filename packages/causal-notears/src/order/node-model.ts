/**
 * One target explained by chosen predictors: the piece a score over orders is summed from.
 *
 * Implementations work from the covariance matrix and may be non-convex; then `fit` returns the best it finds.
 */
export interface NodeModel {
  /**
   * Fit target j on the predictors marked in `allowed` [P].
   *
   * @param weights [P]; the start on entry, the fit on return, zero outside `allowed`
   * @returns the cost, to be minimised and summed over targets
   */
  fit(target: number, allowed: Uint8Array, weights: Float64Array): number;
  /** Whether allowing one more predictor would change a fit. May err towards true. */
  attracts(target: number, candidate: number, weights: Float64Array): boolean;
  /** Weight the candidate would get if it joined the fit; for ranking pairs that are not selected. */
  entryWeight?(target: number, candidate: number, weights: Float64Array): number;
}
