import { columnValues, createRandom, slicePeriods, withColumn } from "@mmm/core";
import { simulatePanel, truthTotals } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { viewFit } from "../result/result.js";
import { fitStructural } from "./fit.js";

const { panel, truth } = simulatePanel({ units: 8, periods: 90, channels: 3, controls: 1 }, 2);
const options = { holdout: 10, draws: 60 };
const fit = await fitStructural(panel, options);
const view = viewFit(fit);

describe("decomposition", () => {
  it("adds up to the prediction in every period", () => {
    view.periods.forEach((_, t) => {
      const sum = view.components.reduce((total, component) => total + component.values[t]!, 0);
      expect(Math.abs(sum / view.predicted.mean[t]! - 1)).toBeLessThan(1e-12);
    });
  });

  it("has shares that add to one, and contributions that are their part of the KPI", () => {
    const { channels, mediaFraction } = view.result;
    expect(channels.reduce((sum, { share }) => sum + share.mean, 0)).toBeCloseTo(1, 12);
    const kpi = view.actual.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    const media = channels.reduce((sum, { direct }) => sum + direct.mean, 0);
    expect(media / kpi).toBeCloseTo(mediaFraction.mean, 12);
    for (const { roi, spend, direct, mroi } of channels) {
      expect(roi!.mean).toBeCloseTo(direct.mean / spend!, 12);
      expect(mroi!.lower).toBeGreaterThanOrEqual(0);
    }
  });

  it("gives zero response to zero activity, and rises with activity", () => {
    for (const { curve } of view.channels) {
      expect(curve.response[0]).toEqual({ mean: 0, lower: 0, upper: 0 });
      curve.response.reduce((before, now) => {
        expect(now.mean).toBeGreaterThanOrEqual(before.mean);
        return now;
      });
    }
  });

  it("contains lag weights that sum to one", () => {
    for (const { carryover } of view.channels) {
      expect(carryover.weights.reduce((sum, weight) => sum + weight.mean, 0)).toBeCloseTo(1, 10);
    }
  });
});

describe("honesty", () => {
  it("recovers shares and media fraction of a simulation within its intervals' reach", () => {
    const totals = truthTotals(truth);
    const distance = view.result.channels.reduce(
      (sum, { share }, c) => sum + Math.abs(share.mean - totals.share[c]!),
      0,
    );
    expect(distance / 2).toBeLessThan(0.12);
    const inside = view.result.channels.filter(
      ({ share }, c) => share.lower <= totals.share[c]! && totals.share[c]! <= share.upper,
    );
    expect(inside.length).toBeGreaterThanOrEqual(2);
    expect(view.result.fit.holdout!.rmse!).toBeLessThan(view.result.fit.naive.unitMean!.rmse!);
    expect(view.result.fit.holdout!.rmse!).toBeLessThan(view.result.fit.naive.lastPeriods!.rmse!);
  });

  it("never looks at the KPI of the holdout", async () => {
    const other = withColumn(panel, panel.roles.kpi, (value, t) => (t >= 80 ? 7 * value + 3 : value));
    const again = await fitStructural(other, options);
    expect(again.learned.mode.shared).toEqual(fit.learned.mode.shared);
    expect(again.learned.mode.own).toEqual(fit.learned.mode.own);
  });

  it("does not change the past when later rows are appended", async () => {
    const shorter = await fitStructural(slicePeriods(panel, 0, 80), { ...options, holdout: 0 });
    const past = viewFit(shorter);
    past.components.forEach((component, i) => {
      component.values.forEach((value, t) => {
        expect(Math.abs(value - view.components[i]!.values[t]!)).toBeLessThan(1e-6 * past.predicted.mean[t]!);
      });
    });
  });

  it("gives the same numbers for the same seed", async () => {
    const again = viewFit(await fitStructural(panel, options));
    expect({ ...again.result, runtime: null }).toEqual({ ...view.result, runtime: null });
  });
});

describe("invariance", () => {
  it("to the units a channel is measured in", async () => {
    const name = panel.roles.channels[1]!.activity;
    const scaled = viewFit(
      await fitStructural(
        withColumn(panel, name, (value) => 1000 * value),
        options,
      ),
    ).result;
    scaled.channels.forEach(({ share, roi }, c) => {
      const before = view.result.channels[c]!;
      expect(share.mean).toBeCloseTo(before.share.mean, 6);
      expect(roi!.mean * (c === 1 ? 1000 : 1)).toBeCloseTo(before.roi!.mean, 4);
    });
  });

  it("to the order of the channels", async () => {
    const channels = [...panel.roles.channels].reverse();
    const turned = viewFit(await fitStructural({ ...panel, roles: { ...panel.roles, channels } }, options)).result;
    turned.channels.forEach(({ name, share }) => {
      const before = view.result.channels.find((channel) => channel.name === name)!;
      expect(share.mean).toBeCloseTo(before.share.mean, 4);
    });
  });
});

describe("hard data", () => {
  it("a few wild outliers hardly move the shares", async () => {
    const random = createRandom(5);
    const wild = withColumn(panel, panel.roles.kpi, (value) => (random.uniform() < 0.03 ? 3 * value : value));
    const { channels } = viewFit(await fitStructural(wild, options)).result;
    const moved = channels.reduce(
      (sum, { share }, c) => sum + Math.abs(share.mean - view.result.channels[c]!.share.mean),
      0,
    );
    expect(moved / 2).toBeLessThan(0.12);
  });

  it("one unit, little data: finite numbers and intervals around them", async () => {
    const { panel: small } = simulatePanel({ units: 1, periods: 40, channels: 2, controls: 0 }, 3);
    const { channels, mediaFraction } = viewFit(await fitStructural(small, { draws: 40 })).result;
    for (const { mean, lower, upper } of [mediaFraction, ...channels.map(({ share }) => share)]) {
      expect(lower).toBeLessThanOrEqual(mean);
      expect(mean).toBeLessThanOrEqual(upper);
      expect(Number.isFinite(lower + upper)).toBe(true);
    }
  });

  it("names a channel that is silent in training and a unit without training rows", async () => {
    const name = panel.roles.channels[0]!.activity;
    const silent = withColumn(panel, name, (value, t) => (t < 80 ? 0 : value));
    await expect(fitStructural(silent, options)).rejects.toThrow(/zero in all 80 training periods/);
    const observed = panel.observed.map((seen, i) => (i < 80 ? 0 : seen));
    await expect(fitStructural({ ...panel, observed }, options)).rejects.toThrow(/no row in the 80 training periods/);
    expect(columnValues(panel, name).length).toBe(8 * 90);
  });

  it("says which option is impossible", async () => {
    await expect(fitStructural(panel, { holdout: 90 })).rejects.toThrow(/holdout is 90; it must be a whole number/);
    await expect(fitStructural(panel, { saturation: "hil" })).rejects.toThrow(
      /There is no saturation 'hil'; known: hill/,
    );
    await expect(fitStructural(panel, { carryover: { tv: "none" } })).rejects.toThrow(/carryover names 'tv'/);
  });
});
