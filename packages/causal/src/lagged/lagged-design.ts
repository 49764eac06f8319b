// Time series as rows: each row holds the present and the past of every column, built within each unit so that no row
// mixes two units.

import { type CausalData, dataError, usageError } from "@mmm/core";
import { type Moments, momentsOf } from "../moments/moments.js";

/** A table whose column `lag · size + j` is variable j, `lag` periods ago. */
export interface LaggedDesign {
  readonly data: CausalData;
  /** Number of variables. */
  readonly size: number;
  readonly maxLag: number;
}

/**
 * Rows with a complete past of `maxLag` periods.
 *
 * @param skip leave out this many first rows of each unit, at least `maxLag`; for comparing lag lengths on equal rows
 * @throws MmmError `NOT_TEMPORAL`, `SHORT_SERIES`
 */
export function laggedDesign(data: CausalData, maxLag: number, skip: number = maxLag): LaggedDesign {
  requireTemporal(data);
  const size = data.columns.length;
  const offsets = data.unitOffsets ?? [0, data.rows];
  const width = size * (maxLag + 1);
  const lengths = offsets.slice(1).map((end, unit) => Math.max(0, end - offsets[unit]! - skip));
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  if (rows < 8) {
    throw dataError(
      "SHORT_SERIES",
      `With ${maxLag} lags ${rows} complete rows are left of ${data.rows}; at least 8 are needed.`,
      "Use fewer lags or longer series.",
    );
  }
  const values = new Float64Array(rows * width);
  const newOffsets = [0];
  let at = 0;
  for (let unit = 0; unit + 1 < offsets.length; unit++) {
    for (let t = offsets[unit]! + skip; t < offsets[unit + 1]!; t++, at++) {
      for (let lag = 0; lag <= maxLag; lag++) {
        const from = (t - lag) * size;
        values.set(data.values.subarray(from, from + size), at * width + lag * size);
      }
    }
    newOffsets.push(at);
  }
  const columns = Array.from({ length: maxLag + 1 }, (_, lag) =>
    data.columns.map((name) => (lag === 0 ? name : `${name}[t-${lag}]`)),
  ).flat();
  return {
    data: { columns, rows, values, temporal: true, ...(data.units && { units: data.units }), unitOffsets: newOffsets },
    size,
    maxLag,
  };
}

/** Lags given as a number, or chosen by BIC of the vector autoregression among 1 … `atMost`. */
export type LagChoice = number | { readonly atMost: number };

/** @throws MmmError `LAGS` */
export function resolveLags(data: CausalData, choice: LagChoice): number {
  const given = typeof choice === "number" ? choice : choice.atMost;
  if (!Number.isInteger(given) || given < 1) {
    throw usageError("LAGS", `The number of lags must be a whole number from 1; got ${given}.`);
  }
  return typeof choice === "number" ? choice : chooseLags(data, choice.atMost);
}

/**
 * Number of lags with the lowest BIC of an unrestricted vector autoregression: `n · log det Σ_p + log n · p · d²`, all
 * compared on the same rows.
 *
 * Source: Lütkepohl (2005), "New introduction to multiple time series analysis", section 4.3.
 */
function chooseLags(data: CausalData, atMost: number): number {
  let best = 1;
  let lowest = Number.POSITIVE_INFINITY;
  for (let lags = 1; lags <= atMost; lags++) {
    const design = laggedDesign(data, lags, atMost);
    const { size } = design;
    if (design.data.rows <= size * (lags + 1) + 1) break;
    const moments = momentsOf(design.data);
    const value = moments.rows * conditionalLogDeterminant(moments, size) + Math.log(moments.rows) * lags * size * size;
    if (value < lowest) {
      lowest = value;
      best = lags;
    }
  }
  return best;
}

/** log det of the covariance of the first `targets` columns given all others. */
function conditionalLogDeterminant(moments: Moments, targets: number): number {
  const rest = moments.correlation.slice();
  const { size } = moments;
  for (let pivot = size - 1; pivot >= targets; pivot--) eliminate(rest, size, pivot, pivot);
  let logDet = 0;
  for (let pivot = targets - 1; pivot >= 0; pivot--) {
    logDet += Math.log(Math.max(rest[pivot * size + pivot]!, 1e-14));
    eliminate(rest, size, pivot, pivot);
  }
  return logDet;
}

function eliminate(rest: Float64Array, size: number, pivot: number, below: number): void {
  const variance = Math.max(rest[pivot * size + pivot]!, 1e-14);
  for (let i = 0; i < below; i++) {
    const factor = rest[i * size + pivot]! / variance;
    for (let j = 0; j < below; j++) rest[i * size + j]! -= factor * rest[pivot * size + j]!;
  }
}

function requireTemporal(data: CausalData): void {
  if (data.temporal) return;
  throw dataError(
    "NOT_TEMPORAL",
    "This engine reads lags, but the data are marked as not temporal.",
    "Order the rows of each unit in time and set `temporal: true`, or choose a contemporaneous engine.",
  );
}

/** For methods that regress on the whole past at once. @throws MmmError `TOO_FEW_ROWS` */
export function requireFullRegression(design: LaggedDesign): void {
  const needed = design.data.columns.length + 2;
  if (design.data.rows >= needed + 8) return;
  throw dataError(
    "TOO_FEW_ROWS",
    `A regression on all ${design.size} columns at ${design.maxLag} lags needs at least ${needed + 8} complete rows; there are ${design.data.rows}.`,
    "Use fewer lags or columns, add units, or use 'svar-order', which selects as it goes.",
  );
}
