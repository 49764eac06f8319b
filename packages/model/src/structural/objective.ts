// The penalised least-squares objective of the structural model for given variances, its gradient and curvature.
//
//   ½ Σ_r ‖W_r (y_r − f_r)‖² / σ_r²  +  ½ (θ − m)ᵀ P (θ − m)  +  ½ Σ_r (max(0, media_r − ceiling) / tolerance)²
//   +  what is known besides the panel (evidence.ts)
//
// W_r whitens the random-walk level of unit r (level.ts); P is the prior precision. media_r is the part of the unit's
// mean KPI that all channels make: a channel that follows demand fits so well that without a ceiling media could take
// more than the KPI has.

import type { ArrowSystem } from "./curvature.js";
import type { Design } from "./design.js";
import { knotPrecision, knotValues } from "./effect-path.js";
import { type EvidenceRow, evidenceLoss, evidencePoint, lineariseEvidence } from "./evidence.js";
import {
  evaluateUnit,
  loadingOf,
  type SharedState,
  sharedState,
  type UnitWorkspace,
  unitWorkspace,
} from "./forward.js";
import { type LevelFilter, levelFilter, whiten } from "./level.js";
import { addUnitCurvature, addUnitGradient, unitColumns } from "./normal-equations.js";
import type { Layout } from "./parameters.js";
import { extendShocks, shockPrecision, type Variances } from "./variance.js";

/** How firmly media above the ceiling are held to be implausible, as a part of the unit's mean KPI. */
export const ceilingTolerance = 0.05;

export interface Problem {
  readonly design: Design;
  readonly layout: Layout;
  readonly variances: Variances;
  /** Observation weights, `[units, trainingEnd]`; 0 where the KPI is not used. */
  readonly weights: Float64Array;
  readonly filters: readonly LevelFilter[];
  readonly shockPrecision: Float64Array;
  /** Lift tests, priors on returns and the like. */
  readonly evidence: readonly EvidenceRow[];
  /** Prior precision of each channel's path, `[knots, knots]`; empty where effects are constant. */
  readonly pathPrecision: readonly Float64Array[];
  readonly work: UnitWorkspace;
  readonly plainWork: UnitWorkspace;
}

export function makeProblem(
  design: Design,
  layout: Layout,
  variances: Variances,
  weights: Float64Array,
  evidence: readonly EvidenceRow[] = [],
): Problem {
  const { units } = design;
  const filters = Array.from({ length: units }, (_, r) => unitFilter({ design, weights, variances }, r));
  return {
    design,
    layout,
    variances,
    weights,
    filters,
    shockPrecision: layout.shocks > 0 ? shockPrecision(layout, variances) : new Float64Array(0),
    evidence,
    pathPrecision:
      layout.path === null || layout.path.knots === 0
        ? []
        : layout.channels.map((_, c) => knotPrecision(layout.path!.knots, variances.effectStep[c]!)),
    work: unitWorkspace(design, layout, design.trainingEnd, design.trainingEnd),
    plainWork: unitWorkspace(design, layout, 0, design.trainingEnd),
  };
}

/** @param step variance of a usual step of the level over the noise variance; default the learned one */
export function unitFilter(
  { design, weights, variances }: Pick<Problem, "design" | "weights" | "variances">,
  r: number,
  step: number = variances.levelStep,
): LevelFilter {
  const { trainingEnd } = design;
  const range = [r * trainingEnd, (r + 1) * trainingEnd] as const;
  return levelFilter(weights.subarray(...range), step, variances.levelUnrest, variances.levelJumps.subarray(...range));
}

/** Weights of an ordinary fit: 1 where the KPI is used. */
export function unitWeights(design: Design): Float64Array {
  const { units, periods, trainingEnd } = design;
  const weights = new Float64Array(units * trainingEnd);
  for (let r = 0; r < units; r++) {
    for (let t = 0; t < trainingEnd; t++) weights[r * trainingEnd + t] = design.used[r * periods + t]!;
  }
  return weights;
}

/** `y − f` of a unit over the training periods, without the level; 0 where the KPI is not used. */
export function trainingResidual(problem: Problem, r: number, prediction: Float64Array, out: Float64Array): void {
  const { design, weights } = problem;
  const { periods, trainingEnd } = design;
  for (let t = 0; t < trainingEnd; t++) {
    out[t] = weights[r * trainingEnd + t]! > 0 ? design.kpi[r * periods + t]! - prediction[t]! : 0;
  }
}

export function objective(problem: Problem, shared: Float64Array, own: Float64Array): number {
  const { design, layout, variances, filters, plainWork } = problem;
  const { units, trainingEnd } = design;
  const state = trainingState(problem, shared);
  const residual = new Float64Array(trainingEnd);
  let total = 0;
  for (let r = 0; r < units; r++) {
    evaluateUnit(design, layout, state, shared, own, r, plainWork);
    trainingResidual(problem, r, plainWork.prediction, residual);
    whiten(filters[r]!, residual, 0, 0, trainingEnd);
    let sum = 0;
    for (let t = 0; t < trainingEnd; t++) sum += residual[t]! ** 2;
    total += sum / variances.noise[r]! ** 2 + mediaExcess(problem, r, plainWork) ** 2;
  }
  total += evidenceLoss(problem.evidence, () => evidencePoint(layout, design.lags, shared, own));
  return 0.5 * (total + priorQuadratic(problem, shared, own));
}

/**
 * Fill `system` with the gradient and the curvature, and return the objective.
 *
 * @param curvature false for the gradient alone, at a fraction of the cost; the blocks of `system` then mean nothing
 */
export function linearise(
  problem: Problem,
  shared: Float64Array,
  own: Float64Array,
  system: ArrowSystem,
  curvature = true,
): number {
  const { design, layout, variances, filters, work } = problem;
  const { units, trainingEnd } = design;
  const { sharedBlock, sharedGradient, crossBlock, unitBlock, unitGradient } = system;
  for (const vector of [sharedGradient, unitGradient]) vector.fill(0);
  if (curvature) for (const block of [sharedBlock, crossBlock, unitBlock]) block.fill(0);

  const state = trainingState(problem, shared);
  const columns = unitColumns(layout, state);
  const residual = new Float64Array(trainingEnd);
  let total = 0;
  for (let r = 0; r < units; r++) {
    evaluateUnit(design, layout, state, shared, own, r, work);
    trainingResidual(problem, r, work.prediction, residual);
    const filter = filters[r]!;
    whiten(filter, residual, 0, 0, trainingEnd);
    total += addCeiling(problem, r, system);
    const precision = 1 / variances.noise[r]! ** 2;
    const loading = loadingOf(layout, own, r);
    const { jacobian } = work;
    const rows = { r, jacobian, residual, periods: trainingEnd, filter, precision, loading };
    addUnitGradient(layout, columns, rows, system);
    if (curvature) addUnitCurvature(layout, columns, rows, system);
    let sum = 0;
    for (let t = 0; t < trainingEnd; t++) sum += residual[t]! ** 2;
    total += precision * sum;
  }
  total += lineariseEvidence(problem.evidence, () => evidencePoint(layout, design.lags, shared, own), system);
  addPrior(problem, shared, own, system);
  return 0.5 * (total + priorQuadratic(problem, shared, own));
}

/** How far the channels of unit `r` exceed the ceiling, in tolerances; 0 below it. */
function mediaExcess({ design, weights }: Problem, r: number, work: UnitWorkspace): number {
  const { periods, trainingEnd, channels } = design;
  const used = r * trainingEnd;
  let sum = 0;
  let cells = 0;
  for (let t = 0; t < trainingEnd; t++) if (weights[used + t]! > 0) cells++;
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < trainingEnd; t++) if (weights[used + t]! > 0) sum += work.media[c * periods + t]!;
  }
  return cells === 0 ? 0 : Math.max(0, sum / cells - design.mediaCeiling) / ceilingTolerance;
}

// Gauss–Newton row of the ceiling, from the derivatives before they are whitened. Returns its squared residual.
function addCeiling(problem: Problem, r: number, system: ArrowSystem): number {
  const { design, layout, weights, work } = problem;
  const excess = mediaExcess(problem, r, work);
  if (excess === 0) return 0;
  const { trainingEnd } = design;
  const p = layout.shared;
  const q = layout.perUnit;
  const isMedia = (i: number): boolean =>
    i < p ? i < layout.baseline || isPath(layout, i) : i - p >= 1 && i - p <= design.channels;
  const row = new Float64Array(p + q);
  let cells = 0;
  for (let t = 0; t < trainingEnd; t++) if (weights[r * trainingEnd + t]! > 0) cells++;
  for (let i = 0; i < p + q; i++) {
    if (!isMedia(i)) continue;
    let sum = 0;
    for (let t = 0; t < trainingEnd; t++) {
      if (weights[r * trainingEnd + t]! > 0) sum += work.jacobian[i * trainingEnd + t]!;
    }
    row[i] = sum / cells / ceilingTolerance;
  }
  for (let i = 0; i < p + q; i++) {
    if (row[i] === 0) continue;
    if (i < p) system.sharedGradient[i]! -= excess * row[i]!;
    else system.unitGradient[r * q + i - p]! -= excess * row[i]!;
    for (let j = 0; j <= i; j++) {
      const product = row[i]! * row[j]!;
      if (i < p) system.sharedBlock[i * p + j]! += product;
      else if (j < p) system.crossBlock[(r * q + i - p) * p + j]! += product;
      else system.unitBlock[(r * q + i - p) * q + j - p]! += product;
    }
  }
  return excess ** 2;
}

/** What the shared parameters imply in the training periods; for `work` and `plainWork`, which hold no others. */
export function trainingState({ design, layout, variances }: Problem, shared: Float64Array): SharedState {
  return sharedState(layout, shared, design.lags, extendShocks(layout, shared, variances, design.trainingEnd));
}

/** Units in which the channels exceed the ceiling. */
export function unitsAboveCeiling(problem: Problem, shared: Float64Array, own: Float64Array): number {
  const { design, layout, plainWork } = problem;
  const state = trainingState(problem, shared);
  let above = 0;
  for (let r = 0; r < design.units; r++) {
    evaluateUnit(design, layout, state, shared, own, r, plainWork);
    if (mediaExcess(problem, r, plainWork) > 0) above++;
  }
  return above;
}

/** Prior standard deviation of the unit parameter at `index`. */
export function unitPriorSd(layout: Layout, variances: Variances, index: number): number {
  if (index === 0) return variances.baseline;
  if (index === layout.perUnit - 1) return variances.loading;
  return index <= layout.channels.length ? variances.effect : variances.control;
}

function isShock(layout: Layout, i: number): boolean {
  return i >= layout.shock && i < layout.shock + layout.shocks;
}

function isPath({ path }: Layout, i: number): boolean {
  return path !== null && i >= path.start;
}

function priorQuadratic(problem: Problem, shared: Float64Array, own: Float64Array): number {
  const { layout, variances, shockPrecision: precision } = problem;
  let sum = 0;
  for (let i = 0; i < layout.shared; i++) {
    if (!isShock(layout, i) && !isPath(layout, i))
      sum += ((shared[i]! - layout.priorMean[i]!) / layout.priorSd[i]!) ** 2;
  }
  const n = layout.shocks;
  for (let s = 0; s < n; s++) {
    for (let t = 0; t < n; t++) sum += precision[s * n + t]! * shared[layout.shock + s]! * shared[layout.shock + t]!;
  }
  problem.pathPrecision.forEach((weights, c) => {
    const { knots } = layout.path!;
    const values = knotValues(layout.path!, layout.channels.length, c, shared);
    for (let j = 0; j < knots; j++) {
      for (let k = 0; k < knots; k++) sum += weights[j * knots + k]! * values[j]! * values[k]!;
    }
  });
  variances.pathPull.forEach((slope, i) => {
    sum += 2 * slope * shared[i]!;
  });
  for (let i = 0; i < own.length; i++) sum += (own[i]! / unitPriorSd(layout, variances, i % layout.perUnit)) ** 2;
  return sum;
}

// The gradient in the system is that of minus the objective: the direction to go.
function addPrior(problem: Problem, shared: Float64Array, own: Float64Array, system: ArrowSystem): void {
  const { layout, variances, shockPrecision: precision } = problem;
  const p = layout.shared;
  const q = layout.perUnit;
  for (let i = 0; i < p; i++) {
    if (isShock(layout, i) || isPath(layout, i)) continue;
    const weight = 1 / layout.priorSd[i]! ** 2;
    system.sharedBlock[i * p + i]! += weight;
    system.sharedGradient[i]! -= weight * (shared[i]! - layout.priorMean[i]!);
  }
  const n = layout.shocks;
  for (let s = 0; s < n; s++) {
    for (let t = 0; t < n; t++) {
      const weight = precision[s * n + t]!;
      if (t <= s) system.sharedBlock[(layout.shock + s) * p + layout.shock + t]! += weight;
      system.sharedGradient[layout.shock + s]! -= weight * shared[layout.shock + t]!;
    }
  }
  variances.pathPull.forEach((slope, i) => {
    system.sharedGradient[i]! -= slope;
  });
  problem.pathPrecision.forEach((weights, c) => {
    const { start, knots } = layout.path!;
    const first = start + c * knots;
    const values = knotValues(layout.path!, layout.channels.length, c, shared);
    for (let j = 0; j < knots; j++) {
      for (let k = 0; k < knots; k++) {
        if (k <= j) system.sharedBlock[(first + j) * p + first + k]! += weights[j * knots + k]!;
        system.sharedGradient[first + j]! -= weights[j * knots + k]! * values[k]!;
      }
    }
  });
  for (let r = 0; r < system.units; r++) {
    for (let k = 0; k < q; k++) {
      const weight = 1 / unitPriorSd(layout, variances, k) ** 2;
      system.unitBlock[(r * q + k) * q + k]! += weight;
      system.unitGradient[r * q + k]! -= weight * own[r * q + k]!;
    }
  }
}
