import { createRandom, type Random } from "@mmm/core";
import type { Fit } from "../fit/fit.js";
import { evaluateUnit, loadingOf, sharedState, unitWorkspace } from "../structural/forward.js";
import { type LevelFilter, smoothLevel } from "../structural/level.js";
import { trainingResidual } from "../structural/objective.js";
import { extendShocks } from "../structural/variance.js";

/**
 * New samples of the data, in KPI units. Parameters enter linearly around the mode, which is what the curvature behind
 * the draws describes; level, shocks and noise are drawn anew.
 *
 * @param cells 1 where a sample is wanted, `[units, periods]`
 */
export function replicate(
  fit: Fit,
  cells: Uint8Array,
  take: (unit: number, period: number, draw: number, value: number) => void,
): void {
  const { design, layout, learned, draws, settings } = fit;
  const { units, periods, trainingEnd, scales } = design;
  const { problem, mode } = learned;
  const { variances, filters } = problem;
  const { shared: p, perUnit: q } = layout;
  const random = createRandom(settings.seed).split("replicate");
  const futures = draws.shared.map(() => futureShocks(random, fit));
  const shock = extendShocks(layout, mode.shared, variances, periods);
  const state = sharedState(layout, mode.shared, design.lags, shock);
  const work = unitWorkspace(design, layout, periods);
  const residual = new Float64Array(trainingEnd);
  const shifted = new Float64Array(trainingEnd);
  const change = new Float64Array(periods);
  const walk = new Float64Array(periods);
  const isShock = (i: number): boolean => i >= layout.shock && i < layout.shock + layout.shocks;
  const columns = Array.from({ length: p + q }, (_, i) => i).filter((i) => !isShock(i));
  for (let r = 0; r < units; r++) {
    evaluateUnit(design, layout, state, mode.shared, mode.own, r, work);
    trainingResidual(problem, r, work.prediction, residual);
    const loading = loadingOf(layout, mode.own, r);
    for (let d = 0; d < draws.count; d++) {
      for (let t = 0; t < periods; t++) change[t] = loading * futures[d]![t]!;
      const step = (i: number): number =>
        i < p ? draws.shared[d]![i]! - mode.shared[i]! : draws.own[d]![r * q + i - p]! - mode.own[r * q + i - p]!;
      for (let s = 0; s < layout.shocks; s++) change[s]! += loading * step(layout.shock + s);
      addColumns(change, work.jacobian, columns, step);
      for (let t = 0; t < trainingEnd; t++) shifted[t] = residual[t]! === 0 ? 0 : residual[t]! - change[t]!;
      sampleLevel(random, filters[r]!, variances.noise[r]!, shifted, walk, trainingEnd);
      for (let t = 0; t < periods; t++) {
        const noise = variances.noise[r]! * random.normal();
        if (cells[r * periods + t] !== 1) continue;
        take(r, t, d, scales.kpi[r]! * (work.prediction[t]! + change[t]! + walk[t]! + noise));
      }
    }
  }
}

// `into += Σ timesOf(column) · column`, four columns at a time.
function addColumns(
  into: Float64Array,
  matrix: Float64Array,
  columns: readonly number[],
  timesOf: (column: number) => number,
): void {
  const length = into.length;
  let k = 0;
  for (; k + 3 < columns.length; k += 4) {
    const [i, j, l, m] = [columns[k]!, columns[k + 1]!, columns[k + 2]!, columns[k + 3]!];
    const [a, b, c, d] = [timesOf(i), timesOf(j), timesOf(l), timesOf(m)];
    for (let t = 0; t < length; t++) {
      into[t]! +=
        a * matrix[i * length + t]! +
        b * matrix[j * length + t]! +
        c * matrix[l * length + t]! +
        d * matrix[m * length + t]!;
    }
  }
  for (; k < columns.length; k++) {
    const times = timesOf(columns[k]!);
    for (let t = 0; t < length; t++) into[t]! += times * matrix[columns[k]! * length + t]!;
  }
}

// A random continuation of the common shocks after training, relative to their expectation there.
function futureShocks(random: Random, { design, layout, learned }: Fit): Float64Array {
  const { shockStep, shockNoise } = learned.problem.variances;
  const path = new Float64Array(design.periods);
  if (layout.shocks === 0) return path;
  let walk = 0;
  for (let t = design.trainingEnd; t < path.length; t++) {
    walk += shockStep * random.normal();
    path[t] = walk + shockNoise * random.normal();
  }
  return path;
}

/**
 * Draw the random-walk level of a unit given its residuals: simulate walk and data, and correct the walk by the
 * smoothed difference. Continues as a free walk after training.
 *
 * Source: Durbin & Koopman (2002), A simple and efficient simulation smoother.
 */
function sampleLevel(
  random: Random,
  filter: LevelFilter,
  noise: number,
  residual: Float64Array,
  out: Float64Array,
  trainingEnd: number,
): void {
  const difference = residual.slice();
  let walk = 0;
  let started = false;
  for (let t = 0; t < trainingEnd; t++) {
    if (started) walk += Math.sqrt(filter.steps[t]!) * noise * random.normal();
    if (filter.inverseScale[t]! > 0) {
      started = true;
      difference[t]! -= walk + noise * filter.noiseScale[t]! * random.normal();
    }
    out[t] = walk;
  }
  const correction = new Float64Array(trainingEnd);
  smoothLevel(filter, difference, correction);
  for (let t = 0; t < trainingEnd; t++) out[t]! += correction[t]!;
  const step = Math.sqrt(filter.futureStep) * noise;
  for (let t = trainingEnd; t < out.length; t++) out[t] = out[t - 1]! + step * random.normal();
}
