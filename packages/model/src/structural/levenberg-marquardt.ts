// Levenberg–Marquardt on the structural objective: Gauss–Newton steps, damped until the objective falls. For given
// variances it reaches the mode in a handful of steps; convergence is judged by the Newton decrement, the fall that the
// quadratic model still promises, so "converged" means the same at every scale.
//
// Nocedal & Wright, Numerical Optimization, 2nd ed., §10.3.

import { type ArrowFactor, arrowSystem, factorArrow, solveArrow } from "./curvature.js";
import { linearise, objective, type Problem } from "./objective.js";

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
  /** Converged when the Newton decrement is below this. Default 1e-6. */
  readonly tolerance?: number;
}

export function findMode(
  problem: Problem,
  start: { readonly shared: Float64Array; readonly own: Float64Array },
  { maxIterations = 60, tolerance = 1e-6 }: ModeOptions = {},
): Mode {
  const { layout, design } = problem;
  const system = arrowSystem(layout.shared, layout.perUnit, design.units);
  let shared: Float64Array = start.shared.slice();
  let own: Float64Array = start.own.slice();
  let damping = 1e-3;
  let current = Number.NaN;
  let decrement = Number.POSITIVE_INFINITY;
  let iterations = 0;
  let slowest = 0;
  for (; iterations < maxIterations; iterations++) {
    current = linearise(problem, shared, own, system);
    let accepted = false;
    for (let attempt = 0; attempt < 12 && !accepted; attempt++) {
      const factor = factorArrow(system, damping);
      if (factor === null) {
        damping = Math.max(damping, 1e-6) * 10;
        continue;
      }
      const step = solveArrow(system, factor);
      decrement = 0.5 * (dot(system.sharedGradient, step.shared) + dot(system.unitGradient, step.own));
      slowest = largestStep(step.shared, system.sharedBlock, layout.shared);
      if (decrement < tolerance && damping <= 1e-2) {
        return { shared, own, objective: current, iterations, decrement, converged: true, slowest };
      }
      const nextShared = add(shared, step.shared);
      const nextOwn = add(own, step.own);
      const next = objective(problem, nextShared, nextOwn);
      if (next < current) {
        shared = nextShared;
        own = nextOwn;
        accepted = true;
        damping = Math.max(damping / 5, 1e-9);
      } else {
        damping = Math.max(damping, 1e-6) * 5;
      }
    }
    if (!accepted) break;
  }
  current = objective(problem, shared, own);
  return { shared, own, objective: current, iterations, decrement, converged: decrement < tolerance, slowest };
}

/** Curvature at a point, factored for draws. */
export function curvatureAt(problem: Problem, shared: Float64Array, own: Float64Array): ArrowFactor {
  const system = arrowSystem(problem.layout.shared, problem.layout.perUnit, problem.design.units);
  linearise(problem, shared, own, system);
  for (let damping = 0; damping < 1; damping = damping === 0 ? 1e-9 : damping * 100) {
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
