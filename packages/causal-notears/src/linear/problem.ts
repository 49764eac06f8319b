import type { LinearDesign } from "./design.js";

// Which weights may move, and how they are penalised. Weights are stored by target: T[j·P + i] is the effect of
// predictor i on target j, so a target's parents lie next to each other.

/** A smooth data term: value at the weights [d, P]; writes the gradient of the same shape. */
export type LinearLoss = (weights: Float64Array, gradient: Float64Array) => number;

export interface LinearProblem {
  readonly targets: number;
  readonly predictors: number;
  /** [P]: the variable whose present a predictor stands for, or −1 for the past and the intercept. */
  readonly presentOf: Int32Array;
  /** Positions j·P + i that may be non-zero, ascending. All others are held at 0. */
  readonly free: Int32Array;
  /** L1 weight of each free position; 0 for required edges, which are never shrunk away. */
  readonly penalty: Float64Array;
  /** 1 at j·d + i where i → j is required: such an edge counts as present in every measure of cycles. */
  readonly required: Uint8Array;
}

/** What is allowed, cause first: `allowed[i·d + j] = 0` forbids i → j within a period; `required` alike. */
export interface Permissions {
  readonly allowed: Uint8Array;
  readonly required: Uint8Array;
}

export interface ProblemOptions {
  readonly lambda: number;
  /** L1 weight of lagged effects; default the same as `lambda`. */
  readonly lambdaLagged?: number;
}

/**
 * Lay out the free weights of a design under given permissions. Lagged predictors obey the same permissions; a
 * variable's own past is always allowed, and so is a predictor beyond the last whole lag (an intercept).
 */
export function linearProblem(
  design: Pick<LinearDesign, "targets" | "predictors">,
  permissions: Permissions,
  { lambda, lambdaLagged = lambda }: ProblemOptions,
): LinearProblem {
  const { targets: d, predictors } = design;
  const variables = d * Math.floor(predictors / d);
  const free: number[] = [];
  const penalty: number[] = [];
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < predictors; i++) {
      const cause = i % d;
      const past = i >= d;
      if (!past && i === j) continue;
      if (i < variables && cause !== j && !permissions.allowed[cause * d + j]) continue;
      const must = !past && permissions.required[i * d + j] === 1;
      free.push(j * predictors + i);
      penalty.push(must ? 0 : past ? lambdaLagged : lambda);
    }
  }
  return {
    targets: d,
    predictors,
    presentOf: Int32Array.from({ length: predictors }, (_, i) => (i < d ? i : -1)),
    free: Int32Array.from(free),
    penalty: Float64Array.from(penalty),
    required: transposed(permissions.required, d),
  };
}

/** Cause-first marks by target. */
export function transposed(marks: Uint8Array, d: number): Uint8Array {
  return Uint8Array.from({ length: d * d }, (_, k) => marks[(k % d) * d + Math.floor(k / d)]!);
}

/**
 * The shape of the penalty scale·λ·(|w| − w²/2δ) up to |w| = δ, flat beyond (quasi-MCP). δ = Infinity is the lasso; as
 * δ falls with λδ/2 fixed, the penalty tends to a price per edge.
 */
export interface PenaltyShape {
  scale: number;
  concavity: number;
}

export const lassoShape: Readonly<PenaltyShape> = Object.freeze({ scale: 1, concavity: Number.POSITIVE_INFINITY });

/** Σ penalties at the weights. */
export function penaltyValue(problem: LinearProblem, weights: Float64Array, shape: PenaltyShape = lassoShape): number {
  const { free, penalty } = problem;
  let sum = 0;
  for (let k = 0; k < free.length; k++) sum += penalty[k]! * concave(Math.abs(weights[free[k]!]!), shape.concavity);
  return sum * shape.scale;
}

/** |w| − w²/2δ, flat at δ/2 beyond δ. */
export function concave(size: number, concavity: number): number {
  return size < concavity ? size - (size * size) / (2 * concavity) : concavity / 2;
}

/**
 * The matrix measured for cycles, [d, d] by target: Σ of squared weights of the predictors that stand for each variable
 * (W∘W in the linear case), required edges raised by `present`.
 */
export function squaredAdjacency(problem: LinearProblem, weights: Float64Array, out: Float64Array, present = 1): void {
  const { targets: d, predictors, presentOf, required } = problem;
  for (let k = 0; k < d * d; k++) out[k] = present * required[k]!;
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < predictors; i++) {
      const weight = weights[j * predictors + i]!;
      if (weight !== 0 && presentOf[i]! >= 0) out[j * d + presentOf[i]!]! += weight * weight;
    }
  }
}

/** gradient += slope · ∂h/∂W, where `sensitivity[i, j]` is ∂h with respect to entry (j, i) of the measured matrix. */
export function addAcyclicityGradient(
  problem: LinearProblem,
  weights: Float64Array,
  sensitivity: Float64Array,
  slope: number,
  gradient: Float64Array,
): void {
  const { targets: d, predictors, presentOf } = problem;
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < predictors; i++) {
      const weight = weights[j * predictors + i]!;
      const cause = presentOf[i]!;
      if (weight !== 0 && cause >= 0) gradient[j * predictors + i]! += 2 * slope * weight * sensitivity[cause * d + j]!;
    }
  }
}
