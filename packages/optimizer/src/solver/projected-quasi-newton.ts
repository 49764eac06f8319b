// Local maximum of a smooth value over a polytope. Each step minimises a quadratic model (limited-memory BFGS) over the
// polytope and searches along the way to that minimum, so every plan on the way meets all conditions. Made for values
// that cost far more than a projection: carryover over many periods and many draws.

import { type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { project } from "../linear/projection.js";
import type { Polytope } from "../linear/rows.js";
import { createMemory } from "./quasi-newton-memory.js";

export interface LocalOptions {
  readonly tolerance?: number;
  /** Most steps. Default 400. */
  readonly steps?: number;
}

export interface LocalResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly converged: boolean;
  readonly evaluations: number;
}

/**
 * Climb from `start` to a stationary plan.
 *
 * @param evaluate value to maximise and its gradient
 * @param set not empty; `start` is projected onto it
 * Source: Schmidt, van den Berg, Friedlander & Murphy (2009), Optimizing costly functions with simple constraints: a
 * limited-memory projected quasi-Newton algorithm; inner solver: Birgin, Martínez & Raydan (2000), nonmonotone spectral
 * projected gradient methods. We scale every cell by its range.
 */
export async function climb(
  evaluate: (x: Float64Array, gradient: Float64Array) => number,
  set: Polytope,
  start: Float64Array,
  { tolerance = 1e-9, steps = 400 }: LocalOptions = {},
  hooks?: RunHooks,
): Promise<LocalResult> {
  const n = start.length;
  const range = Float64Array.from(set.lower, (low, i) => Math.max(set.upper[i]! - low, 1e-12 * Math.abs(low)) || 1);
  const metric = range.map((r) => 1 / (r * r));
  const raw = new Float64Array(n);
  let x = project(start, metric, set);
  // Everything below minimises −value in cells divided by their range.
  let value = -evaluate(x, raw);
  let evaluations = 1;
  let gradient = raw.map((g, i) => -bounded(g) * range[i]!);
  const memory = createMemory(n, 12);
  const duals = new Float64Array(set.rows.length);
  let calm = 0;
  let lastYield = performance.now();
  for (let step = 0; step < steps; step++) {
    throwIfCancelled(hooks);
    if (performance.now() - lastYield > 100) {
      await yieldToEventLoop();
      lastYield = performance.now();
    }
    const wish = memory.count() === 0 ? steepest(x, gradient, range, metric, set, duals) : modelMinimum();
    const direction = Float64Array.from(wish, (w, i) => (w - x[i]!) / range[i]!);
    const slope = dot(gradient, direction);
    const size = Math.max(Math.abs(value), 1e-300);
    if (!(slope < -1e-15 * size)) {
      if (memory.count() === 0) return { x, value: -value, converged: true, evaluations };
      memory.clear();
      continue;
    }
    let length = 1;
    let next = x;
    let nextValue = Number.POSITIVE_INFINITY;
    for (let halving = 0; halving < 30; halving++) {
      next = x.map((at, i) => inside(at + length * (wish[i]! - at), i));
      nextValue = -evaluate(next, raw);
      evaluations++;
      if (nextValue <= value + 1e-4 * length * slope) break;
      const curvature = nextValue - value - length * slope;
      const best = Number.isFinite(curvature) && curvature > 0 ? (-slope * length * length) / (2 * curvature) : 0;
      length = Math.min(0.6 * length, Math.max(0.1 * length, best));
    }
    if (!(nextValue < value)) {
      if (memory.count() === 0) return { x, value: -value, converged: true, evaluations };
      memory.clear();
      continue;
    }
    const nextGradient = raw.map((g, i) => -bounded(g) * range[i]!);
    memory.add(
      Float64Array.from(next, (at, i) => (at - x[i]!) / range[i]!),
      nextGradient.map((g, i) => g - gradient[i]!),
    );
    calm = value - nextValue <= tolerance * size ? calm + 1 : 0;
    x = next;
    value = nextValue;
    gradient = nextGradient;
    if (calm >= 3) return { x, value: -value, converged: true, evaluations };
  }
  return { x, value: -value, converged: false, evaluations };

  function inside(at: number, i: number): number {
    return Math.min(set.upper[i]!, Math.max(set.lower[i]!, at));
  }

  // Minimum of the quadratic model over the polytope, by spectral projected gradients.
  function modelMinimum(): Float64Array {
    let at = x;
    let d = new Float64Array(n);
    let g = gradient.slice();
    let rate = 1 / memory.scale();
    let best = at;
    let bestModel = 0;
    const recent = [0];
    for (let inner = 0; inner < 40; inner++) {
      const target = project(
        at.map((v, i) => v - rate * g[i]! * range[i]!),
        metric,
        set,
        duals,
      );
      const move = Float64Array.from(target, (v, i) => (v - at[i]!) / range[i]!);
      const slope = dot(g, move);
      if (!(slope < 0)) break;
      const curved = memory.multiply(move);
      const bend = dot(move, curved);
      const reference = Math.max(...recent);
      let length = 1;
      const modelHere = recent.at(-1)!;
      const model = (l: number) => modelHere + l * slope + 0.5 * l * l * bend;
      if (model(1) > reference + 1e-4 * slope) length = Math.min(1, -slope / bend);
      const value = model(length);
      d = d.map((v, i) => v + length * move[i]!);
      at = Float64Array.from(at, (v, i) => inside(v + length * (target[i]! - v), i));
      g = g.map((v, i) => v + length * curved[i]!);
      rate = bend > 0 ? Math.min(1e10, Math.max(1e-10, dot(move, move) / bend)) : 10 * rate;
      recent.push(value);
      if (recent.length > 6) recent.shift();
      if (value < bestModel) {
        const gain = bestModel - value;
        best = at;
        bestModel = value;
        if (gain < 1e-4 * -bestModel && inner > 5) break;
      }
    }
    return best;
  }
}

// The first step: along the gradient, about a tenth of the range of the cell that moves most.
function steepest(
  x: Float64Array,
  gradient: Float64Array,
  range: Float64Array,
  metric: Float64Array,
  set: Polytope,
  duals: Float64Array,
): Float64Array {
  let most = 0;
  for (let i = 0; i < x.length; i++) if (set.upper[i]! > set.lower[i]!) most = Math.max(most, Math.abs(gradient[i]!));
  const rate = most > 0 ? 0.1 / most : 1;
  for (let widen = 1; ; widen *= 100) {
    const target = project(
      x.map((at, i) => at - widen * rate * gradient[i]! * range[i]!),
      metric,
      set,
      duals,
    );
    const moved = target.some((at, i) => Math.abs(at - x[i]!) > 1e-9 * range[i]!);
    if (moved || widen > 1e8) return target;
  }
}

// Curves may be vertical at zero; a finite slope says enough.
function bounded(slope: number): number {
  return Math.min(1e200, Math.max(-1e200, slope));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
