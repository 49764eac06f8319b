import { describe, expect, it } from "vitest";
import { createRandom, restoreRandom } from "./random.js";

const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw);
const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
const variance = (x: readonly number[]) => {
  const centre = mean(x);
  return mean(x.map((v) => (v - centre) ** 2));
};

describe("createRandom", () => {
  it("gives the same numbers for the same seed and others for another", () => {
    const a = createRandom(7);
    const b = createRandom(7);
    expect(draws(50, a.uniform)).toEqual(draws(50, b.uniform));
    expect(createRandom(8).uniform()).not.toBe(createRandom(7).uniform());
  });

  it("splits into streams that do not depend on what was drawn before", () => {
    const a = createRandom(3);
    const before = a.split("x").normal();
    draws(10, a.uniform);
    expect(a.split("x").normal()).toBe(before);
    expect(a.split("y").normal()).not.toBe(before);
  });

  it("resumes exactly, also between the two normals of a pair", () => {
    const a = createRandom(5);
    a.normal();
    const b = restoreRandom(a.state());
    expect(draws(9, b.normal)).toEqual(draws(9, a.normal));
  });

  it("has the moments of its distributions", () => {
    const r = createRandom(11);
    const n = 40_000;
    const u = draws(n, r.uniform);
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(variance(u) - 1 / 12)).toBeLessThan(0.003);
    const z = draws(n, r.normal);
    expect(Math.abs(mean(z))).toBeLessThan(0.02);
    expect(Math.abs(variance(z) - 1)).toBeLessThan(0.04);
    for (const shape of [0.4, 3]) {
      const g = draws(n, () => r.gamma(shape));
      expect(Math.abs(mean(g) - shape)).toBeLessThan(0.04 * Math.max(1, shape));
      expect(Math.abs(variance(g) - shape)).toBeLessThan(0.08 * Math.max(1, shape));
    }
  });

  it("shuffles without losing items and integers stay in range", () => {
    const r = createRandom(2);
    expect(r.shuffle([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
    const counts = [0, 0, 0];
    for (let i = 0; i < 3000; i++) counts[r.integer(3)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
