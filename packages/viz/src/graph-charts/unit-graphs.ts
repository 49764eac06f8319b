// Graphs of many units in compact form: one list of scored pairs, and per unit only numbers in its order, so that a page
// can hold a thousand units and draw the one a reader picks.

import type { CausalEdge } from "@mmm/core";
import type { DrawnGraph } from "./graph-network.js";

export interface UnitGraphs {
  readonly nodes: readonly string[];
  /** Scored pairs as positions in `nodes`, with the lag; every list of weights and probabilities follows this order. */
  readonly pairs: readonly (readonly [from: number, to: number, lag: number])[];
  /** Mean graphs of groups of units; empty where the engine forms none. */
  readonly clusters: readonly ClusterOfUnits[];
  readonly units: readonly UnitGraph[];
}

export interface PairScores {
  readonly name: string;
  readonly weights: readonly number[];
  readonly probabilities: readonly (number | null)[];
  /** Positions in `pairs` of the selected edges. */
  readonly selected: readonly number[];
}

export interface ClusterOfUnits extends PairScores {
  /** Part of all units, in 0 … 1. */
  readonly share: number;
}

export interface UnitGraph extends PairScores {
  /** Most likely cluster, as a position in `clusters`, and how likely it is; null without clusters. */
  readonly cluster: { readonly position: number; readonly probability: number } | null;
  readonly forecast: UnitForecast | null;
}

/** A forecast of one node with the last observed values before it. */
export interface UnitForecast {
  readonly node: string;
  /** Labels of the history and then of the forecast. */
  readonly periods: readonly string[];
  readonly history: readonly (number | null)[];
  readonly mean: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Probability of the interval. */
  readonly interval: number;
}

/** The graph of one unit or cluster as the charts take it. */
export function drawnGraph({ nodes, pairs }: UnitGraphs, scores: PairScores): DrawnGraph {
  const selected = new Set(scores.selected);
  const edges = pairs.map(([from, to, lag], k): CausalEdge => {
    const weight = scores.weights[k]!;
    return {
      from: nodes[from]!,
      to: nodes[to]!,
      lag,
      weight,
      probability: scores.probabilities[k]!,
      sign: weight > 0 ? 1 : weight < 0 ? -1 : 0,
      selected: selected.has(k),
    };
  });
  return { nodes, edges };
}

/** The same with numbers of three decimals and at most `most` units, for embedding in a page. */
export function compactUnits(units: UnitGraphs, most: number): UnitGraphs {
  const short = <T extends PairScores>(scores: T): T => ({
    ...scores,
    weights: scores.weights.map(rounded),
    probabilities: scores.probabilities.map((value) => (value === null ? null : rounded(value))),
  });
  const { nodes, pairs, clusters } = units;
  return { nodes, pairs, clusters: clusters.map(short), units: units.units.slice(0, most).map(short) };
}

const rounded = (value: number): number => Math.round(1000 * value) / 1000;
