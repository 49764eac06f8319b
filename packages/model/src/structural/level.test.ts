import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { cholesky, invertFactored } from "../linear-algebra/cholesky.js";
import { levelFilter, smoothLevel, whiten } from "./level.js";

// Dense truth: cov(residual) = diag(1/w) + q·min(steps since the first observation).
function dense(weights: Float64Array, q: number) {
  const used = [...weights.keys()].filter((t) => weights[t]! > 0);
  const first = used[0]!;
  const n = used.length;
  const walk = (s: number, t: number) => q * Math.max(0, Math.min(s, t) - first);
  const covariance = new Float64Array(n * n);
  used.forEach((s, i) => {
    used.forEach((t, j) => {
      covariance[i * n + j] = walk(s, t) + (i === j ? 1 / weights[s]! : 0);
    });
  });
  const factor = covariance.slice();
  cholesky(factor, n);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(factor[i * n + i]!);
  return { used, n, walk, inverse: invertFactored(factor, n), logDeterminant };
}

it("whitening is the inverse square root of the residual covariance; smoothing is the conditional mean", () => {
  const random = createRandom(1);
  const weights = Float64Array.of(0, 1, 1, 0, 0.3, 1, 1, 0);
  const q = 0.37;
  const series = Float64Array.from(weights, () => random.normal());
  const filter = levelFilter(weights, q);
  const { used, n, walk, inverse, logDeterminant } = dense(weights, q);

  const white = series.slice();
  whiten(filter, white, 0, 0, 8);
  const sumOfSquares = white.reduce((sum, value) => sum + value * value, 0);
  let quadratic = 0;
  const solved = used.map((_, i) => used.reduce((sum, t, j) => sum + inverse[i * n + j]! * series[t]!, 0));
  used.forEach((t, i) => {
    quadratic += series[t]! * solved[i]!;
  });
  expect(sumOfSquares).toBeCloseTo(quadratic, 10);
  expect(filter.logDeterminant).toBeCloseTo(logDeterminant, 10);
  expect(filter.observations).toBe(n);

  const level = new Float64Array(8);
  smoothLevel(filter, series, level);
  for (let t = 0; t < 8; t++) {
    const mean = used.reduce((sum, s, i) => sum + walk(t, s) * solved[i]!, 0);
    expect(level[t]!).toBeCloseTo(mean, 10);
  }
});

it("without steps there is no level", () => {
  const series = Float64Array.of(3, -1, 2);
  const level = new Float64Array(3);
  smoothLevel(levelFilter(Float64Array.of(1, 1, 1), 0), series, level);
  expect([...level]).toEqual([0, 0, 0]);
});
