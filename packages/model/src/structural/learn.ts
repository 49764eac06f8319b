// Empirical Bayes around the mode: alternate between the mode for given variances and better variances given the mode
// and its curvature, and give outliers less weight (Huber) on the way. Ends at a mode for the final variances.

import { type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { type ArrowFactor, unitVariances } from "./curvature.js";
import type { Design } from "./design.js";
import { drawingFactor } from "./drawing.js";
import type { EvidenceRow } from "./evidence.js";
import { evaluateUnit } from "./forward.js";
import { smoothLevel } from "./level.js";
import { bestLevelStep, levelUnrest, noiseOf } from "./level-variance.js";
import { findMode, type Improved, improve, type Mode } from "./levenberg-marquardt.js";
import {
  makeProblem,
  type Problem,
  trainingResidual,
  trainingState,
  unitFilter,
  unitPriorSd,
  unitWeights,
} from "./objective.js";
import type { Layout } from "./parameters.js";
import { pathEvidence } from "./path-variance.js";
import type { Point } from "./preconditioned.js";
import { seasonEvidence } from "./season-evidence.js";
import type { StructuralSettings } from "./settings.js";
import { bestShocks } from "./shock-variance.js";
import { initialVariances, type Variances } from "./variance.js";

export interface Learned {
  readonly mode: Mode;
  readonly problem: Problem;
  readonly factor: ArrowFactor;
  /** ln Bayes factor for a yearly season; null without one, see `season-evidence.ts`. */
  readonly seasonEvidence: number | null;
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
    seasonEvidence: seasonEvidence(layout, settings, mode.shared, factor),
    rounds: history.length - 1,
    history,
    iterations,
  };
}

function firstMode(problem: Problem, start: Point): Improved {
  const { mode, factor } = findMode(problem, start, { maxIterations: 12, tolerance: 1e-2 });
  return { ...mode, steps: mode.iterations, factor };
}

/** `y − f` without the level, `[units][trainingEnd]`. */
function unitResiduals(problem: Problem, shared: Float64Array, own: Float64Array): Float64Array[] {
  const { design, layout, plainWork } = problem;
  const state = trainingState(problem, shared);
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
    ...(settings.level && levelUnrest(problem, residuals, levelStep, noise)),
    baseline,
    effect,
    control,
    loading,
    shockStep: shocks.shockStep,
    shockNoise: shocks.shockNoise,
    ...(layout.path && layout.path.knots > 1 && pathEvidence(problem, mode, factor)),
  };
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
    smoothLevel(unitFilter({ design, weights, variances }, r), residual, level);
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
