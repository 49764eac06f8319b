import { createExponentialWorkspace, matrixExponential } from "../matrix/exponential.js";

// The NOTEARS measure of cycles, h(A) = tr e^A − d for A ≥ 0, and its gradient (e^A)ᵀ.
//
// A is sparse near a solution, so e^A is summed as a power series whose every step multiplies by the sparse A: no term
// is negative, so nothing cancels and h keeps full relative accuracy even at 1e-12. When A is dense or large, the
// series would cost more than scaling and squaring, which is used instead.

export interface TraceExponential {
  /** h(A) = tr e^A − d. Writes e^A into {@link exponential}. */
  evaluate(a: Float64Array): number;
  /** e^A of the last evaluation, row-major [d, d]. The gradient of h with respect to A[i, j] is exponential[j, i]. */
  readonly exponential: Float64Array;
}

/**
 * Make an evaluator of h(A) = tr e^A − d for entrywise non-negative A [d, d].
 *
 * For weights W put A = W∘W; then ∂h/∂W = (e^A)ᵀ ∘ 2W, and h = 0 exactly when W has no directed cycle.
 *
 * @example const h = createTraceExponential(3); h.evaluate(Float64Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0)) // 0
 * @see Zheng, Aragam, Ravikumar, Xing, "DAGs with NO TEARS", NeurIPS 2018, theorem 1.
 */
export function createTraceExponential(d: number): TraceExponential {
  const exponential = new Float64Array(d * d);
  const columns = new Int32Array(d * d);
  const values = new Float64Array(d * d);
  const rowStarts = new Int32Array(d + 1);
  const current = new Float64Array(d);
  const next = new Float64Array(d);
  let workspace: ReturnType<typeof createExponentialWorkspace> | undefined;

  const dense = (a: Float64Array): number => {
    workspace ??= createExponentialWorkspace(d);
    matrixExponential(a, exponential, workspace);
    let trace = 0;
    for (let i = 0; i < d; i++) trace += exponential[i * d + i]! - 1;
    return trace;
  };

  const evaluate = (a: Float64Array): number => {
    let count = 0;
    let norm = 0;
    for (let i = 0; i < d; i++) {
      rowStarts[i] = count;
      let sum = 0;
      for (let j = 0; j < d; j++) {
        const value = a[i * d + j]!;
        if (value === 0) continue;
        columns[count] = j;
        values[count++] = value;
        sum += value;
      }
      if (sum > norm) norm = sum;
    }
    rowStarts[d] = count;
    // About 12 + 2·norm terms against some 16 dense products.
    if (norm > 40 || count * (12 + 2 * norm) > 14 * d * d) return dense(a);

    let trace = 0;
    for (let r = 0; r < d; r++) {
      const row = r * d;
      exponential.fill(0, row, row + d);
      exponential[row + r] = 1;
      current.fill(0);
      current[r] = 1;
      let diagonal = 0;
      for (let k = 1; k < 400; k++) {
        next.fill(0);
        for (let i = 0; i < d; i++) {
          const p = current[i]!;
          if (p === 0) continue;
          const share = p / k;
          const end = rowStarts[i + 1]!;
          for (let e = rowStarts[i]!; e < end; e++) next[columns[e]!]! += share * values[e]!;
        }
        let term = 0;
        for (let j = 0; j < d; j++) {
          const value = next[j]!;
          current[j] = value;
          exponential[row + j]! += value;
          term += value;
        }
        diagonal += next[r]!;
        // Later terms shrink at least by norm/(k+1) each; their sum is below term·norm/(k+1−norm).
        if (term === 0 || (k + 1 > 2 * norm && term < 1e-17 * (1 + diagonal) * 1e-3)) break;
      }
      trace += diagonal;
    }
    return trace;
  };
  return { evaluate, exponential };
}
