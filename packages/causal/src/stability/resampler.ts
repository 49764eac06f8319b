// How an engine lets the bootstrap run it again on reweighted rows without paying for the whole discovery each time.

import type { CausalData, CausalEngine, DiscoverOptions } from "@mmm/core";
import type { LagLayer } from "../graph/adjacency.js";

/** A discovery prepared once for one data set. */
export interface Resampler {
  /** The rows that can be drawn: for lagged engines, those with a complete past. */
  readonly rows: number;
  /** Rows of one unit lie between consecutive offsets. */
  readonly unitOffsets: readonly number[];
  /** Layers found when row t counts `weights[t]` times (whole numbers). The arrays may be reused by the next call. */
  estimate(weights: Float64Array): readonly LagLayer[];
}

/** An engine with a fast path for the bootstrap. Engines without one are run on resampled rows. */
export interface ResamplableEngine extends CausalEngine {
  resampler(data: CausalData, options?: DiscoverOptions): Resampler;
}

export function isResamplable(engine: CausalEngine): engine is ResamplableEngine {
  return typeof (engine as Partial<ResamplableEngine>).resampler === "function";
}

/** The rows, each repeated `weights[row]` times in place; units keep their order. */
export function repeatRows(data: CausalData, weights: Float64Array): CausalData {
  const size = data.columns.length;
  const offsets = data.unitOffsets ?? [0, data.rows];
  const rows = weights.reduce((sum, weight) => sum + weight, 0);
  const values = new Float64Array(rows * size);
  const newOffsets = [0];
  let at = 0;
  for (let unit = 0; unit + 1 < offsets.length; unit++) {
    for (let t = offsets[unit]!; t < offsets[unit + 1]!; t++) {
      const row = data.values.subarray(t * size, (t + 1) * size);
      for (let k = 0; k < weights[t]!; k++, at++) values.set(row, at * size);
    }
    newOffsets.push(at);
  }
  return { ...data, rows, values, unitOffsets: newOffsets };
}
