// General solver: any smooth value, any linear conditions. From several starts where the value may have more than one
// peak; the best stationary plan wins. It proves nothing about plans far away unless the value is concave.

import { createRandom, throwIfCancelled } from "@mmm/core";
import { project } from "../linear/projection.js";
import type { Polytope } from "../linear/rows.js";
import { feasiblePoint, type LinearSolution, maximiseLinear } from "../linear/simplex.js";
import { type AllocationSolver, defineAllocationSolver, infeasible, type SolverProblem } from "./contract.js";
import { climb, type LocalResult } from "./projected-quasi-newton.js";

/**
 * Projected quasi-Newton with several starts.
 *
 * Random starts put each cell at its lower bound, its upper bound or between, then move to the nearest plan that meets
 * the conditions. For concave values one start is enough and `bound` is the linear bound `f(x) + max_y ∇f(x)·(y − x)`.
 *
 * @example await smoothSolver().solve(problem, { restarts: 16, seed: 1 })
 * Sources: see `climb`; the bound: Frank & Wolfe (1956), An algorithm for quadratic programming.
 */
export function smoothSolver(): AllocationSolver {
  return defineAllocationSolver({
    id: "projected-quasi-newton",
    specVersion: "v1",
    title: "Projected quasi-Newton",
    citations: [
      "Schmidt, van den Berg, Friedlander & Murphy (2009), Optimizing costly functions with simple constraints.",
    ],
    refuses: (problem) => (problem.switches.length > 0 ? "there are on/off conditions" : null),
    async solve(problem, { tolerance = 1e-9, restarts = 8, seed = 1 } = {}, hooks) {
      const inside = feasiblePoint(problem);
      if (inside === null) return infeasible(problem, 0, hooks);
      const value = (x: Float64Array, gradient: Float64Array) => problem.evaluate(x, gradient);
      const starts = [...problem.starts, ...randomStarts(problem, problem.concave ? 0 : restarts, seed)];
      if (starts.length === 0) starts.push(inside);
      const wanted = problem.concave ? starts.slice(0, 1) : starts;
      let best: LocalResult | null = null;
      const ranked: LocalResult[] = [];
      let evaluations = 0;
      for (const [k, start] of wanted.entries()) {
        throwIfCancelled(hooks);
        // A rough climb tells which starts deserve a fine one.
        const rough = wanted.length > 1 ? { tolerance: 1e-5, steps: 60 } : { tolerance };
        const result = await climb(value, problem, start, rough, hooks);
        evaluations += result.evaluations;
        if (best === null || result.value > best.value) best = result;
        ranked.push(result);
        hooks?.onProgress?.({ phase: "Plan", step: k + 1, total: wanted.length });
      }
      if (wanted.length > 1) {
        ranked.sort((a, b) => b.value - a.value);
        for (const { x } of ranked.slice(0, wanted.length > 16 ? 3 : 1)) {
          const fine = await climb(value, problem, x, { tolerance }, hooks);
          evaluations += fine.evaluations;
          if (fine.value >= best!.value) best = fine;
        }
      }
      const { x, converged } = best!;
      const bound = problem.concave ? linearBound(problem, x) : null;
      const status = converged ? (problem.concave ? "optimal" : "stationary") : "stopped";
      return { status, x, value: best!.value, bound, evaluations };
    },
  });
}

/** `f(x) + max_y ∇f(x)·(y − x)`: no plan has a larger value when f is concave. */
function linearBound(problem: SolverProblem, x: Float64Array): number {
  const gradient = new Float64Array(x.length);
  const value = problem.evaluate(x, gradient);
  return value + linearGain(gradient, problem, x).gain;
}

/**
 * Most that a move along a gradient within a polytope can add, and the prices of its conditions.
 *
 * Cells that cannot move do not count: curves may be vertical where they are held.
 */
export function linearGain(
  gradient: Float64Array,
  set: Polytope,
  x: Float64Array,
): { readonly gain: number; readonly prices: LinearSolution } {
  const cost = gradient.map((slope, i) =>
    set.upper[i]! > set.lower[i]! ? Math.min(1e100, Math.max(-1e100, slope)) : 0,
  );
  const prices = maximiseLinear(cost, set);
  let gain = 0;
  for (let i = 0; i < x.length; i++) gain += cost[i]! * (prices.x[i]! - x[i]!);
  return { gain: Math.max(0, gain), prices };
}

// Every other start draws cells one by one; the rest draw one size for all cells of a row (the periods of a channel) and
// vary them a little, because whole rows being on or off is what tells peaks apart.
function randomStarts(problem: SolverProblem, count: number, seed: number): Float64Array[] {
  const random = createRandom(seed).split("starts");
  const { lower, upper, rows } = problem;
  const metric = Float64Array.from(
    lower,
    (low, i) => 1 / Math.max(upper[i]! - low, 1e-12 * Math.abs(low), 1e-300) ** 2,
  );
  const size = (): number => {
    const u = random.uniform();
    return u < 0.3 ? 0 : u < 0.5 ? 1 : random.uniform();
  };
  const blocks = rows.filter(({ indices }) => indices.length > 1 && indices.length < lower.length);
  return Array.from({ length: count }, (_, k) => {
    const share = Float64Array.from(lower, size);
    if (k % 2 === 1) {
      for (const { indices } of blocks) {
        const factor = size();
        for (let j = 0; j < indices.length; j++) share[indices[j]!] = factor * (0.8 + 0.4 * random.uniform());
      }
    }
    const point = Float64Array.from(lower, (low, i) => low + share[i]! * (upper[i]! - low));
    return project(point, metric, problem);
  });
}
