// PC for time series: first the lagged causes of each variable, then same-period and lagged links tested given the
// pasts of both ends, which keeps tests calibrated under autocorrelation. Scale-free; cautious about lags.

import { type RunHooks, throwIfCancelled } from "@mmm/core";
import type { LagLayer } from "../graph/adjacency.js";
import { applyMeekRules } from "../graph/meek.js";
import { orientColliders, type Separation } from "../independence/colliders.js";
import { type PartialCorrelation, partialCorrelation, subsets } from "../independence/partial-correlation.js";
import type { LagChoice } from "../lagged/lagged-design.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { type TemporalProblem, temporalEngine } from "./temporal-engine.js";

export interface PcmciPlusSettings {
  /** Default `{ atMost: 3 }`: chosen by BIC. */
  readonly lags?: LagChoice;
  /** Significance level in both phases. Default 0.01. */
  readonly alpha?: number;
}

/**
 * PCMCI+ with partial correlation.
 *
 * Phase 1, per variable: lagged candidates are dropped when independent given the strongest others. Phase 2: each link
 * i(t−τ) → j(t), τ ≥ 0, is tested given subsets of the same-period neighbours of j, the lagged causes of j and those
 * of i shifted by τ. Then colliders and Meek's rules orient the same-period links. Weights are the partial correlation
 * of the test with the highest p-value.
 *
 * Source: Runge (2020), "Discovering contemporaneous and lagged causal relations in autocorrelated nonlinear time
 * series datasets". Written from the paper.
 * @example await pcmciPlus({ lags: 1 }).discover(weeklyData)
 */
export function pcmciPlus(settings: PcmciPlusSettings = {}): ResamplableEngine {
  const { lags = { atMost: 3 }, alpha = 0.01 } = settings;
  return temporalEngine({
    id: "pcmci+",
    title: "PCMCI+ with partial correlation",
    citations: [
      "Runge (2020), Discovering contemporaneous and lagged causal relations in autocorrelated nonlinear time series datasets. UAI.",
    ],
    edges: "both",
    settings: { alpha },
    lags,
    constraints: ["tiers", "forbidden"],
    depth: (used) => 2 * used,
    solve: (problem, hooks) => solve(problem, alpha, hooks),
  });
}

function solve(problem: TemporalProblem, alpha: number, hooks?: RunHooks): LagLayer[] {
  const { design, moments, lags, rules } = problem;
  const { size: variables } = design;
  const test = partialCorrelation(moments.correlation, moments.size, moments.rows, moments.size);
  const cells = variables * variables;
  const weights = Array.from({ length: lags + 1 }, () => new Float64Array(cells));

  const width = variables * (lags + 1);
  const separations = new Map<number, Separation>();
  const lagged: number[][] = Array.from({ length: variables }, (_, j) => {
    throwIfCancelled(hooks);
    const candidates: number[] = [];
    for (let k = variables; k < variables * (lags + 1); k++) {
      const cause = k % variables;
      if (cause === j || rules.allowed[cause * variables + j]) candidates.push(k);
    }
    return laggedCauses(test, j, candidates, alpha, (k, value, significance) => {
      weights[Math.floor(k / variables)]![(k % variables) * variables + j] = value;
      if (significance > alpha) separations.set(j * width + k, { given: [], significance });
    });
  });

  const present = new Uint8Array(cells);
  for (let k = 0; k < cells; k++) {
    const [i, j] = [Math.floor(k / variables), k % variables];
    if (i !== j && (rules.allowed[k] || rules.allowed[j * variables + i])) present[k] = 1;
  }
  const kept = lagged.map((set) => new Set(set));
  const surest = new Map<number, number>();
  const conditions = new Int32Array(moments.size);

  for (let count = 0; count <= variables - 2; count++) {
    throwIfCancelled(hooks);
    const frozen = present.slice();
    let testable = false;
    for (let j = 0; j < variables; j++) {
      const neighbours: number[] = [];
      for (let i = 0; i < variables; i++) if (frozen[i * variables + j]) neighbours.push(i);
      for (const source of [...neighbours, ...kept[j]!]) {
        const contemporaneous = source < variables;
        if (contemporaneous && !present[source * variables + j]) continue;
        const others = neighbours.filter((node) => node !== source);
        if (others.length < count) continue;
        testable = true;
        for (const subset of subsets(others, count)) {
          const used = collect(conditions, subset, lagged, source, j, variables);
          const value = test.value(source, j, conditions, used);
          const significance = test.significance(value, used);
          const key = Math.min(source, j) * width + Math.max(source, j);
          if (significance > (surest.get(key) ?? -1)) {
            surest.set(key, significance);
            const layer = weights[Math.floor(source / variables)]!;
            layer[(source % variables) * variables + j] = value;
            if (contemporaneous) layer[j * variables + source] = value;
            if (significance > alpha) separations.set(key, { given: [...subset], significance });
          }
          if (significance <= alpha) continue;
          if (contemporaneous) present[source * variables + j] = present[j * variables + source] = 0;
          else kept[j]!.delete(source);
          break;
        }
      }
    }
    if (!testable) break;
  }

  const whole = new Uint8Array(width * width);
  for (let i = variables; i < width; i++) for (let j = i + 1; j < width; j++) whole[j * width + i] = 1;
  for (let i = 0; i < variables; i++) {
    for (let j = 0; j < variables; j++) {
      if (present[i * variables + j] && rules.allowed[i * variables + j]) whole[i * width + j] = 1;
    }
    for (const source of kept[i]!) whole[source * width + i] = 1;
  }
  orientColliders(whole, (a, b, c) => {
    const separation = separations.get(a * width + b);
    return separation && !separation.given.includes(c) ? 1 + separation.significance : 0;
  });
  const oriented = applyMeekRules(whole);
  return weights.map((layer, lag) => {
    const adjacency = new Uint8Array(cells);
    for (let i = 0; i < variables; i++) {
      for (let j = 0; j < variables; j++) {
        adjacency[i * variables + j] = oriented[(lag * variables + i) * width + j]!;
      }
    }
    return { lag, weights: layer, adjacency };
  });
}

/** Phase 1 for one variable: drop candidates that are independent given the `count` strongest others, count rising. */
function laggedCauses(
  test: PartialCorrelation,
  node: number,
  candidates: readonly number[],
  alpha: number,
  note: (candidate: number, value: number, significance: number) => void,
): number[] {
  let left = [...candidates];
  const strength = new Map<number, number>();
  for (let count = 0; count < Math.max(1, left.length); count++) {
    const order = [...left];
    const next: number[] = [];
    for (const candidate of order) {
      const given = order.filter((other) => other !== candidate).slice(0, count);
      const value = test.value(candidate, node, given, given.length);
      const significance = test.significance(value, given.length);
      note(candidate, value, significance);
      const magnitude = Math.min(Math.abs(value), strength.get(candidate) ?? 1);
      strength.set(candidate, magnitude);
      if (significance <= alpha) next.push(candidate);
    }
    left = next.sort((a, b) => strength.get(b)! - strength.get(a)!);
  }
  return left;
}

/** Condition set of one test: the subset, the lagged causes of `node`, and those of the source shifted to its time. */
function collect(
  into: Int32Array,
  subset: readonly number[],
  lagged: readonly (readonly number[])[],
  source: number,
  node: number,
  variables: number,
): number {
  let count = 0;
  const add = (column: number): void => {
    if (column === source || column === node) return;
    for (let k = 0; k < count; k++) if (into[k] === column) return;
    into[count++] = column;
  };
  for (const column of subset) add(column);
  for (const column of lagged[node]!) add(column);
  const shift = Math.floor(source / variables) * variables;
  for (const column of lagged[source % variables]!) add(column + shift);
  return count;
}
