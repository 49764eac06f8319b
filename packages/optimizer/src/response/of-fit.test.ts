import { createPanel, type Panel, shiftPeriod, withColumn } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { fitStructural, forecast, viewFit } from "@mmm/model";
import { beforeAll, describe, expect, it } from "vitest";
import { planBudget } from "../plan/plan.js";
import { responseModelOf } from "./of-fit.js";
import { channelSpend, meanResponse, todayKpi } from "./response-model.js";

const { panel } = simulatePanel({ units: 3, periods: 60, channels: 3, controls: 1 }, 4);

// The first channel spends only every fourth period.
function burstPanel(): Panel {
  return withColumn(panel, "spend_0", (value, t) => (t < 20 || t % 4 === 0 ? 3 * value : 0));
}

/** The last `count` periods once more, after the data. */
function repeated(source: Panel, count: number): Panel {
  const { periods, frequency, units } = source;
  const pick = <T extends Float64Array | Uint8Array>(values: T): T =>
    Float64Array.from({ length: units.length * count }, (_, i) => {
      return values[Math.floor(i / count) * periods.length + periods.length - count + (i % count)]!;
    }) as unknown as T;
  return createPanel({
    ...source,
    periods: Array.from({ length: count }, (_, t) => shiftPeriod(periods.at(-1)!, frequency, t + 1)),
    columns: source.columns.map((column) => ({ ...column, values: pick(column.values) })),
    observed: new Uint8Array(units.length * count).fill(1),
  });
}

describe("responseModelOf", () => {
  let fit: Awaited<ReturnType<typeof fitStructural>>;
  beforeAll(async () => {
    fit = await fitStructural(panel, { lags: 8, draws: 40 });
  });

  it("repeats the response curve of the fit at today's spend", () => {
    const model = responseModelOf(fit, { periods: 60, draws: "mode", timing: "settled" });
    const parts = model.byChannel(model.current, 0);
    viewFit(fit).channels.forEach(({ curve }, c) => {
      expect(parts[c]! / 60 / curve.currentResponse.mean).toBeCloseTo(1, 8);
      expect(model.current[c]! / 60 / curve.currentSpend!).toBeCloseTo(1, 8);
    });
  });

  it("reckons today's plan as the model forecasts the same spend again, burst for burst", () => {
    const bursts = burstPanel();
    return fitStructural(bursts, { lags: 6, draws: 20 }).then((burstFit) => {
      const again = repeated(bursts, 20);
      const { channels } = forecast(burstFit, again);
      const model = responseModelOf(burstFit, { periods: 20, draws: "mode", countAfter: false });
      const parts = model.byChannel(model.current, 0);
      channels.forEach(({ contribution, carriedIn, spend }, c) => {
        expect(parts[c]! / (contribution.mean - carriedIn.mean)).toBeCloseTo(1, 8);
        expect(model.current[c]! / spend!).toBeCloseTo(1, 9);
      });
      // With other timing today's plan is still reckoned as it is.
      const even = responseModelOf(burstFit, { periods: 20, draws: "mode", countAfter: false, timing: "even" });
      expect(even.todayByChannel!(0)[0]! / parts[0]!).toBeCloseTo(1, 10);
      expect(Math.abs(even.byChannel(even.current, 0)[0]! / parts[0]! - 1)).toBeGreaterThan(1e-4);
      const weeks = responseModelOf(burstFit, { periods: 20, draws: "mode", countAfter: false, perPeriod: true });
      expect(todayKpi(weeks)[0]! / todayKpi(model)[0]!).toBeCloseTo(1, 10);
    });
  });

  it("compares an even plan with today's bursts, and with today's amounts spread evenly", async () => {
    const burstFit = await fitStructural(burstPanel(), { lags: 6, draws: 20 });
    const model = responseModelOf(burstFit, { periods: 20, timing: "even" });
    const plan = await planBudget(model, { goal: { kind: "budget" } }, { sensitivity: false });
    const asToday = responseModelOf(burstFit, { periods: 20 });
    expect(plan.timing).toBe("even");
    expect(plan.expected.current.kpi.mean).toBeCloseTo(meanResponse(asToday, asToday.current, null), 6);
    const retimed = plan.expected.sameTiming!;
    expect(retimed.current.kpi.mean).toBeCloseTo(meanResponse(model, model.current, null), 6);
    expect(retimed.gain.mean).toBeGreaterThanOrEqual(0);
    expect(plan.certificate.notWorseThanCurrent).toBe(true);
  });

  it("agrees between the steady state and carryover when spend never changes", () => {
    const steady = responseModelOf(fit, { periods: 26, draws: "mode", timing: "settled" });
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
    const now = responseModelOf(fit, { draws: "mode", timing: "settled" });
    const dearer = responseModelOf(fit, { draws: "mode", timing: "settled", priceChange: { spend_0: 1 } });
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

  it("follows the causal graph of the fit, draw by draw, on top of the budgets", () => {
    // Half a median activity of spend_1 for each of spend_0, and twice that in every other replicate.
    const spillOver = (rate: number) => ({ lags: 0, rates: new Float64Array([0, rate, 0, 0, 0, 0, 0, 0, 0]) });
    const graph = {
      kind: "dag" as const,
      nodes: ["spend_0", "spend_1", "spend_2"],
      edges: [],
      engine: { id: "test", version: "1", settings: {} },
      weightScale: "standardised",
      diagnostics: [],
    };
    const draws = [spillOver(0.5), spillOver(1)];
    const causal = { graph, spillOver: spillOver(0.5), draws, contradicted: [], structureResampled: true };
    const graphFit = { ...fit, causal };
    const direct = responseModelOf(graphFit, { draws: 40 });
    const whole = responseModelOf(graphFit, { draws: 40, effects: "total" });
    const { activity } = graphFit.design.scales;
    const rate = (draw: number, unit: number) =>
      ((draw % 2 === 0 ? 0.5 : 1) * activity[unit * 3 + 1]!) / activity[unit * 3]!;
    const given = responseModelOf(fit, { draws: 40, links: [{ from: "spend_0", to: "spend_1", lag: 0, rate }] });
    const more = whole.current.with(0, 1.2 * whole.current[0]!);
    const gain = ({ evaluate, current }: typeof whole, draw: number) =>
      evaluate(more, draw, null) - evaluate(current, draw, null);
    for (const draw of [0, 1, 17]) {
      expect(gain(whole, draw)).toBeCloseTo(gain(given, draw), 8);
      expect(gain(whole, draw)).toBeGreaterThan(gain(direct, draw));
    }
    const { causal: _, ...plain } = fit;
    expect(gain(responseModelOf(plain, { draws: 40, effects: "total" }), 3)).toBeCloseTo(gain(direct, 3), 10);
  });

  it("refuses options that make no sense", () => {
    expect(() => responseModelOf(fit, { periods: 0 })).toThrow(/periods is 0/);
    expect(() => responseModelOf(fit, { perPeriod: true, timing: "even" })).toThrow(/the plan decides when to spend/);
    expect(() => responseModelOf(fit, { priceChange: { tv: 0.1 } })).toThrow(
      /names 'tv'; channels with a cost: spend_0/,
    );
  });
});
