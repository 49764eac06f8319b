import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { isAcyclic } from "../graph/order.js";
import { truthWeights } from "../metrics/score-graph.js";
import { randomDag, simulateInternallyStandardised, simulateLinear, simulateSvar, standardise } from "./index.js";

describe("random graphs", () => {
  it("have the protocol's edge counts and no cycle", () => {
    for (const [family, size, edges] of [
      ["ER1", 10, 10],
      ["ER4", 10, 40],
      ["SF4", 10, 30],
      ["SF4", 50, 190],
    ] as const) {
      for (let seed = 0; seed < 5; seed++) {
        const dag = randomDag(createRandom(seed), size, family);
        expect(dag.reduce((sum, mark) => sum + mark, 0)).toBe(edges);
        expect(isAcyclic(dag)).toBe(true);
      }
    }
  });

  it("scale-free graphs have hubs: one node is the target of far more than the average", () => {
    const dag = randomDag(createRandom(1), 100, "SF4");
    const inDegrees = Array.from({ length: 100 }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < 100; i++) sum += dag[i * 100 + j]!;
      return sum;
    });
    expect(Math.max(...inDegrees)).toBeGreaterThan(5 * 3.9);
  });

  it("refuse an unknown family", () => {
    expect(() => randomDag(createRandom(0), 5, "XX2" as "ER2")).toThrow("'XX2' is no graph family");
  });
});

function covariance(values: Float64Array, size: number, i: number, j: number): number {
  const n = values.length / size;
  let [mi, mj, sum] = [0, 0, 0];
  for (let t = 0; t < n; t++) {
    mi += values[t * size + i]! / n;
    mj += values[t * size + j]! / n;
  }
  for (let t = 0; t < n; t++) sum += ((values[t * size + i]! - mi) * (values[t * size + j]! - mj)) / n;
  return sum;
}

it("residuals of the linear model with the true weights are uncorrelated and of unit variance", () => {
  const { data, truth } = simulateLinear({ family: "ER2", size: 5, seed: 3, rows: 20_000, noise: "exp" });
  const weights = truthWeights(truth);
  const residuals = data.values.slice();
  for (let t = 0; t < data.rows; t++) {
    for (let j = 0; j < 5; j++) {
      for (let i = 0; i < 5; i++) residuals[t * 5 + j]! -= weights[i * 5 + j]! * data.values[t * 5 + i]!;
    }
  }
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 5; j++) expect(covariance(residuals, 5, i, j)).toBeCloseTo(i === j ? 1 : 0, 1);
  }
});

it("the same seed gives the same data, the next seed other data", () => {
  const first = simulateLinear({ family: "ER1", size: 4, seed: 0, rows: 50 });
  expect(simulateLinear({ family: "ER1", size: 4, seed: 0, rows: 50 })).toEqual(first);
  expect(simulateLinear({ family: "ER1", size: 4, seed: 1, rows: 50 }).data.values).not.toEqual(first.data.values);
});

it("internally standardised variables have variance near 1 whatever their place", () => {
  const { data } = simulateInternallyStandardised({ family: "ER2", size: 10, seed: 0, rows: 20_000 });
  for (let j = 0; j < 10; j++) expect(covariance(data.values, 10, j, j)).toBeCloseTo(1, 6);
});

it("a vector autoregression stays bounded, and panels have their own level per unit", () => {
  const { data, truth } = simulateSvar({ size: 5, seed: 2, periods: 300, units: 3, lags: 2 });
  expect(data.unitOffsets).toEqual([0, 300, 600, 900]);
  expect(truth.edges.filter((edge) => edge.lag === 0)).toHaveLength(5);
  expect(truth.edges.filter((edge) => edge.lag === 2)).toHaveLength(5);
  const standardised = standardise(data);
  for (let j = 0; j < 5; j++) expect(covariance(standardised.values, 5, j, j)).toBeCloseTo(1, 9);
  expect(Math.max(...data.values.map(Math.abs))).toBeLessThan(300);
});
