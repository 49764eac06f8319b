import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { detectOwnLags } from "./own-lags.js";

const shopsWith = (coefficients: readonly number[]) =>
  Array.from({ length: 10 }, (_, s) => {
    const random = createRandom(s);
    const values: number[] = [0, 0, 0, 0];
    for (let t = 4; t < 140; t++) {
      values.push(coefficients.reduce((sum, c, l) => sum + c * values[t - 1 - l]!, 0) + random.normal());
    }
    return { unit: `${s}`, values: Float64Array.from(values.slice(20)) };
  });

describe("detectOwnLags", () => {
  it("finds the order of an autoregression", () => {
    expect(detectOwnLags(shopsWith([0.6]), 1)).toBe(1);
    expect(detectOwnLags(shopsWith([1.2, -0.5]), 1)).toBe(2);
    expect(detectOwnLags(shopsWith([0.5, 0, 0.4]), 1)).toBe(3);
  });
  it("says 1 for constants, gaps and short histories", () => {
    expect(detectOwnLags([{ unit: "a", values: new Float64Array(100).fill(4) }], 1)).toBe(1);
    expect(detectOwnLags([{ unit: "a", values: new Float64Array(100).fill(Number.NaN) }], 1)).toBe(1);
    expect(detectOwnLags([{ unit: "a", values: Float64Array.of(1, 2, 1) }], 1)).toBe(1);
  });
});
