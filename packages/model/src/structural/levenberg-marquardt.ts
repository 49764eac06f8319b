// The mode of the structural objective for given variances. Levenberg–Marquardt far from it: Gauss–Newton steps, damped
// until the objective falls. Near it quasi-Newton steps on top of the Gauss–Newton factor (preconditioned.ts); convergence is judged by the Newton decrement, the fall that the
// quadratic model still promises, so "converged" means the same at every scale.
//
// Moré (1978), The Levenberg–Marquardt algorithm; damping decreased after Nielsen (1999).

import {
  type ArrowFactor,
  type ArrowSystem,
  arrowSystem,
  type DampingScale,
  dampingScale,
  factorArrow,
  raiseScale,
  solveArrow,
} from "./curvature.js";
import { linearise, objective, type Problem } from "./objective.js";
import { type Descent, descend, type Point } from "./preconditioned.js";

/** A fall of the objective below this means that the mode is near. */
const nearMode = 1;
/** Quasi-Newton steps between two factors. */
const descentSteps = 25;

export interface Mode {
  readonly shared: Float64Array;
  readonly own: Float64Array;
  readonly objective: number;
  readonly iterations: number;
  /** Half the predicted further decrease of the objective, in units of log posterior. */
  readonly decrement: number;
  readonly converged: boolean;
  /** Largest remaining |Newton step| over posterior scale belongs to this shared parameter. */
  readonly slowest: number;
}

export interface ModeOptions {
  readonly maxIterations?: number;
  /** Converged when the Newton decrement is below this: 1e-4 is within a hundredth of a posterior deviation. Default 1e-4. */
  readonly tolerance?: number;
}

/** A mode, and the factored curvature there for draws and variances. */
export interface FoundMode {
  readonly mode: Mode;
  readonly factor: ArrowFactor;
}

export function findMode(
  problem: Problem,
  start: Point,
  { maxIterations = 60, tolerance = 1e-4 }: ModeOptions = {},
): FoundMode {
  const { layout, design } = problem;
  const system = arrowSystem(layout.shared, layout.perUnit, design.units);
  const scale = dampingScale(system);
  let shared: Float64Array = start.shared.slice();
  let own: Float64Array = start.own.slice();
  let damping = 1e-3;
  let current = linearise(problem, shared, own, system);
  let iterations = 0;
  let last = Number.POSITIVE_INFINITY;
  const found = ({ factor, ...state }: NewtonState): FoundMode => ({
    mode: { shared, own, objective: current, iterations, converged: state.decrement < tolerance, ...state },
    factor: factor ?? dampedFactor(system),
  });
  while (iterations < maxIterations) {
    if (last < nearMode) {
      const state = newtonState(system);
      if (state.decrement < tolerance) return found(state);
      const steps = maxIterations - iterations;
      const descent =
        state.factor &&
        descend(problem, system, state.factor, { shared, own }, current, {
          maxSteps: Math.min(descentSteps, steps),
          tolerance: 0.2 * tolerance,
        });
      if (descent && descent.steps > 0) {
        iterations += descent.steps;
        ({ shared, own } = descent);
        current = linearise(problem, shared, own, system);
        continue;
      }
      current = linearise(problem, shared, own, system);
      last = Number.POSITIVE_INFINITY;
    }
    iterations++;
    raiseScale(scale, system);
    let moved = false;
    for (let attempt = 0; attempt < 20 && !moved; attempt++) {
      const factor = factorArrow(system, damping, scale);
      const step = factor && solveArrow(system, factor);
      const nextShared = step && add(shared, step.shared);
      const nextOwn = step && add(own, step.own);
      const next = nextShared && nextOwn ? objective(problem, nextShared, nextOwn) : Number.NaN;
      if (step && next < current) {
        const promised = promisedDecrease(system, step, scale, damping);
        damping *= Math.max(1 / 5, 1 - (2 * ((current - next) / promised) - 1) ** 3);
        damping = Math.max(damping, 1e-10);
        shared = nextShared!;
        own = nextOwn!;
        last = current - next;
        moved = true;
      } else {
        damping = Math.max(damping, 1e-10) * 4;
      }
    }
    if (!moved) break;
    current = linearise(problem, shared, own, system);
  }
  return found(newtonState(system));
}

/** A better point for a problem that changed a little, and the factored curvature where the search began. */
export interface Improved extends Descent {
  readonly factor: ArrowFactor;
}

/** A few quasi-Newton steps from a point near the mode: what a round of variance updates needs, at the cost of one factor. */
export function improve(problem: Problem, start: Point, maxSteps: number): Improved {
  const { layout, design } = problem;
  const system = arrowSystem(layout.shared, layout.perUnit, design.units);
  const value = linearise(problem, start.shared, start.own, system);
  const factor = factorArrow(system, 0) ?? dampedFactor(system);
  return { ...descend(problem, system, factor, start, value, { maxSteps, tolerance: 1e-3 }), factor };
}

interface NewtonState {
  readonly decrement: number;
  readonly slowest: number;
  /** Of the undamped curvature; null when that is not positive definite. */
  readonly factor: ArrowFactor | null;
}

// How far the undamped Newton step still promises to go: the same meaning whatever the damping is.
function newtonState(system: ArrowSystem): NewtonState {
  const factor = factorArrow(system, 0);
  if (!factor) return { decrement: Number.POSITIVE_INFINITY, slowest: 0, factor };
  const step = solveArrow(system, factor);
  return {
    decrement: 0.5 * (dot(system.sharedGradient, step.shared) + dot(system.unitGradient, step.own)),
    slowest: largestStep(step.shared, system.sharedBlock, system.shared),
    factor,
  };
}

// Decrease of the quadratic model under the damped step: ½ (gᵀδ + λ δᵀDδ).
function promisedDecrease(
  system: ArrowSystem,
  step: { readonly shared: Float64Array; readonly own: Float64Array },
  scale: DampingScale,
  damping: number,
): number {
  let sum = dot(system.sharedGradient, step.shared) + dot(system.unitGradient, step.own);
  for (let i = 0; i < step.shared.length; i++) sum += damping * scale.shared[i]! * step.shared[i]! ** 2;
  for (let i = 0; i < step.own.length; i++) sum += damping * scale.unit[i]! * step.own[i]! ** 2;
  return 0.5 * sum;
}

// The curvature with as little damping as makes it positive definite.
function dampedFactor(system: ArrowSystem): ArrowFactor {
  for (let damping = 1e-9; damping < 1; damping *= 100) {
    const factor = factorArrow(system, damping);
    if (factor) return factor;
  }
  throw new Error("The curvature with its priors is positive definite by construction; this is a bug.");
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from(a, (value, i) => value + b[i]!);
}

function largestStep(step: Float64Array, block: Float64Array, size: number): number {
  let best = 0;
  let index = 0;
  for (let i = 0; i < size; i++) {
    const scaled = step[i]! ** 2 * block[i * size + i]!;
    if (scaled > best) [best, index] = [scaled, i];
  }
  return index;
}
