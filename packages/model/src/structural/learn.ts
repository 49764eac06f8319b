// Empirical Bayes around the mode: alternate between the mode for given variances and better variances given the mode
// and its curvature, and give outliers less weight (Huber) on the way. Ends at a mode for the final variances.

import { type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { cholesky, invertFactored, solveLower } from "../linear-algebra/cholesky.js";
import { type ArrowFactor, arrowSystem, factorArrow, sharedCovariance, unitVariances } from "./curvature.js";
import type { Design } from "./design.js";
import { knotValues, learnedStep, unscaledPrecision } from "./effect-path.js";
import type { EvidenceRow } from "./evidence.js";
import { evaluateUnit, sharedState } from "./forward.js";
import { addStepSquares, levelFilter, smoothLevel, whiten } from "./level.js";
import { findMode, type Improved, improve, type Mode } from "./levenberg-marquardt.js";
import { linearise, makeProblem, type Problem, trainingResidual, unitPriorSd, unitWeights } from "./objective.js";
import type { Layout } from "./parameters.js";
import type { Point } from "./preconditioned.js";
import type { StructuralSettings } from "./settings.js";
import { extendShocks, initialVariances, shockCovariance, type Variances } from "./variance.js";

export interface Learned {
  readonly mode: Mode;
  readonly problem: Problem;
  readonly factor: ArrowFactor;
  /** Rounds of variance updates. */
  readonly rounds: number;
  /** Objective after each round, for the training curve. */
  readonly history: readonly number[];
  readonly iterations: number;
}

/** Where an earlier fit of the same layout ended. */
export interface LearnStart {
  readonly mode: { readonly shared: Float64Array; readonly own: Float64Array };
  readonly variances: Variances;
  readonly weights: Float64Array;
}

const maxRounds = 15;
/** Quasi-Newton steps between two updates of the variances. */
const descentPerRound = 6;

export async function learn(
  design: Design,
  layout: Layout,
  settings: StructuralSettings,
  hooks?: RunHooks,
  evidence: readonly EvidenceRow[] = [],
  from?: LearnStart,
): Promise<Learned> {
  let variances = from?.variances ?? initialVariances(design, settings.level, layout);
  let weights = from?.weights ?? unitWeights(design);
  let problem = makeProblem(design, layout, variances, weights, evidence);
  let point: Point = from?.mode ?? {
    shared: layout.priorMean.slice(),
    own: new Float64Array(design.units * layout.perUnit),
  };
  const history: number[] = [];
  let iterations = 0;
  for (let round = 0; round < maxRounds; round++) {
    throwIfCancelled(hooks);
    const { steps, factor, ...better } =
      round === 0 ? firstMode(problem, point) : improve(problem, point, descentPerRound);
    iterations += Math.max(1, steps);
    point = better;
    history.push(better.objective);
    const residuals = unitResiduals(problem, point.shared, point.own);
    const next = updateVariances(problem, settings, point, factor, residuals);
    if (Number.isFinite(settings.huber)) weights = huberWeights(problem, next, residuals, settings.huber);
    const change = variancesChange(variances, next);
    variances = next;
    problem = makeProblem(design, layout, variances, weights, evidence);
    hooks?.onProgress?.({
      phase: "fit",
      step: round + 1,
      total: maxRounds,
      metrics: { objective: better.objective, change },
    });
    await yieldToEventLoop();
    if (change < 0.01 && round >= 3) break;
  }
  const { mode, factor: curvature } = findMode(problem, point, { maxIterations: 60 });
  const factor = drawingFactor(problem, mode, curvature);
  history.push(mode.objective);
  iterations += mode.iterations;
  return {
    mode,
    problem,
    factor,
    rounds: history.length - 1,
    history,
    iterations,
  };
}

/** Curvature at a mode for draws; that of the mode itself where effects are constant. */
export function drawingFactor(problem: Problem, mode: Point, factor: ArrowFactor): ArrowFactor {
  const { layout, design } = problem;
  const { path } = layout;
  if (!path || path.knots < 2) return factor;
  const pathPrecision = problem.pathPrecision.map((precision, c) =>
    unscaledPrecision(precision, knotValues(path, design.channels, c, mode.shared)),
  );
  const system = arrowSystem(layout.shared, layout.perUnit, design.units);
  linearise({ ...problem, pathPrecision }, mode.shared, mode.own, system);
  return factorArrow(system, 0) ?? factor;
}

function firstMode(problem: Problem, start: Point): Improved {
  const { mode, factor } = findMode(problem, start, { maxIterations: 12, tolerance: 1e-2 });
  return { ...mode, steps: mode.iterations, factor };
}

/** `y − f` without the level, `[units][trainingEnd]`. */
function unitResiduals(problem: Problem, shared: Float64Array, own: Float64Array): Float64Array[] {
  const { design, layout, variances, plainWork } = problem;
  const state = sharedState(layout, shared, design.lags, extendShocks(layout, shared, variances, design.periods));
  return Array.from({ length: design.units }, (_, r) => {
    evaluateUnit(design, layout, state, shared, own, r, plainWork);
    const out = new Float64Array(design.trainingEnd);
    trainingResidual(problem, r, plainWork.prediction, out);
    return out;
  });
}

function updateVariances(
  problem: Problem,
  settings: StructuralSettings,
  mode: Point,
  factor: ArrowFactor,
  residuals: readonly Float64Array[],
): Variances {
  const { variances, layout, design, filters } = problem;
  const own = unitVariances(factor);
  const spread = (isOfKind: (k: number) => boolean, before: number, typical: number): number => {
    let sum = 0;
    let n = 0;
    for (let i = 0; i < mode.own.length; i++) {
      if (!isOfKind(i % layout.perUnit)) continue;
      sum += mode.own[i]! ** 2 + own[i]!;
      n++;
    }
    return n === 0 ? before : Math.sqrt((sum + 2 * typical ** 2) / (n + 2));
  };
  const baseline = spread((k) => k === 0, variances.baseline, 0.1);
  const effect = spread((k) => k >= 1 && k <= design.channels, variances.effect, 0.1);
  const control = spread((k) => k > design.channels && k < layout.perUnit - 1, variances.control, 0.01);
  const loading = spread((k) => k === layout.perUnit - 1, variances.loading, 0.1);

  // Effective parameters that the data, not the priors, decide; spread over the units by their observations.
  const observations = filters.reduce((sum, filter) => sum + filter.observations, 0);
  let decided = layout.shared - layout.shocks - design.channels * (layout.path?.knots ?? 0);
  for (let i = 0; i < mode.own.length; i++) {
    const k = i % layout.perUnit;
    decided += Math.max(0, 1 - own[i]! / unitPriorSd(layout, variances, k) ** 2);
  }
  const freedom = Math.max(0.3, 1 - decided / observations);

  const levelStep = settings.level ? bestLevelStep(problem, residuals, settings.huber) : 0;
  const noise = noiseOf(problem, residuals, levelStep, freedom, settings.huber);
  const shocks = layout.shocks > 0 ? bestShocks(problem, mode, factor) : variances;
  return {
    ...variances,
    noise,
    levelStep,
    levelUnrest: settings.level ? levelUnrest(problem, residuals, levelStep, noise) : [],
    baseline,
    effect,
    control,
    loading,
    shockStep: shocks.shockStep,
    shockNoise: shocks.shockNoise,
    ...(layout.path && layout.path.knots > 1 && pathEvidence(problem, mode, factor)),
  };
}

// Per-unit noise, shrunk to the pooled one with the weight of five observations. Outliers count as `huber` deviations
// at most (Huber 1964, Proposal 2).
function noiseOf(
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

/** Periods of a typical unit that the belief in a steady step variance is worth. */
const steadiness = 4;

// EM for inverse-gamma factors on the step variance, one per period: Student-t steps for one unit, a variance per
// period for many.
function levelUnrest(
  problem: Problem,
  residuals: readonly Float64Array[],
  step: number,
  noise: Float64Array,
): number[] {
  const { weights, design, variances } = problem;
  const { trainingEnd } = design;
  const sums = new Float64Array(trainingEnd);
  const counts = new Float64Array(trainingEnd);
  const smooth = new Float64Array(trainingEnd);
  residuals.forEach((residual, r) => {
    const own = weights.subarray(r * trainingEnd, (r + 1) * trainingEnd);
    const filter = levelFilter(own, step, variances.levelUnrest);
    smoothLevel(filter, residual, smooth);
    const squares = new Float64Array(trainingEnd);
    addStepSquares(filter, smooth, noise[r]! ** 2, squares, counts);
    for (let t = 0; t < trainingEnd; t++) sums[t]! += squares[t]! / (step * noise[r]! ** 2);
  });
  return Array.from(sums, (sum, t) => (sum + steadiness) / (counts[t]! + steadiness));
}

function whitenedSquares(problem: Problem, residual: Float64Array, r: number, step: number, huber: number) {
  const { weights, design, variances } = problem;
  const most = (huber * variances.noise[r]!) ** 2;
  const own = weights.subarray(r * design.trainingEnd, (r + 1) * design.trainingEnd);
  const filter = levelFilter(own, step, variances.levelUnrest);
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

// Profile likelihood of the step variance on a grid of its logarithm, refined once by a parabola.
function bestLevelStep(problem: Problem, residuals: readonly Float64Array[], huber: number): number {
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

// Maximise E[log N(shocks | 0, K(step, noise))] over both standard deviations, coordinate by coordinate.
function bestShocks(problem: Problem, mode: Point, factor: ArrowFactor): { shockStep: number; shockNoise: number } {
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

// Step sizes from the expected squares of the steps between knots, at the mode and with the spread around it. Those
// that the data decide count in the pull: −½ log|curvature of the path| = −(steps decided) · log(contribution) + const.
export function pathEvidence(
  problem: Problem,
  mode: Point,
  factor: ArrowFactor,
): Pick<Variances, "effectStep" | "pathPull"> {
  const { layout, design, variances } = problem;
  const path = layout.path!;
  const spread = new Float64Array(layout.shared);
  const decided: number[] = [];
  const effectStep = Array.from({ length: design.channels }, (_, c) => {
    const values = knotValues(path, design.channels, c, mode.shared);
    let squares = 0;
    let open = 0;
    for (let k = 0; k + 1 < path.knots; k++) {
      const i = path.start + c * path.knots + k;
      spread.fill(0);
      spread[i] = -1;
      spread[i + 1] = 1;
      solveLower(factor.schur, layout.shared, spread);
      squares += (values[k + 1]! - values[k]!) ** 2;
      for (const value of spread) open += value * value;
    }
    decided.push(Math.max(0, path.knots - 1 - open / variances.effectStep[c]! ** 2));
    return learnedStep(path, squares + open);
  });
  return { effectStep, pathPull: contributionSlopes(problem, mode, decided) };
}

/** `Σ_c weight_c · ∂ log(contribution_c) / ∂ shared`, contributions summed over the cells that are used. */
function contributionSlopes(problem: Problem, mode: Point, channelWeights: readonly number[]): number[] {
  const { layout, design, variances, work, weights } = problem;
  const { trainingEnd, periods, channels } = design;
  const state = sharedState(layout, mode.shared, design.lags, extendShocks(layout, mode.shared, variances, periods));
  const sums = new Float64Array(channels);
  const slopes = new Float64Array(layout.baseline);
  for (let r = 0; r < design.units; r++) {
    evaluateUnit(design, layout, state, mode.shared, mode.own, r, work);
    for (let t = 0; t < trainingEnd; t++) {
      if (weights[r * trainingEnd + t] === 0) continue;
      for (let c = 0; c < channels; c++) sums[c]! += work.media[c * periods + t]!;
      for (let i = 0; i < slopes.length; i++) slopes[i]! += work.jacobian[i * trainingEnd + t]!;
    }
  }
  return layout.channels.flatMap(({ adstockStart, effect }, c) =>
    Array.from(slopes.subarray(adstockStart, effect + 1), (slope) => (channelWeights[c]! * slope) / sums[c]!),
  );
}

function clamp(sd: number): number {
  return Math.min(0.5, Math.max(2e-4, sd));
}

function huberWeights(
  problem: Problem,
  variances: Variances,
  residuals: readonly Float64Array[],
  threshold: number,
): Float64Array {
  const { design, weights } = problem;
  const { trainingEnd } = design;
  const next = unitWeights(design);
  const level = new Float64Array(trainingEnd);
  residuals.forEach((residual, r) => {
    const offset = r * trainingEnd;
    const own = weights.subarray(offset, offset + trainingEnd);
    const filter = levelFilter(own, variances.levelStep, variances.levelUnrest);
    smoothLevel(filter, residual, level);
    for (let t = 0; t < trainingEnd; t++) {
      if (next[offset + t] === 0) continue;
      const size = Math.abs(residual[t]! - level[t]!) / variances.noise[r]!;
      next[offset + t] = size > threshold ? threshold / size : 1;
    }
  });
  return next;
}

function variancesChange(before: Variances, after: Variances): number {
  const ratio = (a: number, b: number): number => Math.abs(Math.log((a + 1e-6) / (b + 1e-6)));
  let noise = 0;
  for (let r = 0; r < before.noise.length; r++) noise = Math.max(noise, ratio(before.noise[r]!, after.noise[r]!));
  return Math.max(
    noise,
    0.2 * ratio(before.levelStep, after.levelStep),
    0.2 * ratio(before.baseline, after.baseline),
    0.2 * ratio(before.effect, after.effect),
    0.1 * ratio(before.control, after.control),
    0.1 * ratio(before.loading, after.loading),
    0.1 * ratio(before.shockStep, after.shockStep),
    0.1 * ratio(before.shockNoise, after.shockNoise),
    ...before.effectStep.map((step, c) => 0.1 * ratio(step, after.effectStep[c]!)),
  );
}
