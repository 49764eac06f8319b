import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { fitForecast } from "./fit-forecast.js";
import { batchSeries, describePeriod } from "./sequence.js";

// A season of 12 with a growing level and correlated noise.
function monthly(seed: number, length: number): number[] {
  const random = createRandom(seed);
  let wave = 0;
  return Array.from({ length }, (_, t) => {
    wave = 0.8 * wave + random.normal();
    return 100 + 0.5 * t + 20 * Math.sin((2 * Math.PI * t) / 12) + 2 * wave;
  });
}

const rmse = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.sqrt(Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);

describe("fitForecast", () => {
  it("beats the same month last year over several series of different lengths", async () => {
    const all = [monthly(1, 66), monthly(2, 60), monthly(3, 54), monthly(4, 48)];
    const past = all.map((one) => one.slice(0, -6));
    const forecast = await fitForecast(past, { season: 12, hidden: 8, steps: 60, learningRate: 0.03 });
    const ahead = (await forecast.predict(6)).flatMap((one) => [...one]);
    const truth = all.flatMap((one) => one.slice(-6));
    const naive = all.flatMap((one) => one.slice(-18, -12));
    expect(rmse(ahead, truth)).toBeLessThan(0.8 * rmse(naive, truth));
    expect(forecast.losses.at(-1)).toBeLessThan(forecast.losses[0]! / 2);
    expect(forecast.errors.every((error) => error > 0.5 && error < 8)).toBe(true);
  });

  it("continues the series of the README", async () => {
    const sales = Array.from({ length: 60 }, (_, t) => 100 + 0.5 * t + 20 * Math.sin((2 * Math.PI * t) / 12));
    const forecast = await fitForecast([sales], { season: 12, steps: 60, seed: 1 });
    const [next] = await forecast.predict(6);
    const truth = next!.map((_, i) => 100 + 0.5 * (60 + i) + 20 * Math.sin((2 * Math.PI * i) / 12));
    // The same month last year is 6 below.
    expect(rmse(next!, truth)).toBeLessThan(2);
    await forecast.dispose();
    await expect(forecast.predict(1)).rejects.toThrow("was disposed");
  });

  it("gives the same forecast for the same seed", async () => {
    const options = { season: 4, hidden: 3, steps: 3 };
    const run = async (seed: number) => [
      ...(await (await fitForecast([monthly(5, 14)], { ...options, seed })).predict(2))[0]!,
    ];
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it("can be stopped", async () => {
    const stopped = AbortSignal.abort();
    await expect(fitForecast([monthly(5, 30)], {}, { signal: stopped })).rejects.toThrow("cancelled");
  });

  it("says which series is too short or broken", async () => {
    await expect(fitForecast([monthly(1, 30), monthly(1, 13)], { season: 12 })).rejects.toThrow(
      "Series 1 has 13 values; a season of 12 needs at least 14.",
    );
    await expect(fitForecast([[1, 2, Number.NaN, 4]])).rejects.toThrow("Series 0 is NaN at position 2");
  });
});

describe("batchSeries", () => {
  it("scales each series and masks what has no reference", () => {
    const { values, mask, means, scales } = batchSeries(
      [
        [1, 3, 1, 3],
        [5, 7, 5],
      ],
      1,
    );
    expect([means, scales]).toEqual([
      [2, 17 / 3],
      [1, Math.sqrt(8 / 9)],
    ]);
    expect([...values.slice(0, 4)]).toEqual([-1, 1, -1, 1]);
    expect([...mask]).toEqual([0, 0, 1, 1, 0, 0, 1, 0]);
  });

  it("describes a period only by what came before it", () => {
    const out = new Float32Array(4);
    describePeriod([1, 2, 4, 8, 99], 4, 2, out, 0);
    // Reference 4; last value 8 less its reference 2; a full turn of the season.
    expect([out[0], out[1]]).toEqual([4, 6]);
    expect(out[2]).toBeCloseTo(0, 5);
    expect(out[3]).toBeCloseTo(1, 5);
  });
});
