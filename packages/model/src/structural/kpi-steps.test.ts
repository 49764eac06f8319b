import { expect, it } from "vitest";
import { excessSpread, usualCommonStep } from "./kpi-steps.js";

const units = 6;
const periods = 8;
const common = [0, 1, 3, 2, 2, 5, 4, 4];
const design = (apart: (r: number, t: number) => number, used = new Uint8Array(units * periods).fill(1)) => ({
  units,
  periods,
  trainingEnd: 7,
  used,
  kpi: Float64Array.from({ length: units * periods }, (_, i) => {
    const t = i % periods;
    return common[t]! + apart(Math.floor(i / periods), t);
  }),
});

it("finds the common step whatever one unit does, and no step without two periods in a row", () => {
  const calm = 1.4826 * 1;
  expect(usualCommonStep(design(() => 0))).toBeCloseTo(calm, 12);
  expect(usualCommonStep(design((r, t) => (r === 2 && t > 3 ? 50 : 0)))).toBeCloseTo(calm, 12);
  const alternate = Uint8Array.from({ length: units * periods }, (_, i) => i % 2);
  expect(usualCommonStep(design(() => 0, alternate))).toBeNull();
});

it("sees the period in which units move apart, and nothing where they move together", () => {
  const jitter = (r: number, t: number) => 0.1 * Math.sin(7 * r + 3 * t);
  const apart = excessSpread(design((r, t) => jitter(r, t) + (t >= 4 ? (r % 2 === 0 ? 2 : -2) : 0)));
  expect(apart.indexOf(Math.max(...apart))).toBe(4);
  expect(apart[4]!).toBeCloseTo(4, 0);
  expect(excessSpread(design(() => 0))).toEqual(new Array(7).fill(0));
});
