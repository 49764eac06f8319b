import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { detectSeason } from "./period.js";

const shopsWith = (amplitude: number, period: number) =>
  Array.from({ length: 12 }, (_, s) => {
    const random = createRandom(s);
    const phase = 6 * random.uniform();
    const values = Float64Array.from({ length: 120 * 2 }, (_, i) => {
      const t = Math.floor(i / 2);
      return 3 + amplitude * Math.sin((2 * Math.PI * t) / period + phase) + random.normal();
    });
    return { unit: `${s}`, values };
  });

describe("detectSeason", () => {
  it("finds a shared period whatever the shops' phases, and the shortest of its multiples", () => {
    expect(detectSeason(shopsWith(1, 7), 2)).toBe(7);
    expect(detectSeason(shopsWith(1, 12), 2)).toBe(12);
  });
  it("finds none in noise, in constants, or without shops", () => {
    expect(detectSeason(shopsWith(0, 7), 2)).toBe(0);
    expect(detectSeason([{ unit: "a", values: new Float64Array(100).fill(4) }], 2)).toBe(0);
    expect(detectSeason([], 2)).toBe(0);
  });
});
