import { columnValues, createPanel, createRandom, type Panel, slicePeriods } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { resultOf } from "../result/result.js";
import { leaveOneOut } from "./leave-one-out.js";
import { placeboTest, shiftChannel } from "./placebo.js";
import { readFit } from "./readings.js";
import { randomCommonCause, refitStability } from "./stability.js";

const { panel } = simulatePanel({ units: 4, periods: 80, channels: 2, controls: 0, mediaFraction: 0.45, edges: 0 }, 7);
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

  it("finds about nothing in shifted channels that have clear effects as they are", async () => {
    const { panel: larger } = simulatePanel({ units: 10, periods: 104, channels: 4, controls: 1 }, 1);
    const settings = { ...options, commonShocks: false };
    const before = readFit(await fitStructural(larger, settings)).channels.slice(2);
    const { runs, passed, tolerance } = await placeboTest(larger, settings, {
      channels: before.map(({ name }) => name),
    });
    expect(runs.map(({ channel, repeat }) => [channel, repeat])).toEqual(before.map(({ name }) => [name, 1]));
    runs.forEach(({ share, passed: ok, contribution }, c) => {
      expect(ok).toBe(share.lower <= tolerance);
      expect(before[c]!.share.lower).toBeGreaterThan(0.1);
      expect(contribution.mean).toBeLessThan(0.25 * before[c]!.contribution.mean);
    });
    expect(passed).toBe(2);
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
  it("compares fits with and without the last periods, over the periods both have", async () => {
    const { movements, most, change } = await refitStability(panel, options);
    expect(change).toBe("without the last 4 periods");
    expect(movements).toHaveLength(7);
    const before = readFit(full, 76);
    const after = readFit(await fitStructural(slicePeriods(panel, 0, 76), options));
    expect(movements).toContainEqual(
      expect.objectContaining({
        quantity: "mediaFraction",
        channel: null,
        before: before.mediaFraction,
        after: after.mediaFraction,
      }),
    );
    before.channels.forEach(({ name, roi, halfLife }, c) => {
      const now = after.channels[c]!;
      for (const [quantity, then, later] of [
        ["roi", roi, now.roi],
        ["halfLife", halfLife, now.halfLife],
      ] as const) {
        expect(movements).toContainEqual(
          expect.objectContaining({ quantity, channel: name, before: then, after: later }),
        );
      }
    });
    for (const { widths, before: then, after: now } of movements) {
      expect(widths).toBeCloseTo(Math.abs(now.mean - then.mean) / (then.upper - then.lower), 12);
    }
    expect(movements.map(({ widths }) => widths!)).toEqual(
      movements.map(({ widths }) => widths!).sort((x, y) => y - x),
    );
    expect(most).toBe(movements[0]!.widths);
    expect(most).toBeLessThan(1);
  });

  it("hardly moves for a control that is pure chance", async () => {
    expect((await randomCommonCause(panel, options)).most).toBeLessThan(0.5);
  });

  it("says how many periods can be dropped", async () => {
    await expect(refitStability(panel, options, { drop: 0 })).rejects.toThrow("from 1 to 78 for these data");
  });
});
