// Evidence rows touch many units at once and would fill in the block arrow. They are few, so they stay apart: with the
// rows U (scaled so that each has unit variance) the curvature is H + UᵀU, solved by Woodbury's identity and drawn
// from by Matheron's rule, both with C = I + U H⁻¹ Uᵀ. The cost stays linear in the units.
//
// Hager (1989), Updating the inverse of a matrix; Doucet (2010), A note on efficient conditional simulation.

import { cholesky, solveFactored, solveLower } from "../linear-algebra/cholesky.js";

/** Vectors over shared and units' parameters, one per row. */
export interface RowVectors {
  readonly shared: readonly Float64Array[];
  readonly own: readonly Float64Array[];
}

/** The factored update: rows U, gains H⁻¹Uᵀ and the Cholesky factor of C. */
export interface LowRank {
  readonly rows: RowVectors;
  readonly gains: RowVectors;
  readonly factor: Float64Array;
}

/**
 * @param solve replaces a vector by H⁻¹ times it, in place
 * @returns null when C is not positive definite
 */
export function factorLowRank(
  rows: RowVectors,
  solve: (shared: Float64Array, own: Float64Array) => void,
): LowRank | null {
  const count = rows.shared.length;
  const gains = {
    shared: rows.shared.map((row) => row.slice()),
    own: rows.own.map((row) => row.slice()),
  };
  const factor = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    solve(gains.shared[i]!, gains.own[i]!);
    for (let j = 0; j < count; j++) {
      factor[i * count + j] =
        dot(rows.shared[j]!, gains.shared[i]!) + dot(rows.own[j]!, gains.own[i]!) + (i === j ? 1 : 0);
    }
  }
  return cholesky(factor, count) ? { rows, gains, factor } : null;
}

/**
 * `x + H⁻¹Uᵀ C⁻¹ (target − U x)`, in place: with target 0 it turns a solution for H into one for H + UᵀU; with standard
 * normal targets it turns a draw from N(0, H⁻¹) into one from N(0, (H + UᵀU)⁻¹).
 */
export function condition(update: LowRank, shared: Float64Array, own: Float64Array, target?: Float64Array): void {
  const { rows, gains, factor } = update;
  const count = rows.shared.length;
  const gap = Float64Array.from(
    { length: count },
    (_, i) => (target?.[i] ?? 0) - dot(rows.shared[i]!, shared) - dot(rows.own[i]!, own),
  );
  solveFactored(factor, count, gap);
  for (let i = 0; i < count; i++) {
    addScaled(shared, gains.shared[i]!, gap[i]!);
    addScaled(own, gains.own[i]!, gap[i]!);
  }
}

/** What the rows take away from the covariance of two shared parameters, `[shared, shared]`, in place. */
export function subtractSharedCovariance({ gains, factor }: LowRank, covariance: Float64Array): void {
  const size = gains.shared[0]!.length;
  const whitened = Array.from({ length: size }, (_, k) => whiten(gains.shared, factor, k));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) covariance[i * size + j]! -= dot(whitened[i]!, whitened[j]!);
  }
}

/** What the rows take away from the variances of the units' parameters, in place. */
export function subtractUnitVariances({ gains, factor }: LowRank, variances: Float64Array): void {
  for (let k = 0; k < variances.length; k++) {
    const column = whiten(gains.own, factor, k);
    variances[k]! -= dot(column, column);
  }
}

function whiten(gains: readonly Float64Array[], factor: Float64Array, index: number): Float64Array {
  const column = Float64Array.from(gains, (gain) => gain[index]!);
  solveLower(factor, column.length, column);
  return column;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(into: Float64Array, from: Float64Array, scale: number): void {
  for (let i = 0; i < into.length; i++) into[i]! += scale * from[i]!;
}
