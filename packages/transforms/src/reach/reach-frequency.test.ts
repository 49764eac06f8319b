import { expect, it } from "vitest";
import { reachFrequency } from "./reach-frequency.js";

it("is proportional to reach, saturates in frequency, and is half at the half-saturation", () => {
  const [one, two] = reachFrequency([1e6, 2e6], [3, 3]);
  expect(two! / one!).toBeCloseTo(2, 12);
  expect(reachFrequency([100], [4], { slope: 2, halfSaturation: 4 })[0]).toBeCloseTo(50, 10);
  const steps = [...reachFrequency(new Float64Array(8).fill(1), [0, 1, 2, 4, 8, 16, 32, 1e6])];
  expect(steps[0]).toBe(0);
  for (let i = 1; i < steps.length; i++) expect(steps[i]!).toBeGreaterThan(steps[i - 1]!);
  expect(steps.at(-1)!).toBeCloseTo(1, 6);
});

it("keeps gaps and refuses what cannot be", () => {
  expect(reachFrequency([Number.NaN, 0], [2, 2])).toEqual(Float64Array.from([Number.NaN, 0]));
  expect(() => reachFrequency([1, 2], [1])).toThrow("There are 2 values of reach and 1 of frequency.");
  expect(() => reachFrequency([1], [-1])).toThrow("Reach 1 with frequency -1 at position 0 cannot be");
});
