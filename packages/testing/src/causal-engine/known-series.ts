// The data of the causal conformance suite: five series with a known graph, skewed noise, mild autocorrelation.

import { type CausalData, createRandom } from "@mmm/core";

/** Same-period edges (cause, effect, weight) and lagged ones of the suite's data. */
export const sameEdges: readonly (readonly [number, number, number])[] = [
  [2, 0, 0.9],
  [0, 3, -1.1],
  [4, 3, 0.8],
];
export const lagEdges: readonly (readonly [number, number, number])[] = [
  [2, 1, 0.7],
  [4, 0, -0.6],
];
export const names: readonly string[] = ["tv", "search", "radio", "sales", "social"];

export interface KnownSeries {
  /** Adds the lagged edges and own pasts, and marks the rows as consecutive in time. */
  readonly temporal: boolean;
  /** Default 400. */
  readonly rows?: number;
  /** Default 1; each unit has its own level. */
  readonly units?: number;
}

/** Rows of the known process; without `temporal` they are independent and the lagged edges absent. */
export function knownSeries({ temporal, rows = 400, units = 1 }: KnownSeries): CausalData {
  const random = createRandom(7).split("causal conformance");
  const size = names.length;
  const order = [2, 4, 0, 1, 3];
  const values = new Float64Array(rows * size);
  const per = rows / units;
  const level = Array.from({ length: units * size }, () => 10 * random.normal());
  for (let t = 0; t < rows; t++) {
    const past = t % per === 0 || !temporal ? -1 : t - 1;
    for (const j of order) {
      let value = -Math.log(1 - random.uniform()) - 1;
      for (const [i, effect, weight] of sameEdges) if (effect === j) value += weight * values[t * size + i]!;
      if (past >= 0) {
        value += 0.3 * values[past * size + j]!;
        for (const [i, effect, weight] of lagEdges) if (effect === j) value += weight * values[past * size + i]!;
      }
      values[t * size + j] = value;
    }
  }
  const shifted = values.map((value, k) => value + level[Math.floor(k / (per * size)) * size + (k % size)]!);
  return {
    columns: names,
    rows,
    values: shifted,
    temporal,
    ...(units > 1 && {
      units: Array.from({ length: units }, (_, unit) => `unit ${unit + 1}`),
      unitOffsets: Array.from({ length: units + 1 }, (_, unit) => unit * per),
    }),
  };
}
