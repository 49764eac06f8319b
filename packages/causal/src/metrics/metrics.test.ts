import { describe, expect, it } from "vitest";
import { adjacencyFromPairs, graphFromLayers } from "../graph/adjacency.js";
import { brierScore, expectedCalibrationError } from "./calibration.js";
import { auprc, auroc } from "./ranking.js";
import { scoreGraph } from "./score-graph.js";
import { shdCpdag, structureScore } from "./structure.js";

const truth = adjacencyFromPairs(4, [
  [0, 1],
  [1, 2],
  [2, 3],
]);

describe("structure score", () => {
  it("counts a reversal once, an extra and a missing link once each", () => {
    const estimate = adjacencyFromPairs(4, [
      [1, 0],
      [1, 2],
      [0, 3],
    ]);
    const score = structureScore(estimate, truth);
    expect(score.shd).toBe(3);
    expect(score.tpr).toBeCloseTo(1 / 3);
    expect(score.fdr).toBeCloseTo(2 / 3);
    expect(score.fpr).toBeCloseTo(2 / 3);
    expect(score.drawn).toBe(3);
  });

  it("takes an undirected true link as found, and an equivalent DAG as distance 0 between classes", () => {
    const line = adjacencyFromPairs(4, [
      [0, 1],
      [1, 0],
      [1, 2],
      [2, 1],
      [2, 3],
      [3, 2],
    ]);
    expect(structureScore(line, truth)).toMatchObject({ shd: 0, tpr: 1, fdr: 0, drawn: 3 });
    expect(shdCpdag(line, truth)).toBe(0);
    const backwards = adjacencyFromPairs(4, [
      [3, 2],
      [2, 1],
      [1, 0],
    ]);
    expect(structureScore(backwards, truth).shd).toBe(3);
    expect(shdCpdag(backwards, truth)).toBe(0);
  });

  it("refuses graphs of different size", () => {
    expect(() => structureScore(new Uint8Array(9), truth)).toThrow("3 and 4 nodes");
  });
});

describe("ranking", () => {
  it("equals the fraction of correctly ordered pairs, ties one half", () => {
    const scores = [0.9, 0.8, 0.8, 0.3, 0.1];
    const labels = [1, 0, 1, 1, 0];
    let right = 0;
    for (const [i, a] of labels.entries()) {
      for (const [j, b] of labels.entries()) {
        if (a === 1 && b === 0) right += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
    expect(auroc(scores, labels)).toBeCloseTo(right / 6, 12);
  });

  it("average precision of a hand-worked ranking", () => {
    expect(auprc([4, 3, 2, 1], [1, 0, 1, 0])).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
    expect(auprc([1, 1, 1, 1], [1, 0, 0, 0])).toBeCloseTo(0.25, 12);
  });
});

it("calibration: bins, Brier", () => {
  const said = [0.05, 0.05, 0.85, 0.85];
  const happened = [0, 0, 1, 0];
  expect(expectedCalibrationError(said, happened)).toBeCloseTo(0.5 * 0.05 + 0.5 * 0.35, 12);
  expect(brierScore(said, happened)).toBeCloseTo((2 * 0.0025 + 0.0225 + 0.7225) / 4, 12);
});

it("scores a lagged graph by lag, whatever the order of the nodes in the truth", () => {
  const graph = graphFromLayers({
    kind: "lagged",
    nodes: ["a", "b"],
    engine: { id: "t", version: "1", settings: {} },
    weightScale: "raw",
    layers: [
      { lag: 0, weights: [0, 0.7, 0.1, 0], adjacency: [0, 1, 0, 0] },
      { lag: 1, weights: [0.6, 0.2, 0, 0.1], adjacency: [1, 1, 0, 0] },
    ],
  });
  const score = scoreGraph(graph, {
    nodes: ["b", "a"],
    edges: [
      { from: "a", to: "b", lag: 0, weight: 1 },
      { from: "a", to: "a", lag: 1, weight: 0.5 },
    ],
  });
  expect(score.shd).toBe(0);
  expect(score.auroc).toBe(1);
  expect(score.lagged).toEqual({ auroc: 1, auprc: 1, shd: 1 });
  expect(score.brier).toBeNull();
});

it("refuses scores that are not numbers", () => {
  expect(() => auroc([0.2, Number.NaN], [1, 0])).toThrow("Score 1 of 2 is NaN");
  expect(() => auprc([Number.NaN, 0.2], [1, 0])).toThrow("Score 0 of 2 is NaN");
});
