// Are bootstrap edge probabilities right? Pooled over all pairs and seeds of each internally standardised cell.

import {
  edgeProbabilities,
  expectedCalibrationError,
  offDiagonal,
  probabilitiesOf,
  recommendEngine,
  truthAdjacency,
} from "@mmm/causal";
import type { Cell } from "./cells.js";

export interface CalibrationRow {
  readonly cell: string;
  readonly seeds: number;
  readonly replicates: number;
  /** Over all pairs of all seeds together. */
  readonly pooledEce: number;
  /** Mean over seeds of each data set's own error (biased upwards: 90 pairs in ten bins). */
  readonly meanEce: number;
  /** Per data set, discovery included. */
  readonly cpuSeconds: number;
}

/** Bootstrap the recommended engine on every data set of a cell; also returns all pairs for pooling across cells. */
export async function calibrate(
  cell: Cell,
  replicates: number,
): Promise<{ readonly row: CalibrationRow; readonly said: readonly number[]; readonly happened: readonly number[] }> {
  const said: number[] = [];
  const happened: number[] = [];
  let meanEce = 0;
  let cpu = 0;
  for (let seed = 0; seed < cell.seeds; seed++) {
    const { data, truth } = cell.draw(seed);
    const { engine } = await recommendEngine(data);
    const start = process.cpuUsage();
    const graph = await edgeProbabilities(data, engine, { replicates, seed });
    const { user, system } = process.cpuUsage(start);
    cpu += (user + system) / 1e6 / cell.seeds;
    const probabilities = offDiagonal(probabilitiesOf(graph));
    const outcomes = offDiagonal(truthAdjacency(truth));
    meanEce += expectedCalibrationError(probabilities, outcomes) / cell.seeds;
    said.push(...probabilities);
    happened.push(...outcomes);
  }
  const pooledEce = expectedCalibrationError(said, happened);
  return {
    row: { cell: cell.name, seeds: cell.seeds, replicates, pooledEce, meanEce, cpuSeconds: cpu },
    said,
    happened,
  };
}
