import { createRandom } from "@mmm/core";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { randomDag, randomWeights } from "../simulate/random-graph.js";
import { adjacencyFromPairs, adjacencyFromWeights, graphFromLayers } from "./adjacency.js";
import { backdoorAdjustment, isBackdoorSet } from "./adjustment.js";
import { impulseResponses, interventionEffect, totalEffects } from "./effects.js";
import { findCycle, topologicalOrder } from "./order.js";
import { dSeparated } from "./separation.js";

const size = 7;
const models = Array.from({ length: 20 }, (_, seed) => {
  const random = createRandom(seed);
  const weights = randomWeights(random, randomDag(random, size, "ER2"), { low: 0.3, high: 1 });
  const inner = Matrix.eye(size).sub(new Matrix(rows(weights, size)));
  const solve = inverse(inner);
  return { weights, dag: adjacencyFromWeights(weights), solve, covariance: solve.transpose().mmul(solve) };
});

function rows(flat: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => flat[i * width + j]!));
}

/** Coefficient of `x` in the population regression of `y` on `x` and `given`. */
function regression(covariance: Matrix, y: number, x: number, given: readonly number[]): number {
  const inputs = [x, ...given];
  const gram = covariance.selection(inputs, inputs);
  return inverse(gram)
    .mmul(covariance.selection(inputs, [y]))
    .get(0, 0);
}

describe("linear graphs", () => {
  it("total effects are (I − W)⁻¹ − I", () => {
    for (const { weights, solve } of models) {
      const total = totalEffects(weights);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          expect(total[i * size + j]).toBeCloseTo(solve.get(i, j) - (i === j ? 1 : 0), 10);
        }
      }
    }
  });

  it("an intervention on one variable is its row of total effects; a second one cuts the path", () => {
    const chain = new Float64Array([0, 2, 0, 0, 0, 3, 0, 0, 0]);
    expect([...interventionEffect(chain, new Map([[0, 1]]))]).toEqual([1, 2, 6]);
    expect([
      ...interventionEffect(
        chain,
        new Map([
          [0, 1],
          [1, 0],
        ]),
      ),
    ]).toEqual([1, 0, 0]);
  });

  it("d-separated pairs, and only they, have a vanishing partial correlation", () => {
    for (const { dag, covariance } of models) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < i; j++) {
          for (const given of [[], [(i + 1) % size], [(i + 1) % size, (i + 3) % size]]) {
            const set = given.filter((node) => node !== i && node !== j);
            const zero = Math.abs(regression(covariance, i, j, set)) < 1e-10;
            expect(dSeparated(dag, [i], [j], set)).toBe(zero);
          }
        }
      }
    }
  });

  it("regression on a backdoor set gives the total effect", () => {
    for (const { dag, weights, covariance } of models) {
      const total = totalEffects(weights);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          const set = i === j ? null : backdoorAdjustment(dag, i, j);
          if (!set) continue;
          expect(isBackdoorSet(dag, i, j, set)).toBe(true);
          expect(regression(covariance, j, i, set)).toBeCloseTo(total[i * size + j]!, 9);
          for (const node of set) {
            const smaller = set.filter((other) => other !== node);
            expect(isBackdoorSet(dag, i, j, smaller)).toBe(false);
          }
        }
      }
    }
  });
});

it("the M-graph needs no adjustment, and adjusting for its collider is wrong", () => {
  // 0 → 2 ← 1, 0 → 3, 1 → 4, effect of 3 on 4
  const m = adjacencyFromPairs(5, [
    [0, 2],
    [1, 2],
    [0, 3],
    [1, 4],
    [3, 4],
  ]);
  expect(backdoorAdjustment(m, 3, 4)).toEqual([]);
  expect(isBackdoorSet(m, 3, 4, [2])).toBe(false);
  expect(backdoorAdjustment(m, 4, 3)).toBeNull();
});

it("impulse responses of an AR(1) with a same-period follower decay geometrically", () => {
  const graph = graphFromLayers({
    kind: "lagged",
    nodes: ["a", "b"],
    engine: { id: "t", version: "1", settings: {} },
    weightScale: "raw",
    layers: [
      { lag: 0, weights: [0, 3, 0, 0], adjacency: [0, 1, 0, 0] },
      { lag: 1, weights: [0.5, 0, 0, 0], adjacency: [1, 0, 0, 0] },
    ],
  });
  const responses = impulseResponses(graph, { horizon: 3 });
  expect(responses.map((response) => response[0])).toEqual([1, 0.5, 0.25, 0.125]);
  expect(responses.map((response) => response[1])).toEqual([3, 1.5, 0.75, 0.375]);
});

it("names a cycle", () => {
  const ring = adjacencyFromPairs(3, [
    [0, 1],
    [1, 2],
    [2, 0],
  ]);
  expect(findCycle(ring)).toEqual([0, 1, 2, 0]);
  expect(() => topologicalOrder(ring, ["tv", "search", "sales"])).toThrow("tv → search → sales → tv");
});
