// Counts of drawn edges over bootstrap replicates: plain data that can be stored, continued, and added up.

import { type CausalGraph, usageError } from "@mmm/core";
import type { LagLayer } from "../graph/adjacency.js";

export interface EdgeTally {
  readonly engine: string;
  readonly nodes: readonly string[];
  readonly seed: number;
  /** Fingerprint of the data and of everything that shapes a replicate; tallies of different runs never mix. */
  readonly run: string;
  /** Numbers of the replicates counted, ascending. */
  readonly replicates: readonly number[];
  /** Per lag, `[size · size]` sums over replicates: 1 for a drawn edge, ½ each way for an undirected one. */
  readonly counts: readonly (readonly number[])[];
  /** Replicates in which the engine failed (for example a constant column was drawn). */
  readonly failed: number;
}

/** Add tallies of disjoint replicates of the same run. @throws MmmError `TALLY_MISMATCH` */
export function mergeTallies(first: EdgeTally, second: EdgeTally): EdgeTally {
  refuseOtherRun(first, second);
  const counted = new Set(first.replicates);
  const overlap = second.replicates.find((replicate) => counted.has(replicate));
  if (overlap !== undefined) {
    throw usageError(
      "TALLY_MISMATCH",
      `Both tallies count replicate ${overlap}.`,
      "Merge disjoint ranges of replicates.",
    );
  }
  const cells = first.nodes.length ** 2;
  const counts = Array.from({ length: Math.max(first.counts.length, second.counts.length) }, (_, lag) =>
    Array.from({ length: cells }, (_, cell) => (first.counts[lag]?.[cell] ?? 0) + (second.counts[lag]?.[cell] ?? 0)),
  );
  const replicates = [...first.replicates, ...second.replicates].sort((a, b) => a - b);
  return { ...first, replicates, counts, failed: first.failed + second.failed };
}

/** @throws MmmError `TALLY_MISMATCH` when the tallies count replicates of different runs */
export function refuseOtherRun(first: EdgeTally, second: EdgeTally): void {
  if (first.run === second.run && first.engine === second.engine && first.seed === second.seed) return;
  const [one, other] = [first, second].map(({ engine, seed, run }) => `${engine} (seed ${seed}, run ${run})`);
  throw usageError(
    "TALLY_MISMATCH",
    `The tallies are of different runs: ${one} and ${other}.`,
    "Merge tallies of one engine, one data set, one seed and the same options.",
  );
}

/** The graph with each pair's probability from a tally: the share of successful replicates that drew it. */
export function withProbabilities(graph: CausalGraph, tally: EdgeTally): CausalGraph {
  const index = new Map(tally.nodes.map((name, position) => [name, position]));
  const size = tally.nodes.length;
  const successes = Math.max(1, tally.replicates.length - tally.failed);
  const edges = graph.edges.map((edge) => {
    const cell = index.get(edge.from)! * size + index.get(edge.to)!;
    return { ...edge, probability: (tally.counts[edge.lag]?.[cell] ?? 0) / successes };
  });
  return Object.freeze({ ...graph, edges });
}

/** Add one replicate's graph to the sums per lag; in place. */
export function addLayers(counts: number[][], layers: readonly LagLayer[], size: number): void {
  for (const { lag, adjacency } of layers) {
    while (counts.length <= lag) counts.push(new Array<number>(size * size).fill(0));
    const sums = counts[lag]!;
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (!adjacency[i * size + j]) continue;
        const undirected = lag === 0 && adjacency[j * size + i];
        sums[i * size + j]! += undirected ? 0.5 : 1;
      }
    }
  }
}
