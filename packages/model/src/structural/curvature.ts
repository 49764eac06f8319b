// Gauss–Newton curvature with the block structure of a panel: parameters shared by all units, and a short vector per
// unit that touches only the unit's own rows. Eliminating the units first (Schur complement) makes one solve cost
// O(units · perUnit² · shared) instead of O((shared + units · perUnit)³).

import {
  cholesky,
  invertFactored,
  invertLower,
  solveFactored,
  solveLower,
  solveUpper,
} from "../linear-algebra/cholesky.js";
import { dot } from "../linear-algebra/dot.js";
import { addGram } from "../linear-algebra/gram.js";
import {
  condition,
  factorLowRank,
  type LowRank,
  type RowVectors,
  subtractSharedCovariance,
  subtractUnitVariances,
} from "./low-rank.js";

/** Curvature `H` and gradient `g` of the objective, block by block. */
export interface ArrowSystem {
  readonly shared: number;
  readonly perUnit: number;
  readonly units: number;
  /** `[shared, shared]`, lower triangle. */
  readonly sharedBlock: Float64Array;
  readonly sharedGradient: Float64Array;
  /** `[units, perUnit, shared]`. */
  readonly crossBlock: Float64Array;
  /** `[units, perUnit, perUnit]`, lower triangle. */
  readonly unitBlock: Float64Array;
  readonly unitGradient: Float64Array;
  /** Rows that touch several units, each of unit variance; they add their outer products to `H`. */
  evidence: RowVectors | null;
}

export function arrowSystem(shared: number, perUnit: number, units: number): ArrowSystem {
  return {
    shared,
    perUnit,
    units,
    sharedBlock: new Float64Array(shared * shared),
    sharedGradient: new Float64Array(shared),
    crossBlock: new Float64Array(units * perUnit * shared),
    unitBlock: new Float64Array(units * perUnit * perUnit),
    unitGradient: new Float64Array(units * perUnit),
    evidence: null,
  };
}

/** Factors of an {@link ArrowSystem}, ready to solve and to draw from. */
export interface ArrowFactor {
  readonly shared: number;
  readonly perUnit: number;
  readonly units: number;
  /** Cholesky factor of the Schur complement of the shared block. */
  readonly schur: Float64Array;
  readonly unit: Float64Array;
  /** `unitBlock⁻¹ crossBlock`, `[units, perUnit, shared]`. */
  readonly elimination: Float64Array;
  /** Update by the rows that touch several units. */
  readonly evidence: LowRank | null;
}

/** Scale of each parameter for damping: the largest curvature met so far, so that flat stretches stay damped. */
export interface DampingScale {
  readonly shared: Float64Array;
  readonly unit: Float64Array;
}

export function dampingScale(system: ArrowSystem): DampingScale {
  return { shared: new Float64Array(system.shared), unit: new Float64Array(system.units * system.perUnit) };
}

/** Raise the scale to the present diagonal of the curvature (Moré 1978). */
export function raiseScale(
  scale: DampingScale,
  { shared, perUnit, sharedBlock, unitBlock, evidence }: ArrowSystem,
): void {
  const squares = (rows: readonly Float64Array[] = [], i: number): number =>
    rows.reduce((sum, row) => sum + row[i]! ** 2, 0);
  for (let i = 0; i < shared; i++) {
    const diagonal = sharedBlock[i * shared + i]! + squares(evidence?.shared, i);
    scale.shared[i] = Math.max(scale.shared[i]!, diagonal);
  }
  for (let i = 0; i < scale.unit.length; i++) {
    const r = Math.floor(i / perUnit);
    const k = i % perUnit;
    const diagonal = unitBlock[(r * perUnit + k) * perUnit + k]! + squares(evidence?.own, i);
    scale.unit[i] = Math.max(scale.unit[i]!, diagonal);
  }
}

/**
 * Factor `H + damping · diag(scale)`.
 *
 * @param scale without it the diagonal of `H` itself
 * @returns null when it is not positive definite
 */
export function factorArrow(system: ArrowSystem, damping: number, scale?: DampingScale): ArrowFactor | null {
  const { shared, perUnit, units } = system;
  const schur = system.sharedBlock.slice();
  for (let i = 0; i < shared; i++) {
    schur[i * shared + i]! += damping * (scale ? scale.shared[i]! : schur[i * shared + i]!);
  }
  const unit = system.unitBlock.slice();
  const elimination = system.crossBlock.slice();
  for (let r = 0; r < units; r++) {
    const block = unit.subarray(r * perUnit * perUnit, (r + 1) * perUnit * perUnit);
    for (let i = 0; i < perUnit; i++) {
      block[i * perUnit + i]! += damping * (scale ? scale.unit[r * perUnit + i]! : block[i * perUnit + i]!);
    }
    if (!cholesky(block, perUnit)) return null;
    const rows = elimination.subarray(r * perUnit * shared, (r + 1) * perUnit * shared);
    solveRowsLower(block, perUnit, rows, shared);
    subtractSquares(schur, rows, perUnit, shared);
    solveRowsUpper(block, perUnit, rows, shared);
  }
  if (!cholesky(schur, shared)) return null;
  const arrow = { shared, perUnit, units, schur, unit, elimination, evidence: null };
  if (system.evidence === null) return arrow;
  const evidence = factorLowRank(system.evidence, (x, own) => solveBlocks(arrow, x, own));
  return evidence && { ...arrow, evidence };
}

// Rows of `L⁻¹ B` in place, for `B` of `[size, width]`.
function solveRowsLower(factor: Float64Array, size: number, rows: Float64Array, width: number): void {
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) addRow(rows, i * width, -factor[i * size + k]!, k * width, width);
    scaleRow(rows, i * width, 1 / factor[i * size + i]!, width);
  }
}

// Rows of `L⁻ᵀ B` in place.
function solveRowsUpper(factor: Float64Array, size: number, rows: Float64Array, width: number): void {
  for (let i = size - 1; i >= 0; i--) {
    scaleRow(rows, i * width, 1 / factor[i * size + i]!, width);
    for (let k = 0; k < i; k++) addRow(rows, k * width, -factor[i * size + k]!, i * width, width);
  }
}

function addRow(rows: Float64Array, to: number, times: number, from: number, width: number): void {
  if (times === 0) return;
  for (let j = 0; j < width; j++) rows[to + j]! += times * rows[from + j]!;
}

function scaleRow(rows: Float64Array, at: number, times: number, width: number): void {
  for (let j = 0; j < width; j++) rows[at + j]! *= times;
}

// `target −= BᵀB`, lower triangle, for `B` of `[size, width]`.
function subtractSquares(target: Float64Array, rows: Float64Array, size: number, width: number): void {
  const columns = new Float64Array(width * size);
  for (let k = 0; k < size; k++) for (let i = 0; i < width; i++) columns[i * size + k] = rows[k * width + i]!;
  const starts = Int32Array.from({ length: width }, (_, i) => i * size);
  addGram(columns, starts, size, -1, target);
}

/** Solve `H x = g` for the gradient of the system. */
export function solveArrow(system: ArrowSystem, factor: ArrowFactor): { shared: Float64Array; own: Float64Array } {
  const shared = system.sharedGradient.slice();
  const own = system.unitGradient.slice();
  solveBlocks(factor, shared, own);
  if (factor.evidence) condition(factor.evidence, shared, own);
  return { shared, own };
}

// Solve for the arrow alone, in place.
function solveBlocks(factor: ArrowFactor, x: Float64Array, own: Float64Array): void {
  const { shared, perUnit, units } = factor;
  for (let r = 0; r < units; r++) {
    for (let k = 0; k < perUnit; k++) {
      const g = own[r * perUnit + k]!;
      const at = (r * perUnit + k) * shared;
      for (let j = 0; j < shared; j++) x[j]! -= factor.elimination[at + j]! * g;
    }
  }
  solveFactored(factor.schur, shared, x);
  for (let r = 0; r < units; r++) {
    solveFactored(factor.unit.subarray(r * perUnit * perUnit, (r + 1) * perUnit * perUnit), perUnit, own, r * perUnit);
    subtractElimination(factor, r, x, own);
  }
}

/**
 * Turn standard normal numbers into a draw from N(0, H⁻¹), in place.
 *
 * @param errors standard normal numbers, one per evidence row
 */
export function scaleNormals(
  factor: ArrowFactor,
  shared: Float64Array,
  own: Float64Array,
  errors?: Float64Array,
): void {
  const { perUnit, units } = factor;
  solveUpper(factor.schur, factor.shared, shared);
  for (let r = 0; r < units; r++) {
    solveUpper(factor.unit.subarray(r * perUnit * perUnit, (r + 1) * perUnit * perUnit), perUnit, own, r * perUnit);
    subtractElimination(factor, r, shared, own);
  }
  if (factor.evidence) condition(factor.evidence, shared, own, errors);
}

/** Diagonal of H⁻¹ for the units' parameters, `[units, perUnit]`. */
export function unitVariances(factor: ArrowFactor): Float64Array {
  const { shared, perUnit, units } = factor;
  const out = new Float64Array(units * perUnit);
  const inverse = invertLower(factor.schur, shared);
  const own = new Float64Array(perUnit);
  for (let r = 0; r < units; r++) {
    const block = factor.unit.subarray(r * perUnit * perUnit, (r + 1) * perUnit * perUnit);
    for (let k = 0; k < perUnit; k++) {
      own.fill(0);
      own[k] = 1;
      solveLower(block, perUnit, own);
      let variance = 0;
      for (const value of own) variance += value * value;
      const at = (r * perUnit + k) * shared;
      for (let j = 0; j < shared; j++) variance += dot(inverse, j * shared, factor.elimination, at, j + 1) ** 2;
      out[r * perUnit + k] = variance;
    }
  }
  if (factor.evidence) subtractUnitVariances(factor.evidence, out);
  return out;
}

/** Block of H⁻¹ for the shared parameters, row-major `[shared, shared]`. */
export function sharedCovariance({ schur, shared, evidence }: ArrowFactor): Float64Array {
  const covariance = invertFactored(schur, shared);
  if (evidence) subtractSharedCovariance(evidence, covariance);
  return covariance;
}

function subtractElimination(factor: ArrowFactor, r: number, shared: Float64Array, own: Float64Array): void {
  for (let k = 0; k < factor.perUnit; k++) {
    const at = (r * factor.perUnit + k) * factor.shared;
    own[r * factor.perUnit + k]! -= dot(factor.elimination, at, shared, 0, factor.shared);
  }
}
