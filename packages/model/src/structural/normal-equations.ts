// What the rows of one unit add to curvature and gradient. Most columns of the Jacobian are multiples of each other: a
// unit's own effect, baseline and control slopes move the prediction as the shared ones do, and a shock moves one
// period. So inner products are formed for the distinct columns only, and shocks go through the adjoint of the
// whitening instead of one dense column each.

import { dot } from "../linear-algebra/dot.js";
import { addGram } from "../linear-algebra/gram.js";
import type { ArrowSystem } from "./curvature.js";
import type { SharedState } from "./forward.js";
import { type LevelFilter, whiten, whitenAdjoint } from "./level.js";
import type { Layout } from "./parameters.js";

export interface UnitRows {
  readonly r: number;
  /** Derivatives of the prediction, `[shared + perUnit, periods]`; {@link addUnitCurvature} whitens them in place. */
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

/** The distinct columns of a unit's derivatives; they are the same for every unit. */
export interface UnitColumns {
  /** Shared parameters other than the shocks, in order. */
  readonly shared: readonly number[];
  /** For each of the unit's own parameters. */
  readonly own: readonly OwnColumn[];
}

/** The column that a unit's own parameter shares its derivative with, and the constant ratio of the two. */
interface OwnColumn {
  readonly source: number;
  readonly ratio: number;
}

export function unitColumns(layout: Layout, state: SharedState): UnitColumns {
  const { shock, shocks, shared } = layout;
  return {
    shared: Array.from({ length: shared - shocks }, (_, j) => (j < shock ? j : j + shocks)),
    own: ownColumns(layout, state),
  };
}

/** Add `precision · Jᵀ residual` of a unit's whitened rows; leaves the Jacobian as it is. */
export function addUnitGradient(layout: Layout, columns: UnitColumns, rows: UnitRows, system: ArrowSystem): void {
  const { r, jacobian, residual, periods, filter, precision, loading } = rows;
  const { shared: p, perUnit: q, shock } = layout;
  const back = new Float64Array(periods);
  whitenAdjoint(filter, residual, 0, back);
  const { sharedGradient, unitGradient } = system;
  const slopes = new Float64Array(p + q);
  for (const j of columns.shared) {
    slopes[j] = precision * dot(jacobian, j * periods, back, 0, periods);
    sharedGradient[j]! += slopes[j]!;
  }
  if (q > 0) slopes[p + q - 1] = precision * dot(jacobian, (p + q - 1) * periods, back, 0, periods);
  columns.own.forEach(({ source, ratio }, k) => {
    unitGradient[r * q + k]! += ratio * slopes[source]!;
  });
  if (layout.shocks === 0) return;
  for (let s = 0; s < periods; s++) sharedGradient[shock + s]! += precision * loading * back[s]!;
}

/** Add `precision · JᵀJ` of a unit's whitened rows. */
export function addUnitCurvature(
  layout: Layout,
  { shared, own: ownColumns }: UnitColumns,
  rows: UnitRows,
  system: ArrowSystem,
): void {
  const { r, jacobian, periods, filter, precision } = rows;
  const { shared: p, perUnit: q } = layout;
  const columns = q > 0 ? [...shared, p + q - 1] : shared;
  for (const j of columns) whiten(filter, jacobian, j * periods, 0, periods);

  const size = columns.length;
  const gram = new Float64Array(size * size);
  const starts = columns.map((column) => column * periods);
  addGram(jacobian, starts, periods, precision, gram);
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) gram[j * size + i] = gram[i * size + j]!;

  const { sharedBlock, crossBlock, unitBlock } = system;
  shared.forEach((column, i) => {
    for (let j = 0; j <= i; j++) sharedBlock[column * p + shared[j]!]! += gram[i * size + j]!;
  });
  const own = ownColumns.map(({ source, ratio }) => ({ source, ratio, at: columns.indexOf(source) }));
  own.forEach(({ ratio, at }, k) => {
    const cross = (r * q + k) * p;
    shared.forEach((column, j) => {
      crossBlock[cross + column]! += ratio * gram[at * size + j]!;
    });
    for (let l = 0; l <= k; l++) {
      unitBlock[(r * q + k) * q + l]! += ratio * own[l]!.ratio * gram[at * size + own[l]!.at]!;
    }
  });
  if (layout.shocks > 0) addShocks(layout, rows, own, columns, system);
}

function ownColumns(layout: Layout, state: SharedState): OwnColumn[] {
  if (layout.perUnit === 0) return [];
  const controls = layout.perUnit - 2 - layout.channels.length;
  return [
    { source: layout.baseline, ratio: 1 },
    ...layout.channels.map(({ effect }, c) => ({
      source: effect,
      ratio: state.channels[c]!.effect / state.channels[c]!.effectSlope,
    })),
    ...Array.from({ length: controls }, (_, k) => ({ source: layout.control + k, ratio: 1 })),
    { source: layout.shared + layout.perUnit - 1, ratio: 1 },
  ];
}

function addShocks(
  { shared: p, perUnit: q, shock }: Layout,
  { r, jacobian, periods, filter, precision, loading }: UnitRows,
  own: readonly OwnColumn[],
  columns: readonly number[],
  { sharedBlock, crossBlock }: ArrowSystem,
): void {
  const weight = precision * loading;
  const back = new Float64Array(periods);
  const owners = new Map<number, { readonly row: number; readonly ratio: number }>();
  own.forEach(({ source, ratio }, k) => {
    owners.set(source, { row: (r * q + k) * p + shock, ratio });
  });
  for (const j of columns) {
    whitenAdjoint(filter, jacobian, j * periods, back);
    for (let s = 0; s < periods; s++) {
      const product = weight * back[s]!;
      if (j < shock) sharedBlock[(shock + s) * p + j]! += product;
      else if (j < p) sharedBlock[j * p + shock + s]! += product;
    }
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
