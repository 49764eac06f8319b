import { createPanel, createRandom, slicePeriods } from "@mmm/core";
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
      const outcome = scenarios.outcome(multiples);
      const { panel: plan } = readPlan(fit, readTable(scenarioCsv(model, multiples)));
      const ahead = forecast(fit, plan);
      near(outcome.total, ahead.total);
      outcome.byPeriod.forEach((value, t) => {
        near(value, ahead.byPeriod[t]!);
      });
      outcome.channels.forEach(({ contribution, activity }, c) => {
        near(contribution, ahead.channels[c]!.contribution);
        expect(activity / ahead.channels[c]!.activity).toBeCloseTo(1, 8);
      });
    }
  });

  it("are the same after any path of changes", () => {
    const there = openScenarios(model);
    const start = there.outcome(today);
    there.outcome(today.map((_, c) => 0.5 + c));
    expect(there.outcome(today)).toEqual(start);
    expect(start.change).toEqual({ mean: 0, lower: 0, upper: 0 });
  });

  it("count returns over the whole effect of the plan's own activity", () => {
    // Far from saturation nothing is lost to the end of the horizon or to earlier activity.
    const [value] = [0.5].map((multiple) => scenarios.returns(0, multiple));
    const extra = (multiple: number): number => {
      const long = scenarioModel(fit, { periods: model.periods.length });
      const at = openScenarios(long).outcome([multiple, 0, 0]).channels[0]!.contribution.mean;
      return at - openScenarios(long).outcome([0, 0, 0]).channels[0]!.contribution.mean;
    };
    const { unitSpend } = model.channels[0]!;
    expect(value!.roi!.mean).toBeGreaterThan(extra(0.5) / (0.5 * unitSpend!));
    expect(value!.roi!.lower).toBeLessThanOrEqual(value!.roi!.mean);
    const less = scenarios.returns(0, 0.5 - 1e-2).roi!.mean * (0.5 - 1e-2);
    const marginal = scenarios.returns(0, 0.5 - 1e-2).mroi!.mean;
    expect((value!.roi!.mean * 0.5 - less) / 0.01).toBeCloseTo(marginal, 6);
  });

  it("start a resting channel at zero", async () => {
    const name = panel.roles.channels[1]!.activity;
    const rested = createPanel({
      ...panel,
      columns: panel.columns.map((column) =>
        column.name === name ? { ...column, values: column.values.map((x, i) => (i % 90 >= 76 ? 0 : x)) } : column,
      ),
    });
    const small = scenarioModel(await fitStructural(slicePeriods(rested, 20, 90), { draws: 30 }));
    expect(small.channels.map((channel) => channel.today)).toEqual([1, 0, 1]);
    const { channels, change } = openScenarios(small).outcome([1, 1, 1]);
    expect(channels[1]!.contribution.mean).toBeGreaterThan(0);
    expect(change.mean).toBeGreaterThan(0);
  });

  it("refuse a horizon that the data do not have", () => {
    expect(() => scenarioModel(fit, { periods: 91 })).toThrow("whole number from 1 to 90");
  });
});
