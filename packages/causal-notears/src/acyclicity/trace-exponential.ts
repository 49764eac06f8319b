import { createExponentialWorkspace, matrixExponential } from "../matrix/exponential.js";
import { multiply } from "../matrix/multiply.js";

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
  let term = new Float64Array(d * d);
  let next = new Float64Array(d * d);
  let rowSums = new Float64Array(d);
  let nextSums = new Float64Array(d);
  let workspace: ReturnType<typeof createExponentialWorkspace> | undefined;

  // Terms needed: aₖ = ‖Aᵏ‖∞/k! comes from the row sums Aᵏ·1, and the tail after K is at most a_K·Σ aₘ.
  const termsNeeded = (a: Float64Array, most: number): number => {
    rowSums.fill(1);
    let sum = 1;
    for (let k = 1; k <= most; k++) {
      let largest = 0;
      for (let i = 0; i < d; i++) {
        let value = 0;
        for (let j = 0; j < d; j++) value += a[i * d + j]! * rowSums[j]!;
        value /= k;
        nextSums[i] = value;
        if (value > largest) largest = value;
      }
      sum += largest;
      const swap = rowSums;
      rowSums = nextSums;
      nextSums = swap;
      if (largest * sum < 1e-14) return k;
    }
    return most + 1;
  };

  const evaluate = (a: Float64Array): number => {
    let count = 0;
    for (let i = 0; i < d * d; i++) if (a[i] !== 0) count++;
    let trace = 0;
    const affordable = Math.min(60, Math.floor((16 * d * d) / Math.max(1, count)));
    const terms = termsNeeded(a, affordable);
    if (terms > affordable) {
      workspace ??= createExponentialWorkspace(d);
      matrixExponential(a, exponential, workspace);
      for (let i = 0; i < d; i++) trace += exponential[i * d + i]! - 1;
      return trace;
    }
    exponential.set(a);
    term.set(a);
    for (let i = 0; i < d; i++) trace += a[i * d + i]!;
    for (let k = 2; k <= terms; k++) {
      multiply(a, term, next, d, d, d);
      for (let i = 0; i < d * d; i++) {
        const value = next[i]! / k;
        next[i] = value;
        exponential[i]! += value;
      }
      for (let i = 0; i < d; i++) trace += next[i * d + i]!;
      const swap = term;
      term = next;
      next = swap;
    }
    for (let i = 0; i < d; i++) exponential[i * d + i]! += 1;
    return trace;
  };
  return { evaluate, exponential };
}
