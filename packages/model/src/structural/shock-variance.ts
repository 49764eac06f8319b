// How large the common shocks are, from their expected squares.

import { cholesky, invertFactored } from "../linear-algebra/cholesky.js";
import { type ArrowFactor, sharedCovariance } from "./curvature.js";
import { usualCommonStep } from "./kpi-steps.js";
import type { Problem } from "./objective.js";
import type { Point } from "./preconditioned.js";
import { shockCovariance } from "./variance.js";

const least = 2e-4;

/** Maximise E[log N(shocks | 0, K(step, noise))] over both standard deviations, coordinate by coordinate. */
export function bestShocks(
  problem: Problem,
  mode: Point,
  factor: ArrowFactor,
): { shockStep: number; shockNoise: number } {
  const { layout, variances } = problem;
  const n = layout.shocks;
  const inverse = sharedCovariance(factor);
  const second = new Float64Array(n * n);
  for (let s = 0; s < n; s++) {
    for (let t = 0; t < n; t++) {
      second[s * n + t] =
        mode.shared[layout.shock + s]! * mode.shared[layout.shock + t]! +
        inverse[(layout.shock + s) * layout.shared + layout.shock + t]!;
    }
  }
  const score = (step: number, noise: number): number => {
    const covariance = shockCovariance(n, step, noise);
    if (!cholesky(covariance, n)) return Number.POSITIVE_INFINITY;
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(covariance[i * n + i]!);
    const precision = invertFactored(covariance, n);
    let trace = 0;
    for (let i = 0; i < n * n; i++) trace += precision[i]! * second[i]!;
    return 0.5 * (logDeterminant + trace);
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
