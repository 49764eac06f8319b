import { expect, test } from "vitest";
import type { Chart } from "../chart/chart.js";
import { simulatedView } from "../fixture/simulated-view.js";
import { adjacencyHeatmap } from "../graph-charts/adjacency-heatmap.js";
import { graphNetwork } from "../graph-charts/graph-network.js";
import * as viz from "../index.js";
import { renderSvg } from "./svg.js";

const view = simulatedView({ units: 5, periods: 70, withGraph: true, draws: 10 });

const charts: Chart[] = [
  viz.actualVsPredicted(view),
  viz.decompositionOverTime(view),
  viz.contributionWaterfall(view),
  viz.spendVsEffect(view),
  viz.returnOnInvestment(view),
  ...viz.responseCurves(view).slice(0, 1),
  ...viz.carryoverCurves(view).slice(0, 1),
  viz.immediateVsCarried(view),
  viz.baselineDrivers(view),
  viz.directVsTotal(view),
  viz.answerKeyChart(view),
  viz.residualsOverTime(view),
  viz.residualsVsPredicted(view),
  viz.residualHistogram(view),
  viz.residualAutocorrelation(view),
  viz.naiveComparison(view),
  viz.unitRanking(view),
  viz.unitFit(view),
  viz.correlationHeatmap(view.dataQuality),
  viz.varianceInflation(view.dataQuality),
  graphNetwork(view.result.graph!),
  adjacencyHeatmap(view.result.graph!),
].filter((chart) => chart !== null);

test.each(charts.map((chart) => [chart.id, chart] as const))("%s draws the same image each time", (_id, chart) => {
  const first = renderSvg(chart);
  expect(renderSvg(chart)).toBe(first);
  expect(first).toMatch(/^<svg[^>]* role="img"/);
  expect(first).toContain(`>${chart.title.replaceAll("&", "&amp;").replaceAll("'", "&#39;")}</title>`);
  expect(first).not.toMatch(/NaN|Infinity|undefined|zr\d/);
  expect(first.match(/<(path|rect|circle|polygon|polyline|text)/g)!.length).toBeGreaterThan(8);
});

test.each(charts.map((chart) => [chart.id, chart] as const))("%s has words and numbers behind it", (_id, chart) => {
  expect(chart.description).toMatch(/[.]$/);
  expect(chart.description).not.toMatch(/NaN|undefined|null/);
  expect(chart.table.rows.length).toBeGreaterThan(0);
  for (const row of chart.table.rows) expect(row.length).toBe(chart.table.header.length);
});

test("a chart survives being stored as JSON", () => {
  const chart = viz.contributionWaterfall(view);
  expect(renderSvg(JSON.parse(JSON.stringify(chart)))).toBe(renderSvg(chart));
});

test("the dark image is drawn on dark paper", () => {
  expect(renderSvg(charts[0]!, { theme: "dark" })).toContain(viz.palettes.dark.paper);
});
