// How the common shocks go on after training.

import { addStepSquares, heavyFactor, heavyFreedom, levelFilter, smoothLevel } from "./level.js";

/** Squared scale of a Student-t over its variance. */
const scaled = (heavyFreedom - 2) / heavyFreedom;
const rounds = 20;

/**
 * The lasting part of common shocks at their end: the last level of a random walk with Student-t steps, seen through
 * passing shocks that are Student-t as well. A single wild period near the end moves it little; a level that holds for
 * some periods is followed.
 *
 * @param shocks one per period; the walk starts at 0 in the first
 * @param step standard deviation of a step of the walk
 * @param noise standard deviation of a passing shock
 *
 * Source: expectation–maximisation for scale mixtures of normals around the Kalman smoother (Durbin & Koopman, Time
 * Series Analysis by State Space Methods, 2nd ed., §4.4).
 */
export function lastingShock(shocks: Float64Array, step: number, noise: number): number {
  const count = shocks.length;
  const usualNoise = scaled * noise ** 2;
  const weights = new Float64Array(count).fill(1);
  const stepFactors = new Float64Array(count).fill(1);
  const level = new Float64Array(count);
  for (let round = 0; round < rounds; round++) {
    const filter = levelFilter(weights, (step / noise) ** 2, [], stepFactors);
    smoothLevel(filter, shocks, level);
    const squares = new Float64Array(count);
    const doubt = addStepSquares(filter, level, usualNoise, squares, new Float64Array(count));
    for (let t = 0; t < count; t++) {
      weights[t] = 1 / heavyFactor((shocks[t]! - level[t]!) ** 2 / usualNoise + doubt[t]!);
      if (t > 0) stepFactors[t] = heavyFactor(squares[t]! / (scaled * step ** 2));
    }
  }
  return level[count - 1] ?? 0;
}
