import { dictionaryColumns } from "../evidence/design.js";
import { nodeSeries, type Shop } from "../shops/shop.js";
import { symmetricEigen } from "./principal.js";
import type { ResponseShape } from "./shapes.js";

export interface Directions {
  /** Row-major `[width, shapes]`, scaled so that a unit-variance prior on the blends is the average over shapes. */
  readonly values: Float64Array;
  readonly width: number;
  /** Share of the dictionary's variance that the kept directions carry. */
  readonly kept: number;
}

/**
 * Principal directions of the dictionary, from the average correlation of its columns over shops and nodes.
 * The leading direction is oriented so that more activity means a larger value.
 */
export function principalDirections(
  shops: readonly Shop[],
  nodes: number,
  shapes: readonly ResponseShape[],
  width: number,
): Directions {
  const size = shapes.length;
  const sum = new Float64Array(size * size);
  let count = 0;
  for (const shop of shops) {
    for (let node = 0; node < nodes; node++) {
      const { columns, series } = dictionaryColumns(nodeSeries(shop, node, nodes), shapes);
      if (series.sd === 0) continue;
      const standard = columns.map(standardise);
      count++;
      for (let i = 0; i < size; i++) {
        for (let j = i; j < size; j++) {
          const a = standard[i]!;
          const b = standard[j]!;
          let product = 0;
          for (let t = 0; t < a.length; t++) product += a[t]! * b[t]!;
          sum[i * size + j]! += product / a.length;
          if (i !== j) sum[j * size + i]! += product / a.length;
        }
      }
    }
  }
  if (count === 0) for (let i = 0; i < size; i++) sum[i * size + i] = 1;
  for (let i = 0; i < sum.length; i++) sum[i]! /= Math.max(1, count);
  const { values, vectors } = symmetricEigen(sum, size);
  const kept = Math.min(width, size);
  const out = new Float64Array(kept * size);
  for (let w = 0; w < kept; w++) {
    const row = vectors.subarray(w * size, (w + 1) * size);
    const orientation = row.reduce((total, value) => total + value, 0) < 0 ? -1 : 1;
    for (let d = 0; d < size; d++) out[w * size + d] = (orientation * row[d]!) / Math.sqrt(size);
  }
  const total = values.reduce((a, b) => a + b, 0);
  return { values: out, width: kept, kept: values.slice(0, kept).reduce((a, b) => a + b, 0) / total };
}

function standardise(column: Float64Array): Float64Array {
  let mean = 0;
  for (const value of column) mean += value / column.length;
  let variance = 0;
  for (const value of column) variance += (value - mean) ** 2 / column.length;
  const scale = variance > 1e-18 ? 1 / Math.sqrt(variance) : 0;
  return column.map((value) => (value - mean) * scale);
}
