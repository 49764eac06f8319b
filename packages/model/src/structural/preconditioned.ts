// Limited-memory BFGS that starts from a factored Gauss–Newton curvature instead of a multiple of the identity. Where
// the curvature of the model itself matters (a loading times a shock, a curve near its bend) Gauss–Newton steps alone
// zigzag; the secant pairs supply what the factor leaves out, and a step costs one gradient and no new factor.
//
// Nocedal & Wright (2006), Numerical Optimization, algorithm 7.4.

import { type ArrowFactor, type ArrowSystem, solveArrow } from "./curvature.js";
import { linearise, objective, type Problem } from "./objective.js";

export interface Point {
  readonly shared: Float64Array;
  readonly own: Float64Array;
}

export interface Descent extends Point {
  readonly objective: number;
  readonly steps: number;
}

interface Secant {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** 1 / (step · change) */
  readonly rho: number;
}

const memory = 20;

/**
 * Descend from a point until the model promises less than `tolerance`, a step fails, or `maxSteps` are done.
 *
 * @param system holds the gradient at `start`; its gradient is overwritten, its blocks are not to be used afterwards
 * @param factor of the curvature at or near `start`
 * @param value objective at `start`
 */
export function descend(
  problem: Problem,
  system: ArrowSystem,
  factor: ArrowFactor,
  start: Point,
  value: number,
  { maxSteps, tolerance }: { readonly maxSteps: number; readonly tolerance: number },
): Descent {
  const { shared: p } = system;
  const split = (x: Float64Array): Point => ({ shared: x.subarray(0, p), own: x.subarray(p) });
  const downhill = (): Float64Array => concat(system.sharedGradient, system.unitGradient);
  const secants: Secant[] = [];
  let x = concat(start.shared, start.own);
  let slope = downhill();
  let current = value;
  let steps = 0;
  let usual = 1;
  while (steps < maxSteps) {
    const direction = twoLoop(secants, slope, (v) => {
      const at = split(v);
      const solved = solveArrow({ ...system, sharedGradient: at.shared, unitGradient: at.own }, factor);
      return concat(solved.shared, solved.own);
    });
    const promise = 0.5 * dot(direction, slope);
    if (!(promise > tolerance)) break;
    let next = x;
    let reached = Number.NaN;
    let length = 1;
    for (; length > 1e-4; length /= 3) {
      next = x.map((xi, i) => xi + length * direction[i]!);
      const at = split(next);
      // Much longer than the last step: it will hardly do, so its gradient can wait.
      const doubtful = length > 4 * usual;
      reached = doubtful ? objective(problem, at.shared, at.own) : linearise(problem, at.shared, at.own, system, false);
      if (!(reached < current - 2e-4 * length * promise)) continue;
      if (doubtful) linearise(problem, at.shared, at.own, system, false);
      break;
    }
    if (!(reached < current)) break;
    usual = length;
    steps++;
    current = reached;
    const newSlope = downhill();
    const step = next.map((xi, i) => xi - x[i]!);
    const change = slope.map((g, i) => g - newSlope[i]!);
    const product = dot(step, change);
    if (product > 1e-12 * Math.sqrt(dot(step, step) * dot(change, change))) {
      secants.push({ step, change, rho: 1 / product });
      if (secants.length > memory) secants.shift();
    }
    x = next;
    slope = newSlope;
  }
  const { shared, own } = split(x);
  return { shared: shared.slice(), own: own.slice(), objective: current, steps };
}

function twoLoop(
  secants: readonly Secant[],
  slope: Float64Array,
  solve: (v: Float64Array) => Float64Array,
): Float64Array {
  const q = slope.slice();
  const alphas = new Float64Array(secants.length);
  for (let k = secants.length - 1; k >= 0; k--) {
    const { step, change, rho } = secants[k]!;
    alphas[k] = rho * dot(step, q);
    add(q, -alphas[k]!, change);
  }
  const direction = solve(q);
  secants.forEach(({ step, change, rho }, k) => {
    add(direction, alphas[k]! - rho * dot(change, direction), step);
  });
  return direction;
}

function concat(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

function add(to: Float64Array, times: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += times * what[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
