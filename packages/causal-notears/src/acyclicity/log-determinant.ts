import { factoriseLu, invertLu } from "../matrix/factorise.js";

// The DAGMA measure of cycles, h_s(A) = −log det(sI − A) + d·log s for A ≥ 0. It needs one LU and one inverse, is
// finite only where the spectral radius of A is below s, and grows without bound at that border. Compared with
// tr e^A − d it sees long cycles better, but a solver must keep its iterates inside.

export interface LogDeterminant {
  /** h_s(A), or Infinity when the spectral radius of A is not below s. Writes (sI − A)⁻¹ into {@link inverse}. */
  evaluate(a: Float64Array, s: number): number;
  /** (sI − A)⁻¹ of the last finite evaluation. The gradient of h_s with respect to A[i, j] is inverse[j, i]. */
  readonly inverse: Float64Array;
}

/**
 * Make an evaluator of h_s(A) for entrywise non-negative A [d, d].
 *
 * For weights W put A = W∘W; then ∂h/∂W = 2W ∘ (sI − W∘W)^{−T}, and h = 0 exactly when W has no directed cycle.
 *
 * @example createLogDeterminant(2).evaluate(Float64Array.of(0, 0.5, 0.5, 0), 1) // −log(1 − 0.25)
 * @see Bello, Aragam, Ravikumar, "DAGMA: Learning DAGs via M-matrices and a Log-Determinant Acyclicity
 *   Characterization", NeurIPS 2022, theorem 1.
 */
export function createLogDeterminant(d: number): LogDeterminant {
  const inverse = new Float64Array(d * d);
  const lu = new Float64Array(d * d);
  const pivots = new Int32Array(d);
  const evaluate = (a: Float64Array, s: number): number => {
    for (let i = 0; i < d * d; i++) lu[i] = -a[i]!;
    for (let i = 0; i < d; i++) lu[i * d + i]! += s;
    const { logDeterminant, sign } = factoriseLu(lu, d, pivots);
    if (sign <= 0) return Number.POSITIVE_INFINITY;
    invertLu(lu, pivots, d, inverse);
    // sI − A is an M-matrix exactly when its inverse is entrywise non-negative.
    let largest = 0;
    for (let i = 0; i < d * d; i++) largest = Math.max(largest, Math.abs(inverse[i]!));
    for (let i = 0; i < d * d; i++) if (inverse[i]! < -1e-12 * largest) return Number.POSITIVE_INFINITY;
    return Math.max(0, d * Math.log(s) - logDeterminant);
  };
  return { evaluate, inverse };
}
