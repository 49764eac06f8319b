import { createRandom } from "@mmm/core";
import { inverse, Matrix } from "ml-matrix";
import { expect, it } from "vitest";
import { simulateLinear, simulateSvar } from "../simulate/index.js";
import { repeatRows } from "../stability/resampler.js";
import { solveSubset } from "./dependence.js";
import { explainedShare } from "./explained-share.js";
import { momentsOf } from "./moments.js";

it("weighted moments are the moments of the repeated rows, unit by unit", () => {
  const { data } = simulateSvar({ size: 4, seed: 0, periods: 30, units: 3 });
  const random = createRandom(0);
  const weights = Float64Array.from({ length: data.rows }, () => random.integer(4));
  const weighted = momentsOf(data, weights);
  const repeated = momentsOf(repeatRows(data, weights));
  expect(weighted.rows).toBe(repeated.rows);
  for (let k = 0; k < 16; k++) expect(weighted.covariance[k]).toBeCloseTo(repeated.covariance[k]!, 9);
});

it("levels of units leave no trace", () => {
  const { data } = simulateSvar({ size: 4, seed: 1, periods: 40, units: 2 });
  const shifted = { ...data, values: data.values.map((value, k) => value + (k < 160 ? 100 : -50)) };
  const [first, second] = [momentsOf(data), momentsOf(shifted)];
  for (let k = 0; k < 16; k++) expect(second.correlation[k]).toBeCloseTo(first.correlation[k]!, 9);
  expect(first.rows).toBe(79);
});

it("R² of each column is that of the regression on all others", () => {
  const { data } = simulateLinear({ family: "ER2", size: 5, seed: 0, rows: 200 });
  const { correlation, size } = momentsOf(data);
  const shares = explainedShare(correlation, size);
  for (let j = 0; j < size; j++) {
    const others = [0, 1, 2, 3, 4].filter((i) => i !== j);
    const beta = solveSubset(correlation, size, others, j);
    const explained = others.reduce((sum, i, k) => sum + beta[k]! * correlation[i * size + j]!, 0);
    expect(shares[j]).toBeCloseTo(explained, 6);
  }
});

it("subset regression solves the normal equations", () => {
  const { data } = simulateLinear({ family: "ER2", size: 5, seed: 2, rows: 100 });
  const { covariance } = momentsOf(data);
  const matrix = new Matrix(5, 5);
  for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) matrix.set(i, j, covariance[i * 5 + j]!);
  const wanted = inverse(matrix.selection([4, 0, 2], [4, 0, 2]))
    .mmul(matrix.selection([4, 0, 2], [3]))
    .to1DArray();
  const found = solveSubset(covariance, 5, [4, 0, 2], 3);
  for (let k = 0; k < 3; k++) expect(found[k]).toBeCloseTo(wanted[k]!, 10);
});
