// Global optimum of separable values under one budget and budgets of groups below it, whatever their shape (S-curves, on/off minima): branch and
// bound. Each curve is replaced by its concave hull, which gives a bound at once; the cell whose hull is furthest above
// its curve is split until the bound meets the best plan found.

import { throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import { concaveHull, type Hull, hullValue, type SampledCurve } from "./concave-hull.js";
import { type AllocationSolver, defineAllocationSolver, infeasible, type SolverProblem } from "./contract.js";
import { fillHulls } from "./fill-hulls.js";
import { equalise } from "./marginal-equalisation.js";
import { nestedBudgets } from "./nested-budgets.js";
import { climb } from "./projected-quasi-newton.js";

export interface EnvelopeOptions {
  /** Points per curve. Default: 400 for up to 25 cells, fewer for more, at least 100. */
  readonly points?: number;
  /** Relative gap between bound and plan that is good enough. Default 1e-5, for more than 50 cells 1e-4. */
  readonly gap?: number;
  /** Most splits. Default 400. */
  readonly splits?: number;
}

/** A box of the search: the samples each cell may use, and whether 0 is allowed beside them. */
interface Box {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly zero: Uint8Array;
  readonly hulls: readonly Hull[];
  readonly bound: number;
  readonly x: Float64Array;
}

/**
 * Branch and bound over concave hulls.
 *
 * `bound` is above every plan up to what one sampled interval can hide (see `concaveHull`).
 *
 * Source: Udell & Boyd (2013), Maximizing a sum of sigmoids; Falk & Soland (1969), An algorithm for separable nonconvex
 * programming problems. We sample curves, so no formula for their tangents is needed.
 */
export function envelopeSearch({ points, gap: wanted, splits = 400 }: EnvelopeOptions = {}): AllocationSolver {
  return defineAllocationSolver({
    id: "envelope-search",
    specVersion: "v1",
    title: "Branch and bound over concave hulls",
    citations: ["Udell & Boyd (2013), Maximizing a sum of sigmoids."],
    refuses(problem) {
      if (problem.cell === null) return "the value is not a sum over cells";
      if (nestedBudgets(problem) === null) {
        return "there are conditions beside bounds, one budget and budgets of groups";
      }
      const wide = problem.switches.find(({ indices }) => indices.length !== 1);
      return wide ? `the on/off condition '${wide.name}' covers several cells` : null;
    },
    async solve(problem, { tolerance = 1e-9 } = {}, hooks) {
      const n = problem.lower.length;
      const gap = wanted ?? (n > 50 ? 1e-4 : 1e-5);
      const budgets = nestedBudgets(problem)!;
      const minimum = new Float64Array(n);
      for (const { indices, minimum: least } of problem.switches) {
        minimum[indices[0]!] = Math.max(minimum[indices[0]!]!, least);
      }
      const count = points ?? Math.max(100, Math.min(400, Math.floor(10_000 / n)));
      const curves = Array.from({ length: n }, (_, i) => sample(problem, i, minimum[i]!, count));
      let evaluations = n * count;
      const domain = domainOf(problem, curves, minimum);
      if (domain === null) return infeasible(problem, evaluations, hooks);
      const make = (from: Int32Array, to: Int32Array, zero: Uint8Array, known?: Box, changed?: number): Box | null => {
        const hulls = curves.map((curve, i) =>
          known && i !== changed ? known.hulls[i]! : concaveHull(curve, from[i]!, to[i]!, zero[i] === 1),
        );
        const x = fillHulls(hulls, budgets);
        if (x === null) return null;
        return { from, to, zero, hulls, x, bound: hulls.reduce((sum, hull, i) => sum + hullValue(hull, x[i]!), 0) };
      };
      const root = make(domain.from, domain.to, domain.zero);
      if (root === null) return infeasible(problem, evaluations, hooks);

      let best: Float64Array | null = null;
      let bestValue = Number.NEGATIVE_INFINITY;
      const consider = (x: Float64Array): void => {
        const value = problem.evaluate(x, null);
        evaluations++;
        if (value > bestValue) {
          best = x;
          bestValue = value;
        }
      };
      // The best real plan near a plan of the relaxation: every cell stays on the concave stretch it is on.
      const settle = (x: Float64Array): void => {
        const result = equalise({ ...problem, ...concaveStretch(curves, minimum, x) });
        evaluations += result.evaluations;
        if (result.status !== "infeasible") consider(result.x);
      };
      settle(root.x);
      const open = [root];
      let bound = root.bound;
      for (let turn = 0; turn < splits && open.length > 0; turn++) {
        throwIfCancelled(hooks);
        if (turn % 8 === 7) await yieldToEventLoop();
        open.sort((a, b) => a.bound - b.bound);
        const box = open.pop()!;
        bound = box.bound;
        if (bound <= bestValue + gap * Math.abs(bestValue)) break;
        const split = halfOn(box, minimum) ?? worstCell(box, problem);
        if (split === null) {
          consider(box.x);
          continue;
        }
        settle(box.x);
        for (const child of childrenOf(box, split, curves[split]!, make)) {
          if (child.bound > bestValue + gap * Math.abs(bestValue)) open.push(child);
        }
        bound = Math.max(bestValue, ...open.map((left) => left.bound));
      }
      if (best === null) return infeasible(problem, evaluations, hooks);
      const polished = await climb(
        (x, gradient) => problem.evaluate(x, gradient),
        { ...onAndOff(problem, minimum, best), rows: problem.rows },
        best,
        { tolerance, steps: 30 },
        hooks,
      );
      evaluations += polished.evaluations;
      if (polished.value > bestValue) {
        best = polished.x;
        bestValue = polished.value;
      }
      const proved = Math.max(bestValue, bound);
      const closed = proved <= bestValue + 1e-3 * Math.abs(bestValue);
      return { status: closed ? "optimal" : "stationary", x: best, value: bestValue, bound: proved, evaluations };
    },
  });
}

// Bounds that keep every cell where its slope falls: the stretch around x, or x itself where the curve bends up.
function concaveStretch(curves: readonly SampledCurve[], minimum: Float64Array, plan: Float64Array) {
  const lower = plan.slice();
  const upper = plan.slice();
  for (const [i, { x, slope }] of curves.entries()) {
    const at = plan[i]!;
    if (x.length < 2 || (minimum[i]! > 0 && at < x[0]!)) {
      if (at < minimum[i]!) {
        lower[i] = 0;
        upper[i] = 0;
      }
      continue;
    }
    let from = 0;
    while (from < x.length - 2 && x[from + 1]! <= at) from++;
    let to = from + 1;
    if (!(slope[from]! >= slope[to]!)) continue;
    while (from > 0 && slope[from - 1]! >= slope[from]!) from--;
    while (to < x.length - 1 && slope[to]! >= slope[to + 1]!) to++;
    lower[i] = x[from]!;
    upper[i] = x[to]!;
  }
  return { lower, upper };
}

// Bounds that leave every switch as the plan has it.
function onAndOff(problem: SolverProblem, minimum: Float64Array, plan: Float64Array) {
  const on = (i: number): boolean => minimum[i]! > 0 && plan[i]! > 0;
  return {
    lower: problem.lower.map((low, i) => (on(i) ? Math.max(low, minimum[i]!) : low)),
    upper: problem.upper.map((high, i) => (minimum[i]! > 0 && plan[i] === 0 ? 0 : high)),
  };
}

function sample({ lower, upper, cell }: SolverProblem, i: number, minimum: number, count: number): SampledCurve {
  const least = Math.max(lower[i]!, minimum);
  const most = Math.max(least, upper[i]!);
  const out = new Float64Array(2);
  const points = most > least ? count : 1;
  const curve = { x: new Float64Array(points), value: new Float64Array(points), slope: new Float64Array(points) };
  for (let k = 0; k < points; k++) {
    // Denser near the lower end, where curves bend most.
    const x = points === 1 ? least : least + (most - least) * (k / (points - 1)) ** 2;
    cell!(i, x, out);
    curve.x[k] = x;
    curve.value[k] = out[0]!;
    curve.slope[k] = out[1]!;
  }
  return curve;
}

function domainOf({ lower, upper }: SolverProblem, curves: readonly SampledCurve[], minimum: Float64Array) {
  const n = lower.length;
  const from = new Int32Array(n);
  const to = Int32Array.from(curves, ({ x }) => x.length - 1);
  const zero = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    zero[i] = minimum[i]! > 0 && lower[i] === 0 ? 1 : 0;
    if (minimum[i]! <= upper[i]!) continue;
    // The minimum is out of reach: the cell can only be off.
    if (lower[i]! > 0) return null;
    to[i] = -1;
  }
  return { from, to, zero };
}

// The cell that is furthest from both off and its minimum; null when every cell is one of them or above.
function halfOn({ x, zero }: Box, minimum: Float64Array): number | null {
  let worst: number | null = null;
  let most = 1e-9;
  for (let i = 0; i < x.length; i++) {
    if (zero[i] === 0 || x[i]! >= minimum[i]!) continue;
    const share = x[i]! / minimum[i]!;
    if (Math.min(share, 1 - share) <= most) continue;
    most = Math.min(share, 1 - share);
    worst = i;
  }
  return worst;
}

// The cell whose polygon is furthest above its curve; null when no cell is above it by more than rounding.
function worstCell({ x, hulls, bound }: Box, { cell }: SolverProblem): number | null {
  const out = new Float64Array(2);
  let worst: number | null = null;
  let most = 1e-9 * Math.abs(bound);
  for (let i = 0; i < x.length; i++) {
    cell!(i, x[i]!, out);
    const gap = hullValue(hulls[i]!, x[i]!) - out[0]!;
    if (gap > most && hulls[i]!.x.length > 1) {
      most = gap;
      worst = i;
    }
  }
  return worst;
}

function childrenOf(
  box: Box,
  i: number,
  curve: SampledCurve,
  make: (from: Int32Array, to: Int32Array, zero: Uint8Array, known: Box, changed: number) => Box | null,
): Box[] {
  const children: Box[] = [];
  const add = (from: number, to: number, zero: number): void => {
    if (to < from && zero === 0) return;
    const ends = [box.from.slice(), box.to.slice(), box.zero.slice()] as const;
    ends[0][i] = from;
    ends[1][i] = to;
    ends[2][i] = zero;
    const child = make(...ends, box, i);
    if (child) children.push(child);
  };
  const from = box.from[i]!;
  const to = box.to[i]!;
  const at = box.x[i]!;
  if (box.zero[i] === 1 && at < curve.x[from]!) {
    add(from, from - 1, 1);
    add(from, to, 0);
    return children;
  }
  let middle = from;
  while (middle < to && curve.x[middle]! < at) middle++;
  if (to - from < 2) return children;
  middle = Math.min(to - 1, Math.max(from + 1, middle));
  add(from, middle, box.zero[i]!);
  add(middle, to, 0);
  return children;
}
