import { expect, it } from "vitest";
import { normalQuantile } from "./normal-quantile.js";

it("has the tabulated values, is odd around one half, and inverts the distribution", () => {
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 8);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 8);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 8);
  expect(normalQuantile(0.2)).toBeCloseTo(-normalQuantile(0.8), 12);
});
