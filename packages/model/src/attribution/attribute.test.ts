import { lingam } from "@mmm/causal";
import { simulatePanel } from "@mmm/data";
import { expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { viewFit } from "../result/result.js";
import { attribute, attributionTable } from "./attribute.js";
import { respond } from "./respond.js";

const { panel, truth } = simulatePanel({ units: 5, periods: 80, channels: 3, controls: 1, edges: 2, missing: 0.04 }, 8);
const fit = await fitStructural(panel, { holdout: 8, draws: 20, lags: 8, graph: lingam() });
const view = viewFit(fit);
const { result } = view;
const found = attribute(fit);
const parent = truth.edges[0]!.from;

it("parts by period and by unit add up to the result, direct and total, and agree with the view", () => {
  for (const parts of [found.byPeriod, found.byUnit]) {
    for (const { name, contribution, direct } of result.channels) {
      const own = parts.filter(({ channel }) => channel === name);
      const sum = (of: "direct" | "total") => own.reduce((total, part) => total + part[of].mean, 0);
      expect(sum("direct") / direct.mean).toBeCloseTo(1, 10);
      expect(sum("total") / contribution.mean).toBeCloseTo(1, 10);
    }
  }
  view.units.forEach(({ unit, contributions }) => {
    const own = found.byUnit.filter(({ label }) => label === unit);
    own.forEach(({ direct }, c) => {
      expect(direct.mean / contributions[c]!).toBeCloseTo(1, 10);
      expect(direct.lower).toBeLessThanOrEqual(direct.upper);
    });
  });
  const table = attributionTable(found);
  expect(table.rows).toBe(3 * (80 + 5));
  expect(table.columns.map(({ name }) => name)).toContain("total_upper");
});

it("responses at any level are those of the curve, start at zero, and are larger through the graph", () => {
  const c = result.channels.findIndex(({ name }) => name === parent);
  const { curve } = view.channels[c]!;
  const levels = [0, curve.activity[10]!, curve.activity[35]!];
  const at = respond(fit, parent, levels);
  at.forEach(({ direct }, i) => {
    const known = curve.response[[0, 10, 35][i]!]!;
    expect(direct.mean).toBeCloseTo(known.mean, 6);
    expect(direct.upper).toBeCloseTo(known.upper, 6);
  });
  expect(at[0]!.total).toEqual({ mean: 0, lower: 0, upper: 0 });
  expect(at[1]!.total.mean).toBeGreaterThan(1.05 * at[1]!.direct.mean);
  expect(respond(fit, parent, [1e12])[0]!.observed).toBe(false);
  expect(at[1]!.observed).toBe(true);
});

it("units respond in sum as all of them do, spend is activity at its price, and a wrong name is told", () => {
  const current = view.channels[0]!.curve.currentActivity;
  const all = respond(fit, "spend_0", [current])[0]!;
  const mean = (unit: string): number => {
    const r = panel.units.indexOf(unit);
    const values = panel.columns.find(({ name }) => name === "spend_0")!.values.subarray(r * 80, (r + 1) * 80);
    const seen = [...values].filter((_, t) => panel.observed[r * 80 + t] === 1);
    return seen.reduce((a, b) => a + b, 0) / seen.length;
  };
  const apart = panel.units.reduce(
    (sum, unit) => sum + respond(fit, "spend_0", [mean(unit)], { unit })[0]!.direct.mean,
    0,
  );
  expect(apart / all.direct.mean).toBeCloseTo(1, 9);
  expect(respond(fit, "spend_0", [current], { spend: true })[0]!.direct).toEqual(all.direct);
  expect(() => respond(fit, "tv", [1])).toThrow("The fit has no channel 'tv'; it has: spend_0, spend_1, spend_2.");
  expect(() => respond(fit, "spend_0", [1], { unit: "x" })).toThrow("The fit has no unit 'x'");
  expect(() => respond(fit, "spend_0", [-1])).toThrow("it must be 0 or more");
});
