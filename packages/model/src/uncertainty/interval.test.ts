import { expect, it } from "vitest";
import { intervalOf, quantile } from "./interval.js";

it("interpolates quantiles, and an interval holds its estimate", () => {
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(quantile([3], 0.9)).toBe(3);
  const draws = Float64Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  expect(intervalOf(48, draws, 0.9)).toEqual({ mean: 48, lower: 5, upper: 95 });
  expect(intervalOf(-1, draws, 0.9).lower).toBe(-1);
});
