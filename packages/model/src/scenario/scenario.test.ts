import { createRandom, slicePeriods, withColumn } from "@mmm/core";
import { readTable, simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { forecast } from "../forecast/forecast.js";
import { readPlan } from "../forecast/read-plan.js";
import type { Interval } from "../result/types.js";
import { scenarioModel } from "./condense.js";
import { openScenarios } from "./outcome.js";
import { scenarioCsv } from "./plan-csv.js";

const { panel } = simulatePanel({ units: 6, periods: 90, channels: 3, controls: 2, missing: 0.03 }, 3);
const fit = await fitStructural(panel, {
  draws: 60,
  carryover: { [panel.roles.channels[1]!.name]: "weibullPdf" },
  saturation: { [panel.roles.channels[2]!.name]: "michaelisMenten" },
});
const model = scenarioModel(fit);
const scenarios = openScenarios(model);
const today = model.channels.map((channel) => channel.today);

const near = (given: Interval, expected: Interval): void => {
  for (const bound of ["mean", "lower", "upper"] as const) {
    expect(Math.abs(given[bound] - expected[bound])).toBeLessThan(1e-6 * Math.abs(expected.mean));
  }
};

describe("scenarios", () => {
  it("equal the forecast of the exported plan, totals, periods and contributions with their intervals", () => {
    const random = createRandom(5);
    for (let i = 0; i < 3; i++) {
      const multiples = today.map(() => 2 * random.uniform());
      const { total, byPeriod } = scenarios.forecast(multiples);
      const { panel: plan } = readPlan(fit, readTable(scenarioCsv(model, multiples)));
      const ahead = forecast(fit, plan);
      near(total, ahead.total);
      byPeriod.forEach((value, t) => {
        near(value, ahead.byPeriod[t]!);
      });
      model.channels.forEach(({ unitActivity }, c) => {
        near(scenarios.contribution(c, multiples[c]!), ahead.channels[c]!.contribution);
        expect((multiples[c]! * unitActivity) / ahead.channels[c]!.activity).toBeCloseTo(1, 8);
      });
      const { mean } = scenarios.change(multiples).contribution;
      expect(mean / (total.mean - scenarios.forecast(today).total.mean)).toBeCloseTo(1, 6);
    }
  });

  it("equal the forecast where effects change over time", async () => {
    const drifting = await fitStructural(panel, { draws: 30, holdout: 6, timeVarying: true });
    const small = scenarioModel(drifting);
    const multiples = [0.6, 1.3, 1.1];
    const { panel: plan } = readPlan(drifting, readTable(scenarioCsv(small, multiples)));
    const ahead = forecast(drifting, plan);
    near(openScenarios(small).forecast(multiples).total, ahead.total);
    near(openScenarios(small).contribution(1, 1.3), ahead.channels[1]!.contribution);
    expect(new Set(small.channels.map(({ drift }) => drift!.mode)).size).toBe(3);
  });

  it("are the same after any path of changes", () => {
    const there = openScenarios(model);
    const start = there.forecast(today);
    const moved = today.map((_, c) => 0.5 + c);
    there.forecast(moved);
    there.contribution(1, moved[1]!);
    expect(there.forecast(today)).toEqual(start);
    expect(there.contribution(1, today[1]!)).toEqual(scenarios.contribution(1, today[1]!));
    expect(there.change(today)).toEqual({ contribution: { mean: 0, lower: 0, upper: 0 }, probabilityOfMore: null });
  });

  it("count returns over the whole effect of the plan's own activity", () => {
    const value = scenarios.returns(0, 0.5);
    const { unitSpend } = model.channels[0]!;
    const inside = scenarios.contribution(0, 0.5).mean - scenarios.contribution(0, 0).mean;
    expect(value.roi!.mean).toBeGreaterThan(inside / (0.5 * unitSpend!));
    expect(value.roi!.lower).toBeLessThanOrEqual(value.roi!.mean);
    const less = scenarios.returns(0, 0.5 - 1e-2).roi!.mean * (0.5 - 1e-2);
    const marginal = scenarios.returns(0, 0.5 - 1e-2).mroi!.mean;
    expect((value.roi!.mean * 0.5 - less) / 0.01).toBeCloseTo(marginal, 6);
  });

  it("start a resting channel at zero", async () => {
    const name = panel.roles.channels[1]!.activity;
    const rested = withColumn(panel, name, (x, t) => (t >= 76 ? 0 : x));
    const small = scenarioModel(await fitStructural(slicePeriods(rested, 20, 90), { draws: 30 }));
    expect(small.channels.map((channel) => channel.today)).toEqual([1, 0, 1]);
    const resting = openScenarios(small);
    expect(resting.contribution(1, 1).mean).toBeGreaterThan(resting.contribution(1, 0).mean);
    expect(resting.change([1, 1, 1]).probabilityOfMore).toBe(1);
  });

  it("refuse a horizon that the data do not have", () => {
    expect(() => scenarioModel(fit, { periods: 91 })).toThrow("whole number from 1 to 90");
  });
});
