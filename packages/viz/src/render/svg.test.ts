import type { CrossValidation } from "@mmm/model";
import { expect, test } from "vitest";
import type { Chart } from "../chart/chart.js";
import { simulatedView } from "../fixture/simulated-view.js";
import { adjacencyHeatmap } from "../graph-charts/adjacency-heatmap.js";
import { graphNetwork } from "../graph-charts/graph-network.js";
import * as viz from "../index.js";
import { renderSvg } from "./svg.js";

const view = simulatedView({ units: 5, periods: 70, withGraph: true, draws: 10 });

const { train: metrics } = view.result.fit;
const validation: CrossValidation = {
  horizon: 4,
  step: 4,
  interval: 0.9,
  meanSkill: 0.2,
  coverage: 0.875,
  origins: ["2024-03-04", "2024-06-03"].map((origin, i) => ({
    origin,
    trainingPeriods: 60,
    firstPeriod: origin,
    lastPeriod: origin,
    model: { ...metrics, wmape: 0.05 + 0.05 * i },
    naive: { unitMean: { ...metrics, wmape: 0.2 }, lastPeriods: { ...metrics, wmape: 0.08 }, seasonalNaive: null },
    skill: 0.2,
    inside: 3,
    periods: 4,
    actual: 100,
    predicted: { mean: 98, lower: 90, upper: 104 },
    leftOut: { units: [], channels: [] },
    converged: true,
  })),
};

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
  viz.trainingCurve({ ...view, training: { objective: [900, 870.5, 871.25], converged: true } }),
  viz.forecastOrigins(validation, viz.createFormat()),
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

test("forecasts from earlier dates are counted against every simple rule", () => {
  const chart = viz.forecastOrigins(validation, viz.createFormat())!;
  expect(chart.description).toContain("From 1 of 2 earlier dates");
  expect(chart.description).toContain("88%");
  expect(chart.table.header.map(({ label }) => label)).not.toContain("Same season last year (wMAPE)");
});

test("one very wide return leaves the others their room and is named", () => {
  const wide = {
    ...view,
    result: {
      ...view.result,
      channels: view.result.channels.map((channel, i) =>
        i === 0 ? { ...channel, roi: { mean: 1, lower: 0.1, upper: 500 } } : channel,
      ),
    },
  };
  const chart = viz.returnOnInvestment(wide)!;
  expect((chart.option["xAxis"] as { max: number }).max).toBeLessThan(250);
  expect(chart.description).toMatch(/Beyond the chart: TV to 500\.$/);
  expect((viz.returnOnInvestment(view)!.option["xAxis"] as { max?: number }).max).toBeUndefined();
});

test("a chart survives being stored as JSON", () => {
  const chart = viz.contributionWaterfall(view);
  expect(renderSvg(JSON.parse(JSON.stringify(chart)))).toBe(renderSvg(chart));
});

test("the dark image is drawn on dark paper", () => {
  expect(renderSvg(charts[0]!, { theme: "dark" })).toContain(viz.palettes.dark.paper);
});
