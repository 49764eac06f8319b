import { columnValues, type Panel } from "@mmm/core";
import { quantile } from "../statistics/quantile.js";
import type { ColumnQuality } from "./types.js";

/** Indices of the observed cells of each unit. */
export function observedCells(panel: Panel): number[][] {
  const width = panel.periods.length;
  return panel.units.map((_, unit) =>
    Array.from({ length: width }, (_, t) => unit * width + t).filter((cell) => panel.observed[cell] === 1),
  );
}

/** Statistics of one column over the observed cells. */
export function columnQuality(
  panel: Panel,
  name: string,
  role: ColumnQuality["role"],
  cells: readonly (readonly number[])[],
): ColumnQuality {
  const values = columnValues(panel, name);
  const width = panel.periods.length;
  const total: (number | null)[] = Array.from({ length: width }, () => null);
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let zeros = 0;
  let count = 0;
  for (const own of cells) {
    for (const cell of own) {
      const value = values[cell]!;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
      sum += value;
      zeros += value === 0 ? 1 : 0;
      count++;
      const t = cell % width;
      total[t] = (total[t] ?? 0) + value;
    }
  }
  return {
    name,
    role,
    minimum,
    mean: sum / count,
    maximum,
    zeroShare: zeros / count,
    outliers: cells.reduce((found, own) => found + outlyingCells(values, own).length, 0),
    total,
  };
}

/** Cells of one unit more than 1.5 interquartile ranges below the first or above the third quartile (Tukey). */
function outlyingCells(values: Float64Array, cells: readonly number[]): number[] {
  if (cells.length < 4) return [];
  const sorted = Float64Array.from(cells, (cell) => values[cell]!).sort();
  const low = quantile(sorted, 0.25);
  const high = quantile(sorted, 0.75);
  const reach = 1.5 * (high - low);
  if (reach === 0) return [];
  return cells.filter((cell) => values[cell]! < low - reach || values[cell]! > high + reach);
}
