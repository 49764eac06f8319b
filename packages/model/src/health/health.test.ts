import { columnValues, createRandom, type Panel, withColumn } from "@mmm/core";
import { simulatePanel, truthTotals } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { viewFit } from "../result/result.js";
import type { ChannelResult, MmmResult } from "../result/types.js";
import type { StructuralOptions } from "../structural/settings.js";
import { levelBreaks } from "./breaks.js";
import { inseparablePairs, roiFindings } from "./identification.js";

async function resultOf(panel: Panel, options: StructuralOptions = {}): Promise<MmmResult> {
  return viewFit(await fitStructural(panel, { draws: 60, seed: 2, graph: "none", ...options })).result;
}

const codes = ({ diagnostics }: MmmResult): string[] => diagnostics.map(({ code }) => code);

// Every number of a usable result is one, every interval holds its mean, and no channel is silently nothing.
function expectUsable({ channels, mediaFraction }: MmmResult): void {
  for (const { contribution, share, roi, mroi } of channels) {
    for (const interval of [contribution, share, roi!, mroi!, mediaFraction]) {
      for (const value of [interval.mean, interval.lower, interval.upper]) expect(Number.isFinite(value)).toBe(true);
      expect(interval.lower).toBeLessThanOrEqual(interval.mean);
      expect(interval.mean).toBeLessThanOrEqual(interval.upper);
    }
    expect(share.upper).toBeGreaterThan(0.01);
  }
}

const clean = simulatePanel({ units: 2, periods: 70, channels: 3, controls: 1 }, 21);
const spend = clean.panel.roles.channels.map(({ activity }) => activity);

describe("data that are hard on a model end in a usable result and a verdict", () => {
  it("two channels that are multiples of each other: the pair is named, with its correlation", async () => {
    const first = columnValues(clean.panel, spend[0]!);
    const twin = withColumn(clean.panel, spend[1]!, (_, t, r) => 2 * first[r * 70 + t]!);
    const result = viewFit(await fitStructural(twin, { draws: 60 })).result;
    expectUsable(result);
    const found = result.diagnostics.find(({ code }) => code === "COLLINEAR_CHANNELS")!;
    expect(found.message).toMatch(/'spend_0', 'spend_1' move together \(correlation 1\.00 .* sum/);
  });

  it("constant spend", async () => {
    const result = await resultOf(withColumn(clean.panel, spend[2]!, () => 1000));
    expectUsable(result);
    expect(codes(result)).toEqual(expect.arrayContaining(["CONSTANT_CHANNEL", "CURVE_FROM_PRIOR"]));
  });

  it("30 rows", async () => {
    const { panel } = simulatePanel({ units: 1, periods: 30, channels: 2, controls: 1 }, 3);
    const result = await resultOf(panel);
    expectUsable(result);
    expect(codes(result)).toEqual(expect.arrayContaining(["FEW_ROWS_PER_PARAMETER", "SHORT_HISTORY"]));
  });

  it("a level shift: its date is named and the channels keep their shares", async () => {
    const { panel } = simulatePanel({ units: 1, periods: 110, channels: 3, controls: 1 }, 5);
    const kpi = columnValues(panel, panel.roles.kpi);
    const mean = kpi.reduce((a, b) => a + b, 0) / kpi.length;
    const shifted = withColumn(panel, panel.roles.kpi, (value, t) => (t >= 60 ? value + 0.5 * mean : value));
    const fit = await fitStructural(shifted, { draws: 60, graph: "none" });
    expect(levelBreaks(fit).map(({ period }) => period)).toEqual([60]);
    const { result } = viewFit(fit);
    expectUsable(result);
    const found = result.diagnostics.find(({ code }) => code === "STRUCTURAL_BREAK")!;
    expect(found.message).toContain(`jumps at ${panel.periods[60]} (by `);
    const before = await resultOf(panel);
    expect(codes(before)).not.toContain("STRUCTURAL_BREAK");
    result.channels.forEach(({ share }, c) => {
      expect(Math.abs(share.mean - before.channels[c]!.share.mean)).toBeLessThan(0.1);
    });
  });

  it("5% outliers of ten times the KPI: told, and without much influence", async () => {
    const random = createRandom(7);
    const wild = withColumn(clean.panel, clean.panel.roles.kpi, (value) =>
      random.uniform() < 0.05 ? 10 * value : value,
    );
    const result = await resultOf(wild);
    expectUsable(result);
    expect(codes(result)).toContain("OUTLIERS");
    const { share } = truthTotals(clean.truth);
    const distance = result.channels.reduce((sum, channel, c) => sum + Math.abs(channel.share.mean - share[c]!), 0) / 2;
    expect(distance).toBeLessThan(0.25);
  });

  it("spend in the holdout beyond anything seen", async () => {
    const far = withColumn(clean.panel, spend[0]!, (value, t) => (t >= 60 ? 20 * value : value));
    const result = await resultOf(far, { holdout: 10 });
    expect(result.diagnostics.find(({ code }) => code === "EXTRAPOLATION")!.message).toContain("'spend_0' runs more");
    expect(codes(await resultOf(clean.panel, { holdout: 10 }))).not.toContain("EXTRAPOLATION");
  });

  it("a channel that follows demand", async () => {
    const kpi = columnValues(clean.panel, clean.panel.roles.kpi);
    const follower = withColumn(clean.panel, spend[1]!, (_, t, r) => kpi[r * 70 + t]! ** 3 / 1e6);
    const result = await resultOf(follower);
    expect(codes(result)).toContain("IMPLAUSIBLE_MEDIA_TOTAL");
  });
});

describe("verdicts from the posterior", () => {
  it("names pairs of which one gains what the other loses", () => {
    const random = createRandom(1);
    const draws = Array.from({ length: 200 }, () => {
      const [x, y] = [random.normal(), random.normal()];
      return { contribution: Float64Array.of(x, 0.2 * y - x, y) };
    });
    const pairs = inseparablePairs(["a", "b", "c"], draws);
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([["a", "b"]]);
    expect(pairs[0]!.correlation).toBeCloseTo(-1 / Math.sqrt(1.04), 1);
  });

  it("doubts a return many times that of all spend together", () => {
    const channel = (name: string, cost: number, roi: number) =>
      ({ name, spend: cost, roi: { mean: roi }, share: { mean: 0.3 } }) as ChannelResult;
    expect(roiFindings([channel("tv", 1000, 1), channel("search", 1000, 2)])).toEqual([]);
    const [found, ...rest] = roiFindings([channel("tv", 1000, 1), channel("brand", 1, 300)]);
    expect(rest).toEqual([]);
    expect(found).toMatchObject({ code: "IMPLAUSIBLE_ROI", message: expect.stringContaining("'brand'") });
  });
});
