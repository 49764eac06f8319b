// What every simulator returns, and the standardisation that takes away the scale.

import type { CausalData } from "@mmm/core";
import { pairsOf } from "../graph/adjacency.js";
import type { TrueGraph } from "../metrics/score-graph.js";

/** Data with their answer key. */
export interface SimulatedData {
  readonly data: CausalData;
  readonly truth: TrueGraph;
}

/** Each column minus its mean over its standard deviation (population form); constant columns become 0. */
export function standardise(data: CausalData): CausalData {
  const size = data.columns.length;
  const values = new Float64Array(data.values.length);
  for (let j = 0; j < size; j++) {
    let mean = 0;
    for (let t = 0; t < data.rows; t++) mean += data.values[t * size + j]! / data.rows;
    let variance = 0;
    for (let t = 0; t < data.rows; t++) variance += (data.values[t * size + j]! - mean) ** 2 / data.rows;
    const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
    for (let t = 0; t < data.rows; t++) values[t * size + j] = (data.values[t * size + j]! - mean) * scale;
  }
  return { ...data, values };
}

/** Names `v0 … v(size−1)`. */
export function simulatedNames(size: number): string[] {
  return Array.from({ length: size }, (_, index) => `v${index}`);
}

/** True edges of one weight layer. */
export function trueEdges(names: readonly string[], weights: Float64Array, lag: number): TrueGraph["edges"][number][] {
  return pairsOf(Uint8Array.from(weights, (weight) => (weight === 0 ? 0 : 1))).map(([i, j]) => ({
    from: names[i]!,
    to: names[j]!,
    lag,
    weight: weights[i * names.length + j]!,
  }));
}
