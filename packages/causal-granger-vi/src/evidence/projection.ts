// From the columns of a shop to one target's own system: rows weighted as its noise asks for, its nuisance terms (level,
// trend, season, its own past) projected out. Targets with equal weights share one Gram matrix.

import type { ShopDesign } from "./design.js";
import type { ProjectedGram } from "./parent-sets.js";

/** Symmetric Gram matrix of columns, row-major; `weights` per row. */
export function gramMatrix(columns: readonly Float64Array[], weights?: Float64Array): Float64Array {
  const size = columns.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const a = weights ? columns[i]!.map((value, row) => value * weights[row]!) : columns[i]!;
    for (let j = i; j < size; j++) {
      const b = columns[j]!;
      let sum = 0;
      for (let row = 0; row < a.length; row++) sum += a[row]! * b[row]!;
      gram[i * size + j] = sum;
      gram[j * size + i] = sum;
    }
  }
  return gram;
}

/** Positions in the columns of a design. */
export function columnPlaces(design: ShopDesign, width: number, ownLags: number) {
  const lags = design.deterministic;
  const effects = lags + design.nodes * ownLags;
  const current = effects + design.nodes * width;
  return {
    ownLag: (node: number, lag: number): number => lags + node * ownLags + lag - 1,
    effect: (node: number, w: number): number => effects + node * width + w,
    current: (node: number): number => current + node,
  };
}

/** Nuisance columns of a target: level, trend, season, own past. */
export function nuisanceColumns(design: ShopDesign, target: number, width: number, ownLags: number): number[] {
  const places = columnPlaces(design, width, ownLags);
  const own = Array.from({ length: ownLags }, (_, lag) => places.ownLag(target, lag + 1));
  return [...Array.from({ length: design.deterministic }, (_, k) => k), ...own];
}

/** Columns of a target's regression: nuisance, then the features of the sources (source-major), then the target. */
export function targetColumns(
  design: ShopDesign,
  target: number,
  sources: readonly number[],
  width: number,
  ownLags: number,
): { readonly nuisance: readonly number[]; readonly kept: readonly number[] } {
  const places = columnPlaces(design, width, ownLags);
  return {
    nuisance: nuisanceColumns(design, target, width, ownLags),
    kept: [
      ...sources.flatMap((source) => Array.from({ length: width }, (_, w) => places.effect(source, w))),
      places.current(target),
    ],
  };
}

/** The part of a Gram matrix of `total` columns that belongs to some of them, in their order. */
export function pickGram(gram: Float64Array, total: number, columns: readonly number[]): Float64Array {
  const size = columns.length;
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[i * size + j] = gram[columns[i]! * total + columns[j]!]!;
  }
  return out;
}

/**
 * Project the first `nuisance` columns of a Gram matrix out of the others (Frisch–Waugh–Lovell); nuisance columns that
 * add nothing are passed over.
 *
 * @param gram `[nuisance + slots·width + 1]²`, the target last
 * @param rows observations behind it
 */
export function projectNuisance(gram: Float64Array, nuisance: number, width: number, rows: number): ProjectedGram {
  const size = Math.round(Math.sqrt(gram.length));
  const work = gram.slice();
  let projected = 0;
  for (let k = 0; k < nuisance; k++) {
    const pivot = work[k * size + k]!;
    if (pivot < 1e-7 * Math.max(1, rows)) continue;
    projected++;
    for (let i = k + 1; i < size; i++) {
      const factor = work[i * size + k]! / pivot;
      if (factor === 0) continue;
      for (let j = k; j < size; j++) work[i * size + j]! -= factor * work[k * size + j]!;
    }
  }
  const kept = size - nuisance;
  const out = new Float64Array(kept * kept);
  for (let i = 0; i < kept; i++) {
    for (let j = 0; j < kept; j++) out[i * kept + j] = work[(nuisance + i) * size + nuisance + j]!;
  }
  return { slots: (kept - 1) / width, width, gram: out, freedom: rows - projected };
}
