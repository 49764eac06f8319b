import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { lastingShock } from "./shock-path.js";

/** E[last level | shocks] of the Gaussian walk, by its recursion. */
function gaussianEnd(shocks: Float64Array, step: number, noise: number): number {
  let level = 0;
  let p = 0;
  shocks.forEach((shock, t) => {
    if (t > 0) p += step ** 2;
    const gain = p / (p + noise ** 2);
    level += gain * (shock - level);
    p *= 1 - gain;
  });
  return level;
}

const random = createRandom(3);
const calm = Float64Array.from({ length: 60 }, (_, t) => 0.001 * t + 0.01 * random.normal());
const changed = (from: number, by: number, until = 60): Float64Array =>
  calm.map((value, t) => (t >= from && t < until ? value + by : value));

it("is zero without shocks, scales with them, and is near the Gaussian end where nothing is wild", () => {
  expect(lastingShock(new Float64Array(0), 1, 1)).toBe(0);
  expect(lastingShock(new Float64Array(20), 0.1, 0.1)).toBe(0);
  const end = lastingShock(calm, 0.004, 0.01);
  expect(
    lastingShock(
      calm.map((x) => 3 * x),
      0.012,
      0.03,
    ),
  ).toBeCloseTo(3 * end, 12);
  expect(Math.abs(end - gaussianEnd(calm, 0.004, 0.01))).toBeLessThan(0.004);
});

it("follows one wild period near the end less than a Gaussian walk would, and a level that holds more", () => {
  const wild = changed(58, 0.2, 59);
  const moved = lastingShock(wild, 0.01, 0.01) - lastingShock(calm, 0.01, 0.01);
  const gaussian = gaussianEnd(wild, 0.01, 0.01) - gaussianEnd(calm, 0.01, 0.01);
  expect(Math.abs(moved)).toBeLessThan(0.25 * gaussian);
  const held = changed(56, 0.2);
  const followed = (end: typeof lastingShock): number => (end(held, 0.003, 0.01) - end(calm, 0.003, 0.01)) / 0.2;
  expect(followed(lastingShock)).toBeGreaterThan(0.9);
  expect(followed(gaussianEnd)).toBeLessThan(0.8);
});
