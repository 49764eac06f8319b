import { quantile } from "@mmm/data";
import { expect, it } from "vitest";
import { intervalOf } from "./interval.js";

it("interpolates quantiles, and an interval holds its estimate", () => {
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(quantile([3], 0.9)).toBe(3);
  const draws = Float64Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  const { mean, lower, upper } = intervalOf(48, draws, 0.9);
  expect(mean).toBe(48);
  expect(lower).toBeCloseTo(5, 10);
  expect(upper).toBeCloseTo(95, 10);
  expect(intervalOf(-1, draws, 0.9).lower).toBe(-1);
});
