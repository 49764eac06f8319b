import { columnValues, createPanel, type Panel, slicePeriods, withColumn } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { decompose } from "../attribution/decompose.js";
import { fitStructural } from "../fit/fit.js";
import { naiveForecasts } from "../metrics/metrics.js";
import { viewFit } from "../result/result.js";
import { forecast } from "./forecast.js";

const simulation = { units: 8, periods: 90, channels: 3, controls: 1, missing: 0.03 };
const { panel, truth } = simulatePanel(simulation, 2);
const start = 80;
const past = slicePeriods(panel, 0, start);
const plan = slicePeriods(panel, start, 90);
const fit = await fitStructural(past, { draws: 120 });
const ahead = forecast(fit, plan);

const without = (source: Panel, name: string): Panel => ({
  ...source,
  columns: source.columns.filter((column) => column.name !== name),
});

describe("forecast", () => {
  it("equals what a fit with these periods as its holdout predicts, cells, contributions and intervals", async () => {
    const held = await fitStructural(panel, { draws: 120, holdout: 10 });
    const parts = decompose(held);
    for (const cell of ahead.cells) {
      const i = panel.units.indexOf(cell.unit) * 90 + panel.periods.indexOf(cell.period);
      expect(Math.abs(cell.predicted.mean / parts.prediction[i]! - 1)).toBeLessThan(1e-9);
      cell.contributions.forEach(({ mean }, c) => {
        expect(Math.abs(mean - parts.media[c]![i]!)).toBeLessThan(1e-9 * parts.prediction[i]!);
      });
    }
    const { predicted } = viewFit(held);
    ahead.byPeriod.forEach((sum, h) => {
      expect(sum!.mean / predicted.mean[start + h]!).toBeCloseTo(1, 9);
      expect(sum!.lower / predicted.lower[start + h]!).toBeCloseTo(1, 9);
      expect(sum!.upper / predicted.upper[start + h]!).toBeCloseTo(1, 9);
    });
  });

  it("has a cell for every row of the plan, and parts that add up", () => {
    expect(ahead.cells.length).toBe(plan.observed.reduce((a, b) => a + b, 0));
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    for (const { predicted, baseline, contributions } of ahead.cells) {
      expect(baseline + sum(contributions.map(({ mean }) => mean))).toBeCloseTo(predicted.mean, 6);
    }
    expect(sum(ahead.byPeriod.map((each) => each!.mean))).toBeCloseTo(ahead.total.mean, 4);
    expect(ahead.baseline + sum(ahead.channels.map(({ contribution }) => contribution.mean))).toBeCloseTo(
      ahead.total.mean,
      4,
    );
    ahead.channels.forEach(({ contribution }, c) => {
      expect(sum(ahead.cells.map(({ contributions }) => contributions[c]!.mean))).toBeCloseTo(contribution.mean, 6);
    });
  });

  it("is better than the mean of the last periods, and its intervals hold most of what came", () => {
    const kpi = columnValues(panel, panel.roles.kpi);
    const { lastPeriods } = naiveForecasts(kpi, panel.observed, 8, 90, start, 52);
    let inside = 0;
    let errors = 0;
    let naive = 0;
    for (const { unit, period, predicted } of ahead.cells) {
      const i = panel.units.indexOf(unit) * 90 + panel.periods.indexOf(period);
      errors += (kpi[i]! - predicted.mean) ** 2;
      naive += (kpi[i]! - lastPeriods[i]!) ** 2;
      if (predicted.lower <= kpi[i]! && kpi[i]! <= predicted.upper) inside++;
    }
    expect(errors).toBeLessThan(0.5 * naive);
    expect(inside / ahead.cells.length).toBeGreaterThan(0.8);
    expect(inside / ahead.cells.length).toBeLessThan(0.99);
  });

  it("has channel intervals that hold the true future contributions, in most channels", () => {
    const hits = ahead.channels.filter(({ contribution }, c) => {
      let sum = 0;
      for (const { unit, period } of ahead.cells) {
        const i = panel.units.indexOf(unit) * 90 + panel.periods.indexOf(period);
        sum += truth.contributions[i * 3 + c]!;
      }
      return contribution.lower <= sum && sum <= contribution.upper;
    });
    expect(hits.length).toBeGreaterThanOrEqual(2);
  });

  it("carries earlier activity in: a silent plan keeps just that, more activity adds to it", async () => {
    const { panel: whole } = simulatePanel({ units: 3, periods: 60, channels: 2, controls: 0 }, 4);
    const small = await fitStructural(slicePeriods(whole, 0, 52), { draws: 40 });
    const next = slicePeriods(whole, 52, 60);
    const { activity } = next.roles.channels[0]!;
    const planned = forecast(small, next);
    const silent = forecast(
      small,
      withColumn(next, activity, () => 0),
    );
    const [before, after] = [planned.channels[0]!, silent.channels[0]!];
    expect(after.contribution).toEqual(after.carriedIn);
    expect(after.carriedIn).toEqual(before.carriedIn);
    expect(after.carriedIn.mean).toBeGreaterThan(0);
    expect(after.carriedIn.mean).toBeLessThan(before.contribution.mean);
    expect(silent.channels[1]).toEqual(planned.channels[1]);
    expect(planned.total.mean - silent.total.mean).toBeCloseTo(before.contribution.mean - after.contribution.mean, 4);
  });

  it("grows less certain with the distance, and takes another interval", () => {
    const width = (h: number) => ahead.byPeriod[h]!.upper - ahead.byPeriod[h]!.lower;
    expect(width(9)).toBeGreaterThan(width(0));
    const half = forecast(fit, plan, { interval: 0.5 });
    expect(half.interval).toBe(0.5);
    expect(half.total.upper - half.total.lower).toBeLessThan(ahead.total.upper - ahead.total.lower);
    expect(() => forecast(fit, plan, { interval: 90 })).toThrow("interval is 90; it must lie between 0 and 1");
  });

  it("does not look at the KPI of the plan", () => {
    expect(
      forecast(
        fit,
        withColumn(plan, plan.roles.kpi, (value) => 7 * value + 1),
      ),
    ).toEqual(ahead);
  });

  it("forecasts some units only, and says so", () => {
    const some = { ...plan, observed: plan.observed.slice(10, 30), units: plan.units.slice(1, 3) };
    const columns = plan.columns.map((column) => ({ ...column, values: column.values.slice(10, 30) }));
    const two = forecast(fit, createPanel({ ...some, columns }));
    expect([...new Set(two.cells.map(({ unit }) => unit))]).toEqual(plan.units.slice(1, 3));
    expect(two.cells[0]!.predicted.mean).toBe(ahead.cells.find(({ unit }) => unit === plan.units[1])!.predicted.mean);
    expect(two.diagnostics).toContainEqual(expect.objectContaining({ code: "UNITS_NOT_PLANNED" }));
  });

  it("warns of activity never seen and of a level that stopped at a holdout", async () => {
    const far = forecast(
      fit,
      withColumn(plan, plan.roles.channels[1]!.activity, (value) => 100 * value),
    );
    expect(far.diagnostics).toContainEqual(
      expect.objectContaining({
        code: "EXTRAPOLATION",
        message: expect.stringContaining(plan.roles.channels[1]!.name),
      }),
    );
    const held = await fitStructural(past, { draws: 20, holdout: 5 });
    const { message } = forecast(held, plan).diagnostics.find(({ code }) => code === "STALE_LEVEL")!;
    expect(message).toContain(`learned up to ${panel.periods[74]}`);
  });
});

describe("a plan that does not follow on the fit", () => {
  const { activity, name } = plan.roles.channels[2]!;
  const control = plan.roles.controls[0]!;
  const row = plan.observed.indexOf(1);
  const faults: readonly [fault: string, plan: Panel, message: string][] = [
    [
      "leaves out a period",
      slicePeriods(panel, start + 1, 90),
      `begins with ${panel.periods[81]}, but the data of the fit end with ${panel.periods[79]}, so the next week is ${panel.periods[80]}`,
    ],
    ["overlaps", slicePeriods(panel, start - 1, 90), `begins with ${panel.periods[79]}`],
    [
      "has a gap",
      { ...plan, periods: plan.periods.map((label, h) => (h < 4 ? label : "2031-01-06")) },
      `2031-01-06 follows ${plan.periods[3]}`,
    ],
    ["is monthly", { ...plan, frequency: "month" }, "one row per month, the fit one per week"],
    ["has a new unit", { ...plan, units: ["Mars", ...plan.units.slice(1)] }, "rows for 'Mars', which the fit does not"],
    [
      "has a new channel",
      {
        ...plan,
        roles: { ...plan.roles, channels: [...plan.roles.channels, { ...plan.roles.channels[0]!, name: "blimp" }] },
      },
      "has the channel 'blimp', which the fit does not know",
    ],
    ["lacks a channel", without(plan, activity), `no column '${activity}', the activity of channel '${name}'`],
    ["lacks a control", without(plan, control), `no column '${control}', a control of the fit`],
    [
      "lacks a value",
      {
        ...plan,
        columns: plan.columns.map((column) =>
          column.name === control
            ? { ...column, values: column.values.map((value, i) => (i === row ? Number.NaN : value)) }
            : column,
        ),
      },
      `no value of '${control}'`,
    ],
    [
      "has negative activity",
      withColumn(plan, activity, (value, t, r) => (r * 10 + t === row ? -4 : value)),
      `-4 of '${activity}'`,
    ],
    [
      "is empty",
      { ...plan, columns: plan.columns.map((column) => ({ ...column, values: column.values.map(() => Number.NaN) })) },
      "The plan has no row",
    ],
  ];
  it.each(faults)("%s", (_, faulty, message) => {
    expect(() => forecast(fit, faulty)).toThrow(message);
  });
});
