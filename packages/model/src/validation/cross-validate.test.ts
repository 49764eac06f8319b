import { columnValues, createPanel, type ProgressEvent, slicePeriods, withColumn } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { viewFit } from "../result/result.js";
import { crossValidate } from "./cross-validate.js";

const { panel } = simulatePanel({ units: 4, periods: 72, channels: 2, controls: 1, missing: 0.03 }, 5);
const options = { draws: 60, seed: 3 };
const events: ProgressEvent[] = [];
const rolled = await crossValidate(
  panel,
  options,
  { origins: 3, horizon: 6, step: 8 },
  {
    onProgress: (event) => {
      events.push(event);
    },
  },
);

describe("crossValidate", () => {
  it("places its origins so that the last horizon ends with the panel", () => {
    expect(rolled.origins.map(({ trainingPeriods }) => trainingPeriods)).toEqual([50, 58, 66]);
    expect(rolled.origins.map(({ origin, lastPeriod }) => [origin, lastPeriod])).toEqual(
      [50, 58, 66].map((end) => [panel.periods[end - 1], panel.periods[end + 5]]),
    );
  });

  it("scores each origin as a fit of the data up to its horizon scores its holdout", async () => {
    const view = viewFit(await fitStructural(slicePeriods(panel, 0, 64), { ...options, holdout: 6 }));
    const { model, naive, skill, inside, periods, actual } = rolled.origins[1]!;
    expect(model).toEqual(view.result.fit.holdout);
    expect(naive).toEqual(view.result.fit.naive);
    expect(skill).toBe(1 - model.rmse! / naive.lastPeriods!.rmse!);
    const { lower, upper } = view.predicted;
    const hits = view.actual.filter((value, t) => t >= 58 && lower[t]! <= value! && value! <= upper[t]!);
    expect([inside, periods]).toEqual([hits.length, 6]);
    expect(actual).toBeCloseTo(
      view.actual.slice(58).reduce<number>((sum, value) => sum + value!, 0),
      6,
    );
  });

  it("sums up: mean skill and the part of periods inside their interval", () => {
    const skills = rolled.origins.map(({ skill }) => skill!);
    expect(rolled.meanSkill).toBeCloseTo((skills[0]! + skills[1]! + skills[2]!) / 3, 12);
    expect(rolled.meanSkill).toBeGreaterThan(0);
    expect(rolled.coverage).toBeCloseTo(rolled.origins.reduce((sum, { inside }) => sum + inside, 0) / 18, 12);
    expect(rolled.interval).toBe(0.9);
  });

  it("looks at no KPI after an origin, and at nothing after its horizon", async () => {
    const kpi = panel.roles.kpi;
    const spend = panel.roles.channels[0]!.activity;
    const later = withColumn(
      withColumn(panel, kpi, (value, t) => (t >= 50 ? 3 * value + 5 : value)),
      spend,
      (value, t) => (t >= 56 ? 9 * value : value),
    );
    const again = await crossValidate(later, options, { origins: 3, horizon: 6, step: 8 });
    expect(again.origins[0]!.predicted).toEqual(rolled.origins[0]!.predicted);
    expect(again.origins[0]!.actual).toBeGreaterThan(2 * rolled.origins[0]!.actual);
  });

  it("leaves out units and channels that begin after an origin, and takes them in later", async () => {
    const late = withColumn(panel, panel.roles.channels[1]!.activity, (value, t) => (t < 60 ? 0 : value));
    const observed = late.observed.map((seen, i) => (Math.floor(i / 72) === 2 && i % 72 < 62 ? 0 : seen));
    const choice = { ...options, carryover: { [panel.roles.channels[1]!.name]: "none" } };
    const { origins } = await crossValidate(createPanel({ ...late, observed }), choice, { origins: 2, horizon: 6 });
    expect(origins.map(({ leftOut }) => leftOut)).toEqual([
      { units: [panel.units[2]], channels: [panel.roles.channels[1]!.name] },
      { units: [], channels: [] },
    ]);
    const kpi = columnValues(panel, panel.roles.kpi);
    const known = panel.observed.reduce((sum, seen, i) => {
      const [r, t] = [Math.floor(i / 72), i % 72];
      return r !== 2 && t >= 60 && t < 66 && seen === 1 ? sum + kpi[i]! : sum;
    }, 0);
    expect(origins[0]!.actual).toBeCloseTo(known, 6);
  });

  it("reports one step per refit and can be cancelled between and within them", async () => {
    expect(events[0]).toMatchObject({ phase: "cross-validation", step: 0, total: 3, message: "origin 1 of 3" });
    expect(events.at(-1)).toMatchObject({ step: 3, total: 3 });
    expect(events.some(({ message }) => message === "origin 2 of 3, round 2")).toBe(true);
    const controller = new AbortController();
    const seen: ProgressEvent[] = [];
    const hooks = {
      signal: controller.signal,
      onProgress: (event: ProgressEvent) => {
        seen.push(event);
        if (event.message === "origin 1 of 3, round 1") controller.abort();
      },
    };
    const stopped = crossValidate(panel, options, { origins: 3, horizon: 6 }, hooks);
    await expect(stopped).rejects.toThrow(expect.objectContaining({ code: "CANCELLED" }));
    expect(seen.at(-1)!.step).toBe(0);
  });

  it("says what is impossible", async () => {
    await expect(crossValidate(panel, options, { origins: 0, horizon: 6 })).rejects.toThrow("origins is 0; it must be");
    await expect(crossValidate(panel, options, { horizon: 2.5 })).rejects.toThrow("horizon is 2.5; it must be");
    await expect(crossValidate(panel, options, { origins: 12, horizon: 6 })).rejects.toThrow(
      /12 origins 6 periods apart with a horizon of 6 leave 0 of 72 periods and 0 rows before the first origin; the model has at least \d+ parameters/,
    );
  });
});
