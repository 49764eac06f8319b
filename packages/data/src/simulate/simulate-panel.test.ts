import { columnValues } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { loadPanel } from "../panel/load-panel.js";
import { toCsv } from "../table/write-csv.js";
import type { SimulationOptions } from "./options.js";
import { simulatePanel } from "./simulate-panel.js";
import { hill, trueContribution, trueLagWeights, trueResponse, trueTotalEffects, truthTotals } from "./truth.js";

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

describe("simulatePanel", () => {
  it("adds up: baseline + controls + contributions + noise = KPI in every cell", () => {
    const { truth } = simulatePanel({ units: 3, periods: 40, outliers: 0.05, drift: 0.3 }, 4);
    const channels = truth.channels.length;
    for (let cell = 0; cell < truth.kpi.length; cell++) {
      const media = sum(truth.contributions.subarray(cell * channels, (cell + 1) * channels));
      const parts = truth.baseline[cell]! + truth.controlContribution[cell]! + media + truth.noise[cell]!;
      expect(parts).toBeCloseTo(truth.kpi[cell]!, 8);
    }
  });

  it("gives the same panel for the same seed and another for another", () => {
    const text = (seed: number) => toCsv(simulatePanel({ units: 2, periods: 20 }, seed).table);
    expect(text(5)).toBe(text(5));
    expect(text(5)).not.toBe(text(6));
  });

  it.each<[string, SimulationOptions]>([
    ["plain", {}],
    ["ragged", { ragged: 0.5, missing: 0.1 }],
    ["national with unknown KPI", { units: 1, missing: 0.1, periods: 120 }],
    ["monthly", { frequency: "month", start: "2019-01-01", periods: 60 }],
    ["integer periods", { frequency: "index", start: "10" }],
    ["named channels", { channels: ["tv", "search", "radio_spend"] }],
  ])("is read back from its own CSV without flags: %s", (_, options) => {
    const { panel, table } = simulatePanel({ units: 4, periods: 50, ...options }, 3);
    const loaded = loadPanel(toCsv(table)).panel;
    expect(loaded.units).toEqual(panel.units);
    expect(loaded.periods).toEqual(panel.periods);
    expect(loaded.frequency).toBe(panel.frequency);
    expect(loaded.roles).toEqual(panel.roles);
    expect([...loaded.observed]).toEqual([...panel.observed]);
    for (const { name, values } of panel.columns) expect([...columnValues(loaded, name)]).toEqual([...values]);
  });

  it("hits the media fraction, and outliers, gaps, drift and collinearity only when asked", () => {
    const plain = simulatePanel({ mediaFraction: 0.3 }, 1);
    expect(Math.abs(truthTotals(plain.truth).mediaFraction - 0.3)).toBeLessThan(0.005);
    expect(plain.truth.outliers).toHaveLength(0);
    expect(sum(plain.truth.observed)).toBe(20 * 104);
    expect(new Set(plain.truth.effectMultiplier)).toEqual(new Set([1]));

    const rough = simulatePanel({ outliers: 0.02, missing: 0.05, drift: 0.3 }, 1).truth;
    expect(rough.outliers.length).toBeGreaterThan(15);
    expect(rough.outliers.length).toBeLessThan(75);
    expect(Math.abs(sum(rough.observed) / 2080 - 0.95)).toBeLessThan(0.03);
    const ofFirst = Array.from(rough.effectMultiplier).filter((_, i) => i % 6 === 0);
    expect(sum(ofFirst) / ofFirst.length).toBeCloseTo(1, 10);
    const logs = ofFirst.map(Math.log);
    const mean = sum(logs) / logs.length;
    expect(Math.sqrt(sum(logs.map((value) => (value - mean) ** 2)) / logs.length)).toBeCloseTo(0.3, 8);
  });

  it("makes spend collinear as far as asked", () => {
    const correlation = (collinearity: number) => {
      const { panel } = simulatePanel({ units: 1, periods: 400, edges: 0, channels: 2, dark: 0, collinearity }, 2);
      const [a, b] = ["spend_0", "spend_1"].map((name) => [...columnValues(panel, name)].map(Math.log));
      const centre = (x: readonly number[]) => x.map((value) => value - sum(x) / x.length);
      const [p, q] = [centre(a!), centre(b!)];
      const dot = (x: readonly number[], y: readonly number[]) => sum(x.map((value, i) => value * y[i]!));
      return dot(p, q) / Math.sqrt(dot(p, p) * dot(q, q));
    };
    expect(correlation(1)).toBeGreaterThan(0.999);
    expect(Math.abs(correlation(0.8) - 0.8)).toBeLessThan(0.1);
    expect(Math.abs(correlation(0))).toBeLessThan(0.3);
  });

  it("has carry-over in its first period", () => {
    const { truth } = simulatePanel({ units: 1, channels: 1, edges: 0, dark: 0.5, controls: 0 }, 8);
    const channel = truth.channels[0]!;
    const spend = truth.activity[0]!;
    const before = spend.subarray(0, 31).reduce((stock, x) => x + channel.decay * stock, 0);
    expect(before).toBeGreaterThan(spend[30]!);
    const expected = channel.effect * hill(before, channel.slope, channel.halfSaturation[0]!);
    expect(truth.contributions[0]!).toBeCloseTo(expected, 6);
  });
});

describe("truth", () => {
  const { truth } = simulatePanel({ units: 5, periods: 60, drift: 0.1 }, 11);

  it("reproduces its own contributions from its own activity", () => {
    for (const [c] of truth.channels.entries()) {
      const again = trueContribution(truth, c, truth.activity[c]!);
      for (let cell = 0; cell < again.length; cell++) {
        expect(again[cell]!).toBeCloseTo(truth.contributions[cell * truth.channels.length + c]!, 8);
      }
    }
  });

  it("splits into training and holdout totals", () => {
    const all = truthTotals(truth);
    const train = truthTotals(truth, { end: 50 });
    const holdout = truthTotals(truth, { start: 50 });
    expect(train.kpi + holdout.kpi).toBeCloseTo(all.kpi, 6);
    for (const [c, value] of all.contribution.entries()) {
      expect(train.contribution[c]! + holdout.contribution[c]!).toBeCloseTo(value, 6);
    }
    expect(sum(all.share)).toBeCloseTo(1, 12);
  });

  it("has a response curve that is zero at zero, grows, and equals constant spending in the long run", () => {
    const [nothing, some, more] = trueResponse(truth, 0, [0, 1e4, 2e4]);
    expect(nothing).toBe(0);
    expect(more!).toBeGreaterThan(some!);

    const still = simulatePanel({ units: 3, periods: 60, preSample: 60 }, 2).truth;
    const length = 120;
    const mean = still.size.map(
      (_, unit) => sum(still.activity[1]!.subarray(unit * length + 60, (unit + 1) * length)) / 60,
    );
    const constant = Float64Array.from({ length: 3 * length }, (_, i) => 0.7 * mean[Math.floor(i / length)]!);
    const steady = trueContribution(still, 1, constant);
    const last = [0, 1, 2].reduce((total, unit) => total + steady[unit * 60 + 59]!, 0);
    expect(trueResponse(still, 1, [0.7 * sum(mean)])[0]!).toBeCloseTo(last, 6);
  });

  it("has lag weights that sum to one and decay geometrically", () => {
    const weights = trueLagWeights(truth.channels[0]!, 12);
    expect(sum(weights)).toBeCloseTo(1, 12);
    expect(weights[3]! / weights[2]!).toBeCloseTo(truth.channels[0]!.decay, 12);
  });

  it("has total effects equal to direct ones without edges, and larger for parents with them", () => {
    const apart = simulatePanel({ units: 2, edges: 0 }, 3).truth;
    for (const [c, total] of trueTotalEffects(apart).entries()) {
      expect(total).toBeCloseTo(truthTotals(apart).contribution[c]!, 4);
    }
    const joined = simulatePanel({ units: 2, channels: 2, edges: 1 }, 3).truth;
    const parent = joined.channels.findIndex(({ name }) => name === joined.edges[0]!.from);
    const totals = trueTotalEffects(joined);
    const direct = truthTotals(joined).contribution;
    expect(totals[parent]!).toBeGreaterThan(1.05 * direct[parent]!);
    expect(totals[1 - parent]!).toBeCloseTo(direct[1 - parent]!, 4);
  });
});
