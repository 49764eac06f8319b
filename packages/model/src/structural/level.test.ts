import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { cholesky, invertFactored } from "../linear-algebra/cholesky.js";
import { addStepSquares, levelFilter, smoothLevel, whiten } from "./level.js";

// Dense truth: cov(residual) = diag(1/w) + q·min(steps since the first observation).
function dense(weights: Float64Array, q: number, unrest: readonly number[]) {
  const used = [...weights.keys()].filter((t) => weights[t]! > 0);
  const first = used[0]!;
  const n = used.length;
  const walk = (s: number, t: number) => {
    let sum = 0;
    for (let i = first + 1; i <= Math.min(s, t); i++) sum += q * unrest[i]!;
    return sum;
  };
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
  const unrest = [1, 2, 0.5, 1, 3, 0.2, 1, 1];
  const filter = levelFilter(weights, q, unrest);
  const { used, n, walk, inverse, logDeterminant } = dense(weights, q, unrest);

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

it("expects the squared steps that mean and covariance of the level given the series imply", () => {
  const random = createRandom(2);
  const weights = Float64Array.of(0, 1, 1, 0, 0.3, 1, 1);
  const [q, noise] = [0.8, 1.7];
  const unrest = [1, 2, 0.5, 1, 3, 0.2, 1];
  const series = Float64Array.from(weights, () => random.normal());
  const filter = levelFilter(weights, q, unrest);
  const { used, n, walk, inverse } = dense(weights, q, unrest);
  const smooth = new Float64Array(7);
  smoothLevel(filter, series, smooth);
  const squares = new Float64Array(7);
  const counts = new Float64Array(7);
  addStepSquares(filter, smooth, noise, squares, counts);
  const covariance = (s: number, t: number): number => {
    let sum = walk(s, t);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) sum -= walk(s, used[i]!) * inverse[i * n + j]! * walk(used[j]!, t);
    }
    return sum;
  };
  expect([...counts]).toEqual([0, 0, 1, 1, 1, 1, 1]);
  for (let t = 2; t < 7; t++) {
    const variance = covariance(t, t) + covariance(t - 1, t - 1) - 2 * covariance(t, t - 1);
    expect(squares[t]!).toBeCloseTo((smooth[t]! - smooth[t - 1]!) ** 2 + noise * variance, 10);
  }
});

it("without steps there is no level", () => {
  const series = Float64Array.of(3, -1, 2);
  const level = new Float64Array(3);
  smoothLevel(levelFilter(Float64Array.of(1, 1, 1), 0), series, level);
  expect([...level]).toEqual([0, 0, 0]);
});
