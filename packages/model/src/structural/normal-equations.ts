// What the rows of one unit add to curvature and gradient. Most columns of the Jacobian are multiples of each other: a
// unit's own effect, baseline and control slopes move the prediction as the shared ones do, and a shock moves one
// period. So inner products are formed for the distinct columns only, and shocks go through the adjoint of the
// whitening instead of one dense column each.

import type { ArrowSystem } from "./curvature.js";
import type { SharedState } from "./forward.js";
import { type LevelFilter, whiten, whitenAdjoint } from "./level.js";
import type { Layout } from "./parameters.js";

export interface UnitRows {
  readonly r: number;
  /** Derivatives of the prediction, `[shared + perUnit, periods]`; whitened in place. */
  readonly jacobian: Float64Array;
  /** Whitened residual. */
  readonly residual: Float64Array;
  readonly periods: number;
  readonly filter: LevelFilter;
  /** 1 / noise variance. */
  readonly precision: number;
  /** How strongly the unit takes part in shocks. */
  readonly loading: number;
}

/** The distinct column that a unit's own parameter shares its derivative with, and the constant ratio of the two. */
interface OwnColumn {
  readonly source: number;
  readonly ratio: number;
}

/** Add `precision · JᵀJ` and `precision · Jᵀ residual` of a unit's whitened rows. */
export function addUnitRows(layout: Layout, state: SharedState, rows: UnitRows, system: ArrowSystem): void {
  const { r, jacobian, residual, periods, filter, precision, loading } = rows;
  const { shared: p, perUnit: q, shock } = layout;
  const distinct = q > 0 ? shock + 1 : shock;
  const offset = (j: number): number => (j < shock ? j : p + q - 1) * periods;
  for (let j = 0; j < distinct; j++) whiten(filter, jacobian, offset(j), 0, periods);

  const gram = new Float64Array(distinct * distinct);
  const slope = new Float64Array(distinct);
  for (let i = 0; i < distinct; i++) {
    slope[i] = precision * dot(jacobian, offset(i), residual, 0, periods);
    for (let j = 0; j <= i; j++) {
      const product = precision * dot(jacobian, offset(i), jacobian, offset(j), periods);
      gram[i * distinct + j] = product;
      gram[j * distinct + i] = product;
    }
  }

  const { sharedBlock, sharedGradient, crossBlock, unitBlock, unitGradient } = system;
  for (let i = 0; i < shock; i++) {
    sharedGradient[i]! += slope[i]!;
    for (let j = 0; j <= i; j++) sharedBlock[i * p + j]! += gram[i * distinct + j]!;
  }
  const own = ownColumns(layout, state, distinct);
  own.forEach(({ source, ratio }, k) => {
    unitGradient[r * q + k]! += ratio * slope[source]!;
    const cross = (r * q + k) * p;
    for (let j = 0; j < shock; j++) crossBlock[cross + j]! += ratio * gram[source * distinct + j]!;
    for (let l = 0; l <= k; l++) {
      const other = own[l]!;
      unitBlock[(r * q + k) * q + l]! += ratio * other.ratio * gram[source * distinct + other.source]!;
    }
  });
  if (layout.shocks > 0) addShocks(layout, rows, own, distinct, offset, system);
}

function ownColumns(layout: Layout, state: SharedState, distinct: number): OwnColumn[] {
  if (layout.perUnit === 0) return [];
  const controls = layout.perUnit - 2 - layout.channels.length;
  return [
    { source: layout.baseline, ratio: 1 },
    ...layout.channels.map(({ effect }, c) => ({
      source: effect,
      ratio: state.channels[c]!.effect / state.channels[c]!.effectSlope,
    })),
    ...Array.from({ length: controls }, (_, k) => ({ source: layout.control + k, ratio: 1 })),
    { source: distinct - 1, ratio: 1 },
  ];
}

function addShocks(
  { shared: p, perUnit: q, shock }: Layout,
  { r, jacobian, residual, periods, filter, precision, loading }: UnitRows,
  own: readonly OwnColumn[],
  distinct: number,
  offset: (j: number) => number,
  { sharedBlock, sharedGradient, crossBlock }: ArrowSystem,
): void {
  const weight = precision * loading;
  const back = new Float64Array(periods);
  whitenAdjoint(filter, residual, 0, back);
  for (let s = 0; s < periods; s++) sharedGradient[shock + s]! += weight * back[s]!;
  const owners = new Map<number, { readonly row: number; readonly ratio: number }>();
  own.forEach(({ source, ratio }, k) => {
    owners.set(source, { row: (r * q + k) * p + shock, ratio });
  });
  for (let j = 0; j < distinct; j++) {
    whitenAdjoint(filter, jacobian, offset(j), back);
    if (j < shock) for (let s = 0; s < periods; s++) sharedBlock[(shock + s) * p + j]! += weight * back[s]!;
    const owner = owners.get(j);
    if (!owner) continue;
    for (let s = 0; s < periods; s++) crossBlock[owner.row + s]! += weight * owner.ratio * back[s]!;
  }
  const impulse = new Float64Array(periods);
  for (let s = 0; s < periods; s++) {
    if (filter.inverseScale[s] === 0) continue;
    impulse.fill(0);
    impulse[s] = 1;
    whiten(filter, impulse, 0, s, periods);
    whitenAdjoint(filter, impulse, 0, back);
    for (let t = 0; t <= s; t++) sharedBlock[(shock + s) * p + shock + t]! += weight * loading * back[t]!;
  }
}

// Four sums at once: the loop is the hottest of the fit.
function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t = 0;
  for (; t + 3 < length; t += 4) {
    s0 += a[atA + t]! * b[atB + t]!;
    s1 += a[atA + t + 1]! * b[atB + t + 1]!;
    s2 += a[atA + t + 2]! * b[atB + t + 2]!;
    s3 += a[atA + t + 3]! * b[atB + t + 3]!;
  }
  for (; t < length; t++) s0 += a[atA + t]! * b[atB + t]!;
  return s0 + s1 + (s2 + s3);
}
