import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { symmetricEigen } from "./principal.js";
import { carryOver, responseShapes, saturate, seriesScale } from "./shapes.js";

describe("response shapes", () => {
  it("carry-over of an impulse decays geometrically and keeps its sum", () => {
    const out = carryOver([0, 1, ...new Array(60).fill(0)], 0.5, 0);
    expect([...out.slice(0, 4)]).toEqual([0, 0.5, 0.25, 0.125]);
    expect(out.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
  });
  it("a missing step counts as the mean", () => {
    expect([...carryOver([2, Number.NaN, 2], 0.5, 2)]).toEqual([2, 2, 2]);
  });
  it("every saturation rises; bent ones stay below 1 for non-negative series", () => {
    const scale = seriesScale([0, 1, 2, 3]);
    for (const { saturation } of responseShapes([0], ["linear", "concave", "s-shaped"])) {
      const values = [0, 0.5, 1, 2, 5, 50].map((level) => saturate(level, saturation, scale));
      expect(values).toEqual([...values].sort((a, b) => a - b));
      if (saturation !== "linear") expect(values.at(-1)).toBeLessThan(1);
    }
  });
  it("a constant series has spread 0, also when it is large", () => {
    expect(seriesScale([1e9, 1e9, 1e9]).sd).toBe(0);
    expect(seriesScale([Number.NaN, Number.NaN]).sd).toBe(0);
  });
});

describe("symmetricEigen", () => {
  it("A v = λ v, eigenvalues descending, vectors orthonormal", () => {
    const random = createRandom(1);
    const size = 6;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = random.normal();
    const { values, vectors } = symmetricEigen(matrix, size);
    for (let k = 0; k < size; k++) {
      if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]!);
      for (let i = 0; i < size; i++) {
        let product = 0;
        for (let j = 0; j < size; j++) product += matrix[i * size + j]! * vectors[k * size + j]!;
        expect(product).toBeCloseTo(values[k]! * vectors[k * size + i]!, 8);
      }
    }
  });
});
