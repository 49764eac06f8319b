// How large the common shocks are, from their expected squares.

import { dot } from "../linear-algebra/dot.js";
import { type ArrowFactor, sharedCovariance } from "./curvature.js";
import { usualCommonStep } from "./kpi-steps.js";
import type { Problem } from "./objective.js";
import type { Point } from "./preconditioned.js";

const least = 2e-4;

/** Maximise E[log N(shocks | 0, K(step, noise))] over both standard deviations, coordinate by coordinate. */
export function bestShocks(
  problem: Problem,
  mode: Point,
  factor: ArrowFactor,
): { shockStep: number; shockNoise: number } {
  const { variances } = problem;
  const { walk, energy } = shockSpectrum(problem, mode, factor);
  const score = (step: number, noise: number): number => {
    let sum = 0;
    for (let k = 0; k < walk.length; k++) {
      const variance = step ** 2 * walk[k]! + noise ** 2;
      sum += Math.log(variance) + energy[k]! / variance;
    }
    return 0.5 * sum;
  };
  let { shockStep, shockNoise } = variances;
  // More restless than the KPI itself, common shocks would undo, week by week, what media do.
  const most = Math.max(2 * least, usualCommonStep(problem.design) ?? 0.5);
  const clamp = (sd: number): number => Math.min(most, Math.max(least, sd));
  const factors = [0.25, 0.5, 0.8, 1, 1.25, 2, 4];
  const better = (values: number[], value: (x: number) => number): number =>
    values.reduce((best, x) => (value(x) < value(best) ? x : best));
  shockStep = better(
    factors.map((f) => clamp(f * shockStep)),
    (x) => score(x, shockNoise),
  );
  shockNoise = better(
    factors.map((f) => clamp(f * shockNoise)),
    (x) => score(shockStep, x),
  );
  return { shockStep, shockNoise };
}

/**
 * Variance of a unit random walk along each of its principal directions, and the expected squared shocks along them.
 *
 * The walk starts at 0, where only noise is; over the other n periods its covariance min(s, t) has the eigenvectors
 * `2/√(2n+1) · sin((2k−1)πj/(2n+1))` and eigenvalues `1/(2 − 2cos((2k−1)π/(2n+1)))`.
 */
export function shockSpectrum(
  { layout }: Pick<Problem, "layout">,
  mode: Point,
  factor: ArrowFactor,
): { readonly walk: Float64Array; readonly energy: Float64Array } {
  const { shock, shocks, shared } = layout;
  const covariance = sharedCovariance(factor);
  const row = (t: number): number => (shock + t) * shared + shock;
  const walk = new Float64Array(shocks);
  const energy = new Float64Array(shocks);
  energy[0] = mode.shared[shock]! ** 2 + covariance[row(0)]!;
  const n = shocks - 1;
  const direction = new Float64Array(shocks);
  for (let k = 1; k <= n; k++) {
    const angle = ((2 * k - 1) * Math.PI) / (2 * n + 1);
    for (let j = 1; j <= n; j++) direction[j] = (2 / Math.sqrt(2 * n + 1)) * Math.sin(angle * j);
    walk[k] = 1 / (2 - 2 * Math.cos(angle));
    let spread = 0;
    for (let t = 1; t <= n; t++) spread += direction[t]! * dot(covariance, row(t), direction, 0, shocks);
    energy[k] = dot(mode.shared, shock, direction, 0, shocks) ** 2 + spread;
  }
  return { walk, energy };
}
