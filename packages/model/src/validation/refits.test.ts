import { columnValues, createPanel, createRandom, type Panel } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { resultOf } from "../result/result.js";
import { leaveOneOut } from "./leave-one-out.js";
import { placeboTest, shiftChannel } from "./placebo.js";
import { readFit } from "./readings.js";
import { randomCommonCause, refitStability } from "./stability.js";

const { panel } = simulatePanel({ units: 5, periods: 80, channels: 2, controls: 0, mediaFraction: 0.45, edges: 0 }, 7);
const options = { draws: 60, seed: 2 };
const full = await fitStructural(panel, options);
const strongest = [...readFit(full).channels].sort((a, b) => b.share.mean - a.share.mean)[0]!.name;

describe("readFit", () => {
  it("says what the result says", () => {
    const { channels, mediaFraction } = readFit(full);
    const result = resultOf(full);
    expect(mediaFraction).toEqual(result.mediaFraction);
    channels.forEach(({ name, share, roi, contribution }, c) => {
      expect({ name, share, roi, contribution }).toEqual({
        name: result.channels[c]!.name,
        share: result.channels[c]!.share,
        roi: result.channels[c]!.roi,
        contribution: result.channels[c]!.contribution,
      });
    });
  });
});

describe("placeboTest", () => {
  it("shifts the columns of one channel in a circle per unit, by at least a quarter", () => {
    const { name, activity } = panel.roles.channels[0]!;
    const shifted = shiftChannel(panel, name, createRandom(1));
    const before = columnValues(panel, activity);
    const after = columnValues(shifted, activity);
    const shifts = panel.units.map((_, r) => {
      const own = [...before.subarray(r * 80, (r + 1) * 80)];
      const now = [...after.subarray(r * 80, (r + 1) * 80)];
      const by = own.findIndex((_, k) => now.every((value, t) => value === own[(t + k) % 80]));
      expect(by).toBeGreaterThanOrEqual(20);
      expect(by).toBeLessThanOrEqual(60);
      return by;
    });
    expect(new Set(shifts).size).toBeGreaterThan(1);
    for (const column of panel.columns) {
      if (column.name !== activity) expect(columnValues(shifted, column.name)).toEqual(column.values);
    }
  });

  it("finds about nothing in a shifted channel that has a clear effect as it is", async () => {
    const before = readFit(full).channels.find(({ name }) => name === strongest)!;
    expect(before.share.lower).toBeGreaterThan(0.1);
    const { runs, passed, tolerance } = await placeboTest(panel, options, { channels: [strongest], repeats: 3 });
    expect(runs.map(({ channel, repeat }) => [channel, repeat])).toEqual([1, 2, 3].map((k) => [strongest, k]));
    for (const { share, passed: ok } of runs) expect(ok).toBe(share.lower <= tolerance);
    expect(passed).toBeGreaterThanOrEqual(2);
    expect(runs.reduce((sum, { contribution }) => sum + contribution.mean, 0) / 3).toBeLessThan(
      0.3 * before.contribution.mean,
    );
  });

  it("names an unknown channel", async () => {
    await expect(placeboTest(panel, options, { channels: ["blimp"] })).rejects.toThrow("There is no channel 'blimp'");
    await expect(placeboTest(panel, options, { repeats: 0 })).rejects.toThrow("repeats is 0");
  });
});

describe("leaveOneOut", () => {
  it("sees that a channel's copy takes its contribution, and that a real channel is missed", async () => {
    const random = createRandom(4);
    const original = panel.roles.channels.find(({ name }) => name === strongest)!;
    const values = columnValues(panel, original.activity).map((value) => value * (1 + 0.02 * random.normal()));
    const twins: Panel = createPanel({
      ...panel,
      columns: [...panel.columns, { name: "copy", values }],
      roles: {
        ...panel.roles,
        channels: [...panel.roles.channels, { name: "copy", activity: "copy", spend: "copy", kind: "paid" }],
      },
    });
    const out = await leaveOneOut(twins, { ...options, holdout: 8 });
    expect(out.channels.map(({ channel }) => channel)).toEqual(twins.roles.channels.map(({ name }) => name));
    const copy = out.channels.at(-1)!;
    expect(copy.mostTaken!.channel).toBe(strongest);
    expect(copy.mostTaken!.part).toBeGreaterThan(0.5);
    expect(Math.abs(copy.errorChange!)).toBeLessThan(0.1);

    const alone = await leaveOneOut(panel, { ...options, holdout: 8 });
    const missed = alone.channels.find(({ channel }) => channel === strongest)!;
    expect(missed.errorChange).toBeCloseTo(missed.holdout!.rmse! / alone.full.holdout!.rmse! - 1, 12);
    expect(missed.errorChange).toBeGreaterThan(0.1);
    expect(missed.train.r2Within!).toBeLessThan(alone.full.train.r2Within!);
  });

  it("has no holdout to compare without one, and needs two channels", async () => {
    const { channels } = await leaveOneOut(panel, options);
    expect(channels.map(({ holdout, errorChange }) => [holdout, errorChange])).toEqual([
      [null, null],
      [null, null],
    ]);
    const single = { ...panel, roles: { ...panel.roles, channels: panel.roles.channels.slice(0, 1) } };
    await expect(leaveOneOut(single, options)).rejects.toThrow("is the only channel");
  });
});

describe("stability", () => {
  it("moves little when clean data lose four periods, and more when those were broken", async () => {
    const { movements, most, change } = await refitStability(panel, options);
    expect(change).toBe("without the last 4 periods");
    expect(movements).toHaveLength(7);
    expect(most).toBe(Math.max(...movements.map(({ widths }) => widths!)));
    expect(most).toBeLessThan(1);
    for (const { widths, before, after } of movements) {
      expect(widths).toBeCloseTo(Math.abs(after.mean - before.mean) / (before.upper - before.lower), 12);
    }
    const kpi = panel.roles.kpi;
    const broken = createPanel({
      ...panel,
      columns: panel.columns.map((column) =>
        column.name === kpi
          ? { ...column, values: column.values.map((value, i) => (i % 80 >= 76 ? 0.3 * value : value)) }
          : column,
      ),
    });
    expect((await refitStability(broken, options)).most).toBeGreaterThan(most!);
  });

  it("hardly moves for a control that is pure chance", async () => {
    expect((await randomCommonCause(panel, options)).most).toBeLessThan(0.5);
  });

  it("says how many periods can be dropped", async () => {
    await expect(refitStability(panel, options, { drop: 0 })).rejects.toThrow("from 1 to 78 for these data");
  });
});
