import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { type BackTest, calibrated, calibrateForecasts } from "./calibration.js";

// Truth: half of the forecast's distance from the mean is borne out, errors have standard deviation 2, intervals claim 1.
const horizon = 6;
const random = createRandom(3);
const test = (): BackTest => {
  const mean = Float64Array.from({ length: horizon }, () => 10 + 3 * random.normal());
  return {
    forecast: {
      horizon,
      mean,
      lower: mean.map((value) => value - 1.645),
      upper: mean.map((value) => value + 1.645),
      interval: 0.9,
    },
    actual: mean.map((value) => 10 + 0.5 * (value - 10) + 2 * random.normal()),
    centre: Float64Array.of(10),
    spread: Float64Array.of(3),
  };
};
const calibration = calibrateForecasts(Array.from({ length: 300 }, test), 1)!;

describe("forecast calibration", () => {
  it("learns what is borne out and how wide errors are", () => {
    for (let h = 0; h < horizon; h++) {
      expect(Math.abs(calibration.shrink[0]![h]! - 0.5)).toBeLessThan(0.1);
      expect(Math.abs(calibration.widen[0]![h]! - 2)).toBeLessThan(0.3);
    }
  });

  it("corrected intervals cover what they claim in new data", () => {
    let inside = 0;
    const rounds = 400;
    for (let k = 0; k < rounds; k++) {
      const { forecast, actual, centre } = test();
      const { lower, upper } = calibrated(forecast, calibration, centre, [false], false);
      for (let h = 0; h < horizon; h++) if (actual[h]! >= lower[h]! && actual[h]! <= upper[h]!) inside++;
    }
    expect(inside / (rounds * horizon)).toBeGreaterThan(0.88);
    expect(inside / (rounds * horizon)).toBeLessThan(0.92);
  });

  it("keeps planned means, goes on with the last step, and stays non-negative", () => {
    const mean = new Float64Array(9).fill(1);
    const forecast = { horizon: 9, mean, lower: mean.map(() => 0.2), upper: mean.map(() => 2), interval: 0.9 };
    const kept = calibrated(forecast, calibration, Float64Array.of(10), [true], true);
    expect([...kept.mean]).toEqual([...mean]);
    expect(kept.lower.every((value) => value === 0)).toBe(true);
    const free = calibrated(forecast, calibration, Float64Array.of(10), [true], false);
    expect(free.mean[8]).toBeCloseTo(10 - 9 * calibration.shrink[0]!.at(-1)!, 10);
    expect(calibrateForecasts([], 1)).toBeNull();
  });
});
