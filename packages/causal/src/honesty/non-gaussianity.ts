// Would LiNGAM have something to read? Tests what a linear Gaussian graph leaves over.

import type { CausalData, CausalGraph } from "@mmm/core";
import { adjacencyOf } from "../graph/adjacency.js";
import { asDag } from "../graph/as-dag.js";
import { centredColumns } from "../lingam/direct-order.js";
import { solveSubset } from "../moments/dependence.js";
import { type Moments, momentsOf } from "../moments/moments.js";
import { parentLists } from "../search/edge-weights.js";
import { chiSquaredTail } from "../significance/distributions.js";
import { type NormalityTest, normalityTest } from "./normality.js";

export interface NonGaussianity {
  readonly perColumn: readonly (NormalityTest & { readonly column: string })[];
  /** p-value of "all residuals are Gaussian": the sum of the statistics, chi-squared with 2 · d degrees of freedom. */
  readonly significance: number;
  /** Residuals that reject on their own at 5 %. */
  readonly rejecting: number;
  /** True when p < 0.001 and at least half of the residuals reject: LiNGAM needs at most one Gaussian noise. */
  readonly recommendsLingam: boolean;
}

/**
 * Normality of the residuals of each column given its parents in `graph` (same period).
 *
 * Residuals of autocorrelated columns are not independent rows; pass a lagged design's data for time series.
 */
export function nonGaussianity(data: CausalData, graph: Pick<CausalGraph, "nodes" | "edges">): NonGaussianity {
  const residuals = residualColumns(data, momentsOf(data), parentLists(asDag(adjacencyOf(graph))));
  return testResiduals(data.columns, residuals);
}

/** The same from residuals at hand, one array per column. */
export function testResiduals(columns: readonly string[], residuals: readonly Float64Array[]): NonGaussianity {
  const perColumn = residuals.map((values, j) => ({ column: columns[j]!, ...normalityTest(values) }));
  const total = perColumn.reduce((sum, test) => sum + test.statistic, 0);
  const significance = chiSquaredTail(total, 2 * perColumn.length);
  const rejecting = perColumn.filter((test) => test.significance < 0.05).length;
  return {
    perColumn,
    significance,
    rejecting,
    recommendsLingam: significance < 0.001 && 2 * rejecting >= perColumn.length,
  };
}

/** What each column leaves after linear regression on its parents, centred within units. */
export function residualColumns(
  data: CausalData,
  moments: Moments,
  parents: readonly (readonly number[])[],
): Float64Array[] {
  const { size, correlation, scale } = moments;
  const columns = centredColumns(data.values, size, data.rows, data.unitOffsets ?? [0, data.rows]);
  return parents.map((set, j) => {
    const coefficients = solveSubset(correlation, size, set, j);
    const left = columns[j]!.slice();
    for (const [k, parent] of set.entries()) {
      const factor = (coefficients[k]! * scale[j]!) / scale[parent]!;
      const source = columns[parent]!;
      for (let t = 0; t < left.length; t++) left[t]! -= factor * source[t]!;
    }
    return left;
  });
}
