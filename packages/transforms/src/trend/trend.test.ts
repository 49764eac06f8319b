import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linearFeature } from "./linear.js";
import { evenKnots, knotFeatures, knotTrend, slopeChangeFeatures } from "./piecewise.js";

describe("linearFeature", () => {
  it("runs from 0 to 1 over the window and goes on beyond it when the window is fixed", () => {
    expect([...linearFeature([0, 1, 2])]).toEqual([0, 0.5, 1]);
    expect([...linearFeature([10, 12, 14], { origin: 10, span: 2 })]).toEqual([0, 1, 2]);
    expect([...linearFeature([7])]).toEqual([0]);
  });
});

describe("slopeChangeFeatures", () => {
  it("by hand: slope 1, then 1 + 2 after the knot at 1", () => {
    const x = slopeChangeFeatures([0, 1, 2, 3], [1]);
    const y = [0, 1, 2, 3].map((_, t) => x[2 * t]! * 1 + x[2 * t + 1]! * 2);
    expect(y).toEqual([0, 1, 4, 7]);
  });
});

describe("knotFeatures", () => {
  it("by hand: a quarter of the way from 0 to 4, and constant beyond the ends", () => {
    expect([...knotTrend([-3, 0, 1, 4, 9], [0, 4], [10, 20])]).toEqual([10, 10, 12.5, 20, 20]);
    expect([...knotTrend([0, 5], [3], [7])]).toEqual([7, 7]);
  });

  it("gives rows of non-negative weights that sum to 1, and reproduces straight lines", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 7 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const knots = values.sort((a, b) => a - b);
          const time = knots[0]! + share * (knots.at(-1)! - knots[0]!);
          const row = knotFeatures([time], knots);
          expect(row.every((weight) => weight >= 0)).toBe(true);
          expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
          expect(
            knotTrend(
              [time],
              knots,
              knots.map((knot) => 2 * knot + 1),
            )[0],
          ).toBeCloseTo(2 * time + 1, 9);
        },
      ),
    );
  });

  it("refuses knots that do not rise", () => {
    expect(() => knotFeatures([0], [2, 1])).toThrow("Knots must be finite and rise, at least 1 of them; got [2, 1].");
    expect(() => knotFeatures([0], [])).toThrow(/at least 1 of them/);
    expect(() => slopeChangeFeatures([0], [1, 1])).toThrow(/must be finite and rise; got \[1, 1\]/);
  });
});

it("evenKnots spans the window", () => {
  expect(evenKnots(0, 10, 3)).toEqual([0, 5, 10]);
  expect(evenKnots(0, 10, 1)).toEqual([5]);
  expect(() => evenKnots(0, 1, 0)).toThrow(/at least 1, got 0/);
});
