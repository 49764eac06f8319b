import { describe, expect, it } from "vitest";
import { fourierFeatures, fourierNames, fourierSeason } from "./fourier.js";

describe("fourierFeatures", () => {
  it("by hand at an eighth of a year: sin 45°, cos 45°, sin 90°, cos 90°", () => {
    const half = Math.SQRT1_2;
    [half, half, 1, 0].forEach((value, i) => {
      expect(fourierFeatures([0.125], 2)[i]).toBeCloseTo(value, 12);
    });
  });

  it("repeats every year, decades from the origin too", () => {
    const now = fourierFeatures([0.3], 3);
    fourierFeatures([54.3], 3).forEach((value, i) => {
      expect(value).toBeCloseTo(now[i]!, 9);
    });
  });

  it("is orthogonal over whole years: XᵀX = (periods/2) I", () => {
    const periods = 48;
    const x = fourierFeatures(
      Array.from({ length: periods }, (_, t) => t / 24),
      3,
    );
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < 6; b++) {
        let sum = 0;
        for (let t = 0; t < periods; t++) sum += x[t * 6 + a]! * x[t * 6 + b]!;
        expect(sum).toBeCloseTo(a === b ? periods / 2 : 0, 9);
      }
    }
  });

  it("names its columns in order", () => {
    expect(fourierNames(2)).toEqual(["sin1", "cos1", "sin2", "cos2"]);
  });
});

describe("fourierSeason", () => {
  it("adds the waves up", () => {
    expect(fourierSeason([0.25], [3, 5])[0]).toBeCloseTo(3, 12);
    expect(fourierSeason([0.5], [3, 5, 0, 2])[0]).toBeCloseTo(-5 + 2, 12);
  });

  it("refuses half a harmonic", () => {
    expect(() => fourierSeason([0], [1, 2, 3])).toThrow("a whole number of harmonics of at least 1, got 1.5");
  });
});
