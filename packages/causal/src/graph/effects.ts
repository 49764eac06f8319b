// Effects by intervention on linear graphs. A weight W[i, j] is the direct effect of one unit of i on j; the total
// effect also counts everything that flows through other variables.

import type { CausalGraph } from "@mmm/core";
import { adjacencyFromWeights, maxLagOf, sizeOf, weightsOf } from "./adjacency.js";
import { topologicalOrder } from "./order.js";

/**
 * Total effects of a linear DAG: `T[i, j] = d E[j | do(i)] / d i`, the sum over directed paths of products of weights.
 *
 * `T = (I − W)⁻¹ − I`, computed along the causal order.
 *
 * @param weights `[size, size]`, cause first, acyclic
 * @returns `[size, size]`; the diagonal is 0
 * @throws MmmError `CYCLE`
 */
export function totalEffects(weights: Float64Array): Float64Array {
  const size = sizeOf(weights);
  const order = topologicalOrder(adjacencyFromWeights(weights));
  const total = new Float64Array(size * size);
  for (const effect of order) {
    for (let parent = 0; parent < size; parent++) {
      const weight = weights[parent * size + effect]!;
      if (weight === 0 || parent === effect) continue;
      total[parent * size + effect]! += weight;
      for (let cause = 0; cause < size; cause++) {
        if (cause !== parent) total[cause * size + effect]! += total[cause * size + parent]! * weight;
      }
    }
  }
  return total;
}

/**
 * How every variable changes when some are set by hand: `do(x = value)` against `baseline`.
 *
 * Incoming edges of the set variables are cut, so a variable that is set does not answer to its causes.
 *
 * @param settings change of each set variable, index → difference from its baseline
 * @returns change of every variable, `[size]`
 */
export function interventionEffect(weights: Float64Array, settings: ReadonlyMap<number, number>): Float64Array {
  const size = sizeOf(weights);
  const order = topologicalOrder(adjacencyFromWeights(weights));
  const change = new Float64Array(size);
  for (const node of order) {
    const set = settings.get(node);
    if (set !== undefined) {
      change[node] = set;
      continue;
    }
    for (let parent = 0; parent < size; parent++) {
      if (parent !== node) change[node]! += change[parent]! * weights[parent * size + node]!;
    }
  }
  return change;
}

/**
 * Total effects over time of a lagged linear graph: what one unit of i at time t does to j at t, t+1, … `horizon`.
 *
 * `Ψ_0 = (I − W_0)⁻¹`, `Ψ_h = Σ_{ℓ=1..min(h, L)} Ψ_{h−ℓ} W_ℓ (I − W_0)⁻¹` with cause-first weights.
 *
 * @returns `horizon + 1` arrays `[size, size]`; the first holds the same-period total effects, with 1 on its diagonal
 */
export function impulseResponses(
  graph: Pick<CausalGraph, "nodes" | "edges">,
  { horizon = 8 }: { readonly horizon?: number } = {},
): Float64Array[] {
  const size = graph.nodes.length;
  const lags = maxLagOf(graph);
  const now = totalEffects(weightsOf(graph, { lag: 0 }));
  for (let i = 0; i < size; i++) now[i * size + i] = 1;
  const past = Array.from({ length: lags }, (_, k) => multiply(weightsOf(graph, { lag: k + 1 }), now, size));
  const responses = [now];
  for (let h = 1; h <= horizon; h++) {
    const response = new Float64Array(size * size);
    for (let lag = 1; lag <= Math.min(h, lags); lag++) {
      const step = multiply(responses[h - lag]!, past[lag - 1]!, size);
      for (let k = 0; k < step.length; k++) response[k]! += step[k]!;
    }
    responses.push(response);
  }
  return responses;
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) out[i * size + j]! += factor * b[k * size + j]!;
    }
  }
  return out;
}
