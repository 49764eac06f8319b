// What is known besides the panel: measured or believed values of functions of the parameters, such as the lift of a
// test or the return of a channel. Each is one row of the likelihood, Gaussian or Student-t.

import type { ArrowSystem } from "./curvature.js";
import { type SharedState, sharedState } from "./forward.js";
import type { Layout } from "./parameters.js";

/** Where a quantity is evaluated. */
export interface EvidencePoint {
  readonly state: SharedState;
  readonly shared: Float64Array;
  /** `[units, perUnit]`. */
  readonly own: Float64Array;
}

/** Derivatives by the parameters; a quantity adds to them. */
export interface EvidenceSlope {
  readonly shared: Float64Array;
  readonly own: Float64Array;
}

/**
 * One measured or believed number: `value = quantity(θ) + error`.
 *
 * The error is normal with deviation `standardError`, or that times Student-t where `degreesOfFreedom` is finite.
 */
export interface EvidenceRow {
  readonly value: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** The quantity at a point; adds its analytic derivative to `slope` when that is given. */
  quantity(point: EvidencePoint, slope?: EvidenceSlope): number;
}

/** What the model with `lags` lag weights is at a parameter vector. */
export function evidencePoint(layout: Layout, lags: number, shared: Float64Array, own: Float64Array): EvidencePoint {
  return { state: sharedState(layout, shared, lags, new Float64Array(0)), shared, own };
}

/** Twice minus the log likelihood of the rows, up to a constant. */
export function evidenceLoss(rows: readonly EvidenceRow[], pointOf: () => EvidencePoint): number {
  if (rows.length === 0) return 0;
  const point = pointOf();
  let sum = 0;
  for (const row of rows) sum += loss(row, (row.value - row.quantity(point)) / row.standardError);
  return sum;
}

/** Put the rows and their gradient into the system; returns {@link evidenceLoss}. */
export function lineariseEvidence(
  rows: readonly EvidenceRow[],
  pointOf: () => EvidencePoint,
  system: ArrowSystem,
): number {
  system.evidence = null;
  if (rows.length === 0) return 0;
  const point = pointOf();
  const shared: Float64Array[] = [];
  const own: Float64Array[] = [];
  let sum = 0;
  for (const row of rows) {
    const slope = { shared: new Float64Array(point.shared.length), own: new Float64Array(point.own.length) };
    const z = (row.value - row.quantity(point, slope)) / row.standardError;
    sum += loss(row, z);
    const root = Math.sqrt(weight(row, z));
    const scale = root / row.standardError;
    for (const [vector, gradient] of [
      [slope.shared, system.sharedGradient],
      [slope.own, system.unitGradient],
    ] as const) {
      for (let i = 0; i < vector.length; i++) {
        vector[i]! *= scale;
        gradient[i]! += root * z * vector[i]!;
      }
    }
    shared.push(slope.shared);
    own.push(slope.own);
  }
  system.evidence = { shared, own };
  return sum;
}

/**
 * Standardised residuals of the rows at a point; those of Student-t rows with the weight they have at `weightAt`.
 */
export function residuals(rows: readonly EvidenceRow[], point: EvidencePoint, weightAt: EvidencePoint): Float64Array {
  return Float64Array.from(rows, (row) => {
    const z = (at: EvidencePoint): number => (row.value - row.quantity(at)) / row.standardError;
    const root = Number.isFinite(row.degreesOfFreedom) ? Math.sqrt(weight(row, z(weightAt))) : 1;
    return root * z(point);
  });
}

function loss({ degreesOfFreedom: freedom }: EvidenceRow, z: number): number {
  return Number.isFinite(freedom) ? (freedom + 1) * Math.log1p((z * z) / freedom) : z * z;
}

// Weight of the least-squares problem with the same gradient (iteratively reweighted).
function weight({ degreesOfFreedom: freedom }: EvidenceRow, z: number): number {
  return Number.isFinite(freedom) ? (freedom + 1) / (freedom + z * z) : 1;
}
