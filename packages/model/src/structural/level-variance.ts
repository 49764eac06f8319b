// Noise of each unit and how its level moves, from the residuals without the level.

import { addStepSquares, heavyFactor, smoothLevel, whiten } from "./level.js";
import { type Problem, unitFilter } from "./objective.js";
import type { Variances } from "./variance.js";

/**
 * Per-unit noise, shrunk to the pooled one with the weight of five observations. Outliers count as `huber` deviations
 * at most (Huber 1964, Proposal 2).
 */
export function noiseOf(
  problem: Problem,
  residuals: readonly Float64Array[],
  step: number,
  freedom: number,
  huber: number,
): Float64Array {
  const { design } = problem;
  const expected = clippedVariance(huber);
  const sums = residuals.map((residual, r) => {
    const { squares, ...rest } = whitenedSquares(problem, residual, r, step, huber);
    return { ...rest, squares: squares / expected };
  });
  const total = sums.reduce((a, b) => a + b.squares, 0);
  const observations = sums.reduce((a, b) => a + b.observations, 0);
  const pooled = Math.max(1e-12, total / (observations * freedom));
  return Float64Array.from({ length: design.units }, (_, r) => {
    const { squares, observations: n } = sums[r]!;
    return Math.sqrt((squares / freedom + 5 * pooled) / (n + 5));
  });
}

/** Units that the belief in a steady step variance is worth in each period. */
const steadiness = 4;

/**
 * Factors on the step variance by expectation–maximisation: Student-t steps for every unit, with a scale per period.
 * A break in many units at once raises the period's scale; a jump of one unit raises only its own factor, and neither
 * asks media to explain it.
 */
export function levelUnrest(
  problem: Problem,
  residuals: readonly Float64Array[],
  step: number,
  noise: Float64Array,
): Pick<Variances, "levelUnrest" | "levelJumps"> {
  const { trainingEnd, units } = problem.design;
  const relative = residuals.map((residual, r) => relativeSquares(problem, residual, r, step, noise[r]!));
  const periods = new Float64Array(trainingEnd);
  const jumps = new Float64Array(units * trainingEnd).fill(1);
  for (let t = 0; t < trainingEnd; t++) {
    const seen = relative.map((squares) => squares[t]!);
    const scale = periodScale(seen.filter(Number.isFinite));
    periods[t] = scale;
    seen.forEach((square, r) => {
      if (Number.isFinite(square)) jumps[r * trainingEnd + t] = heavyFactor(square / scale);
    });
  }
  return { levelUnrest: Array.from(periods), levelJumps: jumps };
}

// Scale of Student-t steps whose expected squares are given; a few rounds settle it.
function periodScale(squares: readonly number[]): number {
  let scale = 1;
  for (let round = 0; round < 5; round++) {
    let sum = steadiness;
    for (const square of squares) sum += square / heavyFactor(square / scale);
    scale = sum / (squares.length + steadiness);
  }
  return scale;
}

// E[step²] of a unit over the variance of a usual step; NaN between periods that were not both observed.
function relativeSquares(
  problem: Problem,
  residual: Float64Array,
  r: number,
  step: number,
  noise: number,
): Float64Array {
  const filter = unitFilter(problem, r, step);
  const smooth = new Float64Array(residual.length);
  smoothLevel(filter, residual, smooth);
  const squares = new Float64Array(residual.length);
  const counts = new Float64Array(residual.length);
  addStepSquares(filter, smooth, noise ** 2, squares, counts);
  return squares.map((square, t) => (counts[t]! > 0 ? square / (step * noise ** 2) : Number.NaN));
}

function whitenedSquares(problem: Problem, residual: Float64Array, r: number, step: number, huber: number) {
  const { variances } = problem;
  const most = (huber * variances.noise[r]!) ** 2;
  const filter = unitFilter(problem, r, step);
  const white = residual.slice();
  whiten(filter, white, 0, 0, white.length);
  let squares = 0;
  for (const value of white) squares += Math.min(value * value, most);
  return { squares, observations: filter.observations, logDeterminant: filter.logDeterminant };
}

/** Expected min(z², k²) of a standard normal z, by Simpson's rule. */
export function clippedVariance(k: number): number {
  if (!Number.isFinite(k)) return 1;
  const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  const steps = 400;
  const top = k + 10;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const z = (i * top) / steps;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.min(z * z, k * k) * density(z);
  }
  return (2 * sum * top) / (3 * steps);
}

/** Profile likelihood of the step variance on a grid of its logarithm, refined once by a parabola. */
export function bestLevelStep(problem: Problem, residuals: readonly Float64Array[], huber: number): number {
  const score = (logStep: number): number => {
    let total = 0.5 * (logStep + 5) ** 2 * 0.02;
    residuals.forEach((residual, r) => {
      const { squares, observations, logDeterminant } = whitenedSquares(problem, residual, r, Math.exp(logStep), huber);
      if (observations > 0) total += 0.5 * (observations * Math.log(squares / observations + 1e-300) + logDeterminant);
    });
    return total;
  };
  return Math.exp(minimise(score, -14, 1, 1));
}

function minimise(score: (x: number) => number, lower: number, upper: number, width: number): number {
  let best = lower;
  let lowest = Number.POSITIVE_INFINITY;
  for (let x = lower; x <= upper + 1e-9; x += width) {
    const value = score(x);
    if (value < lowest) [lowest, best] = [value, x];
  }
  const left = score(best - width);
  const right = score(best + width);
  const bend = left - 2 * lowest + right;
  return bend > 0 ? best + Math.max(-width, Math.min(width, (width * 0.5 * (left - right)) / bend)) : best;
}
