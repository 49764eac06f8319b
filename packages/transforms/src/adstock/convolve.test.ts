import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carryOver, carryOverInto, geometricRecursion, meanLag } from "./convolve.js";
import { geometric } from "./geometric.js";

describe("carryOver", () => {
  it("spreads an impulse as the weights say", () => {
    expect([...carryOver([8, 0, 0, 0], [0.5, 0.25, 0.25])]).toEqual([4, 2, 2, 0]);
  });

  it("reads activity before the first period", () => {
    expect([...carryOver([0, 0, 0], [0.5, 0.25, 0.25], { before: 4 })]).toEqual([2, 1, 0]);
    expect([...carryOver([0, 0, 0], [0.5, 0.25, 0.25], { before: [8, 4] })]).toEqual([3, 1, 0]);
  });

  it("of a constant with the same past is the constant, for weights that sum to 1", () => {
    for (const value of carryOver(new Float64Array(9).fill(3), geometric().weights([0.7], 6), { before: 3 })) {
      expect(value).toBeCloseTo(3, 12);
    }
  });

  it("does not change the past when periods are added", () => {
    const weights = geometric().weights([0.6], 5);
    const series = [3, 1, 4, 1, 5, 9, 2, 6];
    expect([...carryOver(series, weights)].slice(0, 5)).toEqual([...carryOver(series.slice(0, 5), weights)]);
  });

  it("agrees with the allocation-free form on rows of a panel", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (values, lags, before) => {
          const weights = geometric().weights([0.5], lags);
          const panel = Float64Array.from(values);
          const out = new Float64Array(12);
          for (const start of [0, 6]) carryOverInto(out, start, panel, start, 6, weights, 0, lags, before);
          const expected = [values.slice(0, 6), values.slice(6)].flatMap((row) => [
            ...carryOver(row, weights, { before }),
          ]);
          expected.forEach((value, i) => {
            expect(out[i]).toBeCloseTo(value, 12);
          });
        },
      ),
    );
  });
});

describe("geometricRecursion", () => {
  it("is a convolution with as many lags as periods (Robyn) or that times 1 − decay (LightweightMMM)", () => {
    const series = [100, 0, 50, 25, 0, 0];
    const robyn = carryOver(series, geometric({ convention: "robyn" }).weights([0.4], 6));
    const lmmm = carryOver(series, geometric({ convention: "lmmm" }).weights([0.4], 6));
    geometricRecursion(series, 0.4).forEach((value, t) => {
      expect(robyn[t]).toBeCloseTo(value, 10);
    });
    geometricRecursion(series, 0.4, true).forEach((value, t) => {
      expect(lmmm[t]).toBeCloseTo(value, 10);
    });
  });

  it("by hand: 100, then 0 + 0.7·100 = 70, then 10 + 0.7·70 = 59", () => {
    const [first, second, third] = geometricRecursion([100, 0, 10], 0.7);
    expect([first, second, third]).toEqual([100, 70, 59]);
  });
});

it("the mean lag of endless geometric carryover is decay/(1 − decay)", () => {
  expect(meanLag(geometric(), [0.75], 400)).toBeCloseTo(3, 10);
});
