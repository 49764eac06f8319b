// The activity of the channels as causal engines read it: scaled by unit, training periods only, with what is common
// knowledge (unit, season, trend, controls) taken out, so that two channels that merely follow the calendar are not
// neighbours.

import type { CausalData } from "@mmm/core";
import { cholesky, solveFactored } from "../linear-algebra/cholesky.js";
import type { Design } from "../structural/design.js";

/** Rows are observed training cells, unit by unit and in time order. */
export interface ActivityRows {
  /** Channels (their numbers in the design) whose activity varies. */
  readonly channels: readonly number[];
  readonly rows: number;
  /** Unit and period of each row. */
  readonly unit: Int32Array;
  readonly period: Int32Array;
  /** Offsets of units, and of runs of periods without a gap, with the end. */
  readonly unitOffsets: readonly number[];
  readonly runOffsets: readonly number[];
  /** Scaled activity, and what is left of it after adjustment; `[rows, channels]`. */
  readonly raw: Float64Array;
  readonly adjusted: Float64Array;
}

export function activityRows(design: Design): ActivityRows {
  const { units, periods, trainingEnd, channels, lags } = design;
  const cells: { readonly r: number; readonly t: number }[] = [];
  const unitOffsets = [0];
  const runOffsets = [0];
  for (let r = 0; r < units; r++) {
    let previous = -1;
    for (let t = 0; t < trainingEnd; t++) {
      if (design.observed[r * periods + t] !== 1) continue;
      if (previous >= 0 && t > previous + 1) runOffsets.push(cells.length);
      cells.push({ r, t });
      previous = t;
    }
    if (cells.length === unitOffsets.at(-1)) continue;
    unitOffsets.push(cells.length);
    runOffsets.push(cells.length);
  }
  const width = lags - 1 + periods;
  const activityOf = (c: number) => (cell: { readonly r: number; readonly t: number }) =>
    design.activity[(cell.r * channels + c) * width + lags - 1 + cell.t]!;
  const columns = Array.from({ length: channels }, (_, c) => Float64Array.from(cells, activityOf(c)));
  const adjust = adjuster(design, cells, unitOffsets);
  const residuals = columns.map((column) => adjust(column));
  const varies = (c: number): boolean => meanSquare(residuals[c]!) > 1e-10 * (meanSquare(columns[c]!) + 1e-300);
  const kept = columns.flatMap((_, c) => (varies(c) ? [c] : []));
  const interleave = (from: readonly Float64Array[]): Float64Array => {
    const out = new Float64Array(cells.length * kept.length);
    kept.forEach((c, k) => {
      for (let row = 0; row < cells.length; row++) out[row * kept.length + k] = from[c]![row]!;
    });
    return out;
  };
  return {
    channels: kept,
    rows: cells.length,
    unit: Int32Array.from(cells, ({ r }) => r),
    period: Int32Array.from(cells, ({ t }) => t),
    unitOffsets,
    runOffsets,
    raw: interleave(columns),
    adjusted: interleave(residuals),
  };
}

/** @param lagged true for engines that look back: then a run without a gap counts as a unit */
export function causalDataOf(rows: ActivityRows, names: readonly string[], lagged: boolean): CausalData {
  const unitOffsets = lagged ? rows.runOffsets : rows.unitOffsets;
  return {
    columns: rows.channels.map((c) => names[c]!),
    rows: rows.rows,
    values: rows.adjusted,
    temporal: true,
    ...(unitOffsets.length > 2 && { units: unitOffsets.slice(1).map((_, i) => String(i)), unitOffsets }),
  };
}

// Least squares on unit means, season, trend and controls, in two steps: centre within units, then solve once for all.
function adjuster(
  design: Design,
  cells: readonly { readonly r: number; readonly t: number }[],
  unitOffsets: readonly number[],
): (column: Float64Array) => Float64Array {
  const { periods, seasons, controls } = design;
  const centre = (column: Float64Array): Float64Array => {
    const out = column.slice();
    for (let u = 0; u + 1 < unitOffsets.length; u++) {
      const own = out.subarray(unitOffsets[u]!, unitOffsets[u + 1]!);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      for (let i = 0; i < own.length; i++) own[i]! -= mean;
    }
    return out;
  };
  const known = [
    ...Array.from(
      { length: seasons },
      (_, s) =>
        ({ t }: { t: number }) =>
          design.season[s * periods + t]!,
    ),
    ({ t }: { t: number }) => design.trend[t]!,
    ...Array.from(
      { length: controls },
      (_, k) =>
        ({ r, t }: { r: number; t: number }) =>
          design.control[(r * periods + t) * controls + k]!,
    ),
  ].map((of) => centre(Float64Array.from(cells, of)));
  const size = known.length;
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) gram[i * size + j] = dot(known[i]!, known[j]!);
    gram[i * size + i]! += 1e-6 * (gram[i * size + i]! + 1e-12);
  }
  cholesky(gram, size);
  return (column) => {
    const out = centre(column);
    const weights = Float64Array.from(known, (values) => dot(values, out));
    solveFactored(gram, size, weights);
    known.forEach((values, k) => {
      for (let i = 0; i < out.length; i++) out[i]! -= weights[k]! * values[i]!;
    });
    return out;
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const meanSquare = (values: Float64Array): number => dot(values, values) / Math.max(1, values.length);
