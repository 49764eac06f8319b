import type { CausalEdge } from "@mmm/core";
import { expect, test } from "vitest";
import { threeUnits } from "../fixture/three-units.js";
import { drawnEdges } from "./drawn-edges.js";
import { clusterNetworks, unitCharts, unitEdgeHeatmap } from "./unit-charts.js";
import { compactUnits, drawnGraph } from "./unit-graphs.js";

const edge = (from: string, to: string, more: Partial<CausalEdge> = {}): CausalEdge => ({
  from,
  to,
  lag: 0,
  weight: 0.5,
  probability: 0.4,
  sign: 1,
  selected: true,
  ...more,
});

test("an undirected edge is drawn once, with the probability of either direction", () => {
  const edges = [
    edge("a", "b", { directed: false, probability: 0.7 }),
    edge("b", "a", { directed: false, probability: 0.25 }),
    edge("a", "a", { lag: 1 }),
    edge("b", "c"),
    edge("c", "b", { lag: 1, selected: false }),
  ];
  const drawn = drawnEdges({ edges });
  expect(drawn.map(({ from, to }) => from + to)).toEqual(["ab", "bc"]);
  expect(drawn[0]!.probability).toBeCloseTo(0.95, 12);
});

test("a unit's numbers become the edges of its graph", () => {
  const { edges } = drawnGraph(threeUnits, threeUnits.units[0]!);
  expect(edges.map(({ from, to, sign, selected }) => [from, to, sign, selected])).toEqual([
    ["tv", "search", 1, true],
    ["tv", "sales", 1, false],
    ["search", "sales", -1, true],
  ]);
  expect(compactUnits(threeUnits, 1).units.map(({ weights }) => weights)).toEqual([[0.5, 0.123, -0.4]]);
});

test("a unit without forecast has no forecast chart; the table of one has every period once", () => {
  expect(unitCharts(threeUnits, threeUnits.units[1]!).map(({ id }) => id)).toEqual(["unit-network", "unit-heatmap"]);
  const forecast = unitCharts(threeUnits, threeUnits.units[0]!)[2]!;
  expect(forecast.table.rows).toEqual([
    ["2024-01-01", 10, null, null, null],
    ["2024-01-08", null, null, null, null],
    ["2024-01-15", null, 11, 9, 13],
    ["2024-01-22", null, 12, 9.5, 14],
  ]);
});

test("clusters say how many units are most likely theirs", () => {
  expect(clusterNetworks(threeUnits).map(({ description }) => description)).toEqual([
    "60% of units (1 most likely here); 2 edges.",
    "40% of units (2 most likely here); 2 edges.",
  ]);
});

test("the heat map of units puts the most probable pair first, and needs probabilities", () => {
  const chart = unitEdgeHeatmap(threeUnits)!;
  expect(chart.table.header.slice(2).map(({ label }) => label)).toEqual([
    "tv → sales",
    "tv → search",
    "search → sales",
  ]);
  expect(chart.table.rows[0]).toEqual(["north", "Cluster 1", 0.05, 0.95, 0.7]);
  const units = threeUnits.units.map((unit) => ({ ...unit, probabilities: [null, null, null] }));
  expect(unitEdgeHeatmap({ ...threeUnits, units })).toBeNull();
});
