import { hill, noSaturation } from "@mmm/transforms/plain";
import { describe, expect, it } from "vitest";
import { randomModel } from "../fixture/curves.js";
import type { GridChannel } from "./grid.js";
import { gridResponse } from "./grid-response.js";

const vector = (...values: number[]) => Float64Array.from(values);

const linear = (name: string, current: Float64Array, more: Partial<GridChannel> = {}): GridChannel => ({
  name,
  family: noSaturation(),
  activityScale: vector(1),
  price: vector(1),
  draws: [{ weights: vector(0.5, 0.3, 0.2), saturation: [], effect: vector(2) }],
  current,
  observed: { lower: vector(0), upper: vector(20) },
  concave: true,
  ...more,
});

describe("gridResponse", () => {
  it.each([
    ["one amount per channel", { channels: 4, units: 3, draws: 2 }],
    ["per unit", { channels: 3, units: 3, perUnit: true }],
    ["per period with carryover", { channels: 3, periods: 6, lags: 4, perPeriod: true, slopes: [0.8, 2.5] as const }],
    ["per unit and period", { channels: 2, units: 2, periods: 5, lags: 3, perPeriod: true, perUnit: true }],
    [
      "with links",
      {
        channels: 3,
        draws: 2,
        periods: 5,
        lags: 3,
        perPeriod: true,
        links: [
          { from: "channel 0", to: "channel 1", lag: 1, rate: 0.3 },
          { from: "channel 1", to: "channel 2", lag: 0, rate: (draw: number) => 0.2 + 0.1 * draw },
          { from: "channel 2", to: "channel 0", lag: 2, rate: 0.1 },
        ],
      },
    ],
  ])("has the gradient of its value, %s", (_name, options) => {
    const model = randomModel(3, options);
    const x = model.current.map((spend, i) => spend * (0.8 + 0.1 * (i % 5)));
    const gradient = new Float64Array(x.length);
    model.evaluate(x, model.draws - 1, gradient);
    for (let i = 0; i < x.length; i++) {
      const h = 1e-5 * x[i]!;
      const up = model.evaluate(x.with(i, x[i]! + h), model.draws - 1, null);
      const down = model.evaluate(x.with(i, x[i]! - h), model.draws - 1, null);
      expect(Math.abs((up - down) / (2 * h) - gradient[i]!)).toBeLessThan(1e-5 * Math.abs(gradient[i]!) + 1e-9);
    }
  });

  it("is 0 for no spend, adds up by channel, and agrees with its cells", () => {
    const model = randomModel(1, { channels: 5, units: 4, draws: 3 });
    expect(model.evaluate(new Float64Array(5), 1, null)).toBe(0);
    const parts = model.byChannel(model.current, 2);
    expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(model.evaluate(model.current, 2, null), 8);
    const out = new Float64Array(2);
    parts.forEach((part, c) => {
      model.cellResponse!(c, model.current[c]!, 2, out);
      expect(out[0]).toBeCloseTo(part, 8);
    });
  });

  it("counts what arrives after the horizon only where asked", () => {
    const today = vector(10, 10);
    const base = { units: ["all"], periods: ["1", "2"], perPeriod: true };
    const cut = gridResponse({ ...base, channels: [linear("tv", today)] });
    const whole = gridResponse({ ...base, channels: [linear("tv", today, { after: vector(10) })] });
    // 2 · (10·(0.5 + 0.3) + 10·0.5), and 2 · 20 when nothing is lost.
    expect(cut.evaluate(today, 0, null)).toBeCloseTo(26, 10);
    expect(whole.evaluate(today, 0, null)).toBeCloseTo(40, 10);
    expect(cut.cellResponse).toBeNull();
  });

  it("carries earlier activity into a saturated curve", () => {
    const channel = (before: number) =>
      linear("tv", vector(10), {
        family: hill(),
        draws: [{ weights: vector(0.5, 0.5), saturation: [1, 5], effect: vector(1) }],
        before: [vector(before)],
      });
    const of = (before: number) =>
      gridResponse({ units: ["all"], periods: ["1"], channels: [channel(before)] }).evaluate(vector(10), 0, null);
    const curve = (x: number) => x / (x + 5);
    expect(of(0)).toBeCloseTo(curve(5), 12);
    expect(of(30)).toBeCloseTo(curve(20) - curve(15), 12);
  });

  it("lets one channel bring another along, compared with today", () => {
    const one = { draws: [{ weights: vector(1), saturation: [], effect: vector(1) }] };
    const model = gridResponse({
      units: ["all"],
      periods: ["year"],
      channels: [linear("tv", vector(10), one), linear("search", vector(10), one)],
      links: [{ from: "tv", to: "search", lag: 0, rate: 0.5 }],
    });
    const value = (tv: number, search: number) => model.evaluate(vector(tv, search), 0, null);
    // 5 more on tv bring 5 themselves and 2.5 through search.
    expect(value(15, 10) - value(10, 10)).toBeCloseTo(7.5, 12);
    expect(value(10, 15) - value(10, 10)).toBeCloseTo(5, 12);
  });

  it("buys less activity at a higher price", () => {
    const at = (price: number) =>
      gridResponse({ units: ["all"], periods: ["1"], channels: [linear("tv", vector(10), { price: vector(price) })] });
    expect(at(2).evaluate(vector(10), 0, null)).toBeCloseTo(at(1).evaluate(vector(5), 0, null), 12);
  });

  it("refuses shapes that disagree", () => {
    const wrong = linear("tv", vector(1, 2, 3));
    expect(() => gridResponse({ units: ["all"], periods: ["1"], channels: [wrong] })).toThrow(/'tv' has 3 current/);
    const free = linear("tv", vector(1), { price: vector(0) });
    expect(() => gridResponse({ units: ["all"], periods: ["1"], channels: [free] })).toThrow(
      /positive numbers as price/,
    );
    const loop = [
      { from: "a", to: "b", lag: 0, rate: 1 },
      { from: "b", to: "a", lag: 0, rate: 1 },
    ];
    const channels = [linear("a", vector(1)), linear("b", vector(1))];
    expect(() => gridResponse({ units: ["all"], periods: ["1"], channels, links: loop })).toThrow(/form a cycle/);
  });
});
