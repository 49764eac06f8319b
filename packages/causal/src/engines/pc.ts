// The constraint-based classic: edges that some set of other variables explains away are removed, colliders and Meek's
// rules orient the rest. Fast and scale-free; weak where correlations nearly cancel or the graph is dense.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import type { Adjacency, LagLayer } from "../graph/adjacency.js";
import { applyMeekRules } from "../graph/meek.js";
import { orientColliders } from "../independence/colliders.js";
import { partialCorrelation, subsets } from "../independence/partial-correlation.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { type ContemporaneousProblem, contemporaneousEngine } from "./contemporaneous-engine.js";

export interface PcSettings {
  /** Significance level of each test. Default 0.01. */
  readonly alpha?: number;
  /** Largest conditioning set. Default: as many as the rows allow. */
  readonly maxConditions?: number;
}

/**
 * PC-stable with Fisher's z; colliders by majority: c in a − c − b is a common effect when fewer than half of the sets
 * (up to four neighbours) that separate a and b contain it.
 *
 * Weights are the partial correlation at the test with the highest p-value of each pair, so pairs without an edge keep
 * a (small) score. The result may be cyclic or conflicting when tests contradict one another; it is returned as found.
 *
 * Source: Spirtes, Glymour & Scheines (2000); Colombo & Maathuis (2014), "Order-independent constraint-based causal
 * structure learning".
 * @example await pc({ alpha: 0.05 }).discover(data)
 */
export function pc(settings: PcSettings = {}): ResamplableEngine {
  const { alpha = 0.01, maxConditions = Number.POSITIVE_INFINITY } = settings;
  return contemporaneousEngine({
    id: "pc",
    title: "PC-stable with partial correlation",
    citations: [
      "Spirtes, Glymour & Scheines (2000), Causation, prediction, and search. MIT Press.",
      "Colombo & Maathuis (2014), Order-independent constraint-based causal structure learning. JMLR 15.",
    ],
    kind: "cpdag",
    settings: { alpha, maxConditions: settings.maxConditions ?? null },
    weightScale: "partial correlation",
    scaleInvariant: true,
    solve: (problem, hooks) => solve(problem, alpha, maxConditions, hooks),
  });
}

function solve(problem: ContemporaneousProblem, alpha: number, maxConditions: number, hooks?: RunHooks): LagLayer {
  const { moments, rules } = problem;
  const { size, rows, correlation } = moments;
  const most = Math.min(maxConditions, size - 2, Math.max(0, Math.floor(rows / 3) - 3));
  const test = partialCorrelation(correlation, size, rows, size);
  const marks: Adjacency = new Uint8Array(size * size);
  const weights = new Float64Array(size * size);
  const surest = new Float64Array(size * size).fill(-1);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i !== j && (rules.allowed[i * size + j] || rules.allowed[j * size + i])) marks[i * size + j] = 1;
    }
  }

  for (let count = 0; count <= most; count++) {
    throwIfCancelled(hooks);
    const frozen = marks.slice();
    let testable = false;
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        if (!marks[i * size + j]) continue;
        for (const [from, to] of [
          [i, j],
          [j, i],
        ] as const) {
          const neighbours = neighboursOf(frozen, from, to);
          if (neighbours.length < count || (count === 0 && from > to)) continue;
          testable = true;
          for (const given of subsets(neighbours, count)) {
            const value = test.value(i, j, given, count);
            const significance = test.significance(value, count);
            if (significance > surest[i * size + j]!) {
              surest[i * size + j] = significance;
              weights[i * size + j] = weights[j * size + i] = value;
            }
          }
        }
        const required = rules.required[i * size + j] || rules.required[j * size + i];
        if (surest[i * size + j]! > alpha && !required) marks[i * size + j] = marks[j * size + i] = 0;
      }
    }
    if (!testable) break;
  }

  /** Majority rule: how far fewer than half of the sets that separate a and b contain c. */
  const skeleton = marks.slice();
  const evidence = (a: number, b: number, c: number): number => {
    let [separating, containing] = [0, 0];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const neighbours = neighboursOf(skeleton, from, to);
      for (let count = 0; count <= Math.min(most, neighbours.length, 4); count++) {
        for (const given of subsets(neighbours, count)) {
          if (test.significance(test.value(a, b, given, count), count) <= alpha) continue;
          separating++;
          if (given.includes(c)) containing++;
        }
      }
    }
    return separating === 0 ? 0 : 0.5 - containing / separating;
  };
  for (let k = 0; k < marks.length; k++) if (!rules.allowed[k]) marks[k] = 0;
  orientColliders(marks, evidence);
  return { lag: 0, weights, adjacency: applyMeekRules(marks) };
}

function neighboursOf(marks: Adjacency, node: number, without: number): number[] {
  const size = Math.sqrt(marks.length);
  const out: number[] = [];
  for (let other = 0; other < size; other++) {
    if (other !== without && (marks[node * size + other] || marks[other * size + node])) out.push(other);
  }
  return out;
}
