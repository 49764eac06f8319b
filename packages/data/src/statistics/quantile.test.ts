import fc from "fast-check";
import { expect, it } from "vitest";
import { median, quantile } from "./quantile.js";

it("interpolates between order statistics", () => {
  expect(quantile([1, 2, 4, 8], 0.5)).toBe(3);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(quantile([7], 0.9)).toBe(7);
  expect(median([])).toBeNaN();
});

it("has as many values below the median as above", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});
