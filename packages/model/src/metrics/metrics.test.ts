import { expect, it } from "vitest";
import { meanChange, naiveForecasts, score } from "./metrics.js";

const two = (actual: number[], predicted: number[], mask = actual.map(() => 1)) =>
  score({
    units: 2,
    periods: actual.length / 2,
    actual: Float64Array.from(actual),
    predicted: Float64Array.from(predicted),
    mask: Uint8Array.from(mask),
    trainingChange: 2,
  });

it("separates pooled from within-unit R²: predicting each unit's mean is 0 within and high pooled", () => {
  const metrics = two([1, 3, 101, 103], [2, 2, 102, 102]);
  expect(metrics.r2Within).toBeCloseTo(0, 12);
  expect(metrics.r2).toBeCloseTo(1 - 4 / 10004, 12);
  expect(metrics.rmse).toBe(1);
  expect(metrics.nrmse).toBeCloseTo(1 / 102, 12);
  expect(metrics.mape).toBeCloseTo((1 + 1 / 3 + 1 / 101 + 1 / 103) / 4, 12);
  expect(metrics.wmape).toBeCloseTo(4 / 208, 12);
  expect(metrics.mase).toBe(0.5);
});

it("skips masked cells and cells without a prediction, and has nothing to say about none", () => {
  expect(two([1, 3, 5, 9], [1, 99, 5, Number.NaN], [1, 0, 1, 1]).rmse).toBe(0);
  expect(two([1, 3, 5, 9], [0, 0, 0, 0], [0, 0, 0, 0])).toEqual({
    r2: null,
    r2Within: null,
    rmse: null,
    nrmse: null,
    mape: null,
    wmape: null,
    mase: null,
  });
  expect(two([4, 4, 4, 4], [4, 4, 4, 5]).r2).toBeNull();
});

it("forecasts naively from training periods only", () => {
  const actual = Float64Array.from([1, 2, 3, 4, 100, 100]);
  const naive = naiveForecasts(actual, new Uint8Array(6).fill(1), 1, 6, 4, 3);
  expect(naive.unitMean[5]).toBe(2.5);
  expect(naive.lastPeriods[4]).toBe(2.5);
  expect([naive.seasonalNaive![4], naive.seasonalNaive![5]]).toEqual([2, 3]);
  expect(naiveForecasts(actual, new Uint8Array(6).fill(1), 1, 6, 4, 52).seasonalNaive).toBeNull();
  expect(meanChange(actual, new Uint8Array(6).fill(1), 1, 6, 4)).toBe(1);
});
