import { simulatePanel } from "@mmm/data";
import { fitStructural, viewFit } from "@mmm/model";
import { beforeAll, describe, expect, it } from "vitest";
import { planBudget } from "../plan/plan.js";
import { responseModelOf } from "./of-fit.js";
import { channelSpend, meanResponse } from "./response-model.js";

const { panel } = simulatePanel({ units: 3, periods: 60, channels: 3, controls: 1 }, 4);

describe("responseModelOf", () => {
  let fit: Awaited<ReturnType<typeof fitStructural>>;
  beforeAll(async () => {
    fit = await fitStructural(panel, { lags: 8, draws: 40 });
  });

  it("repeats the response curve of the fit at today's spend", () => {
    const model = responseModelOf(fit, { periods: 60, draws: "mode" });
    const parts = model.byChannel(model.current, 0);
    viewFit(fit).channels.forEach(({ curve }, c) => {
      expect(parts[c]! / 60 / curve.currentResponse.mean).toBeCloseTo(1, 8);
      expect(model.current[c]! / 60 / curve.currentSpend!).toBeCloseTo(1, 8);
    });
  });

  it("agrees between the steady state and carryover when spend never changes", () => {
    const steady = responseModelOf(fit, { periods: 26, draws: "mode" });
    const calendar = responseModelOf(fit, { periods: 26, draws: "mode", perPeriod: true });
    // Adding what carries in from history and out to the future, an even plan is close to the steady state.
    const even = Float64Array.from(calendar.cells, ({ channel }) => steady.current[channel]! / 26);
    const ratio = meanResponse(calendar, even, null) / meanResponse(steady, steady.current, null);
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
    expect([...channelSpend(calendar, calendar.current)]).toEqual(
      [...channelSpend(steady, steady.current)].map((v) => expect.closeTo(v, 4)),
    );
  });

  it("plans units and periods apart, inside the observed calendar", async () => {
    const model = responseModelOf(fit, { periods: 8, perPeriod: true, perUnit: true, draws: 5 });
    expect(model.cells).toHaveLength(3 * 3 * 8);
    expect(model.periods[0]! > panel.periods.at(-1)!).toBe(true);
    const plan = await planBudget(model, { goal: { kind: "budget" } }, { restarts: 1, sensitivity: false });
    expect(plan.certificate.maxViolation).toBeLessThan(1e-9);
    expect(plan.expected.gain.mean).toBeGreaterThan(0);
    expect(new Set(plan.allocation.map(({ unit }) => unit)).size).toBe(3);
  });

  it("buys less at a higher price", () => {
    const now = responseModelOf(fit, { draws: "mode" });
    const dearer = responseModelOf(fit, { draws: "mode", priceChange: { spend_0: 1 } });
    const half = now.current.with(0, now.current[0]! / 2);
    expect(dearer.evaluate(now.current, 0, null)).toBeCloseTo(now.evaluate(half, 0, null), 6);
  });

  it("counts total effects through links", () => {
    const links = [{ from: "spend_0", to: "spend_1", lag: 0, rate: 0.2 }];
    const direct = responseModelOf(fit, { draws: "mode" });
    const whole = responseModelOf(fit, { draws: "mode", links });
    const more = direct.current.with(0, 1.1 * direct.current[0]!);
    const gain = ({ evaluate }: typeof direct) => evaluate(more, 0, null) - evaluate(direct.current, 0, null);
    expect(gain(whole)).toBeGreaterThan(gain(direct));
  });

  it("refuses options that make no sense", () => {
    expect(() => responseModelOf(fit, { periods: 0 })).toThrow(/periods is 0/);
    expect(() => responseModelOf(fit, { perPeriod: true, response: "steady" })).toThrow(/no periods to plan apart/);
    expect(() => responseModelOf(fit, { priceChange: { tv: 0.1 } })).toThrow(
      /names 'tv'; channels with a cost: spend_0/,
    );
  });
});
