// Linear structural equation models. Raw columns give the causal order away through their variances (they grow
// downstream), so claims need the standardised form too; see also `simulateInternallyStandardised`.

import { createRandom } from "@mmm/core";
import { adjacencyFromWeights } from "../graph/adjacency.js";
import { topologicalOrder } from "../graph/order.js";
import { drawNoise, drawUnitNoise, type NoiseLaw } from "./noise.js";
import { type GraphFamily, randomDag, randomWeights } from "./random-graph.js";
import { type SimulatedData, simulatedNames, standardise, trueEdges } from "./simulated.js";

export interface LinearSimulation {
  readonly family: GraphFamily;
  readonly size: number;
  readonly seed: number;
  /** Default 1000. */
  readonly rows?: number;
  /** Default "gauss". */
  readonly noise?: NoiseLaw;
  /** Standardise the finished columns. Default false. */
  readonly standardised?: boolean;
}

/**
 * `x_j = Σ_i W[i, j] x_i + noise_j` with W uniform on ±[0.5, 2] and noise of scale 1 for every variable.
 *
 * @example simulateLinear({ family: "ER2", size: 10, seed: 0 }).truth.edges.length // 20
 */
export function simulateLinear(simulation: LinearSimulation): SimulatedData {
  const { family, size, seed, rows = 1000, noise = "gauss", standardised = false } = simulation;
  const random = createRandom(seed).split(`linear/${family}/${size}/${noise}`);
  const weights = randomWeights(random, randomDag(random, size, family));
  const names = simulatedNames(size);
  const order = topologicalOrder(adjacencyFromWeights(weights));
  const values = new Float64Array(rows * size);
  for (let t = 0; t < rows; t++) {
    for (const j of order) {
      let value = drawNoise(random, noise);
      for (let i = 0; i < size; i++) value += weights[i * size + j]! * values[t * size + i]!;
      values[t * size + j] = value;
    }
  }
  const raw = { columns: names, rows, values, temporal: false };
  const truth = { nodes: names, edges: trueEdges(names, weights, 0) };
  return { data: standardised ? standardise(raw) : raw, truth };
}

/**
 * Internally standardised model: each variable is divided by its standard deviation before its effects use it, so
 * neither variances nor (mostly) R² tell the order: the honest track for data without a natural scale.
 *
 * A large sample fixes the standard deviations; the effective weight is W[i, j] over that of j.
 *
 * Source: Ormaniec et al. (2025), "Standardizing structural causal models".
 */
export function simulateInternallyStandardised(simulation: Omit<LinearSimulation, "standardised">): SimulatedData {
  const { family, size, seed, rows = 150, noise = "gauss" } = simulation;
  const random = createRandom(seed).split(`iscm/${family}/${size}/${noise}`);
  const drawn = randomWeights(random, randomDag(random, size, family));
  const order = topologicalOrder(adjacencyFromWeights(drawn));
  const calibrationRows = Math.max(rows, 20_000);
  const names = simulatedNames(size);
  const weights = new Float64Array(size * size);
  const values = new Float64Array(calibrationRows * size);
  for (const j of order) {
    let mean = 0;
    for (let t = 0; t < calibrationRows; t++) {
      let value = drawUnitNoise(random, noise);
      for (let i = 0; i < size; i++) value += drawn[i * size + j]! * values[t * size + i]!;
      values[t * size + j] = value;
      mean += value / calibrationRows;
    }
    let variance = 0;
    for (let t = 0; t < calibrationRows; t++) variance += (values[t * size + j]! - mean) ** 2 / calibrationRows;
    const sd = Math.sqrt(variance);
    for (let t = 0; t < calibrationRows; t++) values[t * size + j] = (values[t * size + j]! - mean) / sd;
    for (let i = 0; i < size; i++) weights[i * size + j] = drawn[i * size + j]! / sd;
  }
  return {
    data: { columns: names, rows, values: values.slice(0, rows * size), temporal: false },
    truth: { nodes: names, edges: trueEdges(names, weights, 0) },
  };
}
