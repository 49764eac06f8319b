// Exact for separable concave values under one budget, and budgets of groups below it: every cell that is not at a bound
// has the same slope, unless its group is held by its own budget, then that of its group. The common slope is found by
// root search; each cell's spend at that slope likewise. Prefer it wherever it applies.

import { throwIfCancelled } from "@mmm/core";
import {
  type AllocationSolver,
  defineAllocationSolver,
  infeasible,
  type SolverProblem,
  type SolverResult,
} from "./contract.js";
import { nestedBudgets, reachOf } from "./nested-budgets.js";

/**
 * Marginal equalisation.
 *
 * `max Σ f_i(x_i)`, `lower_i ≤ x_i ≤ upper_i`, `budget.lower ≤ Σ x_i ≤ budget.upper`, solved by
 * `x_i(λ) = clamp(f_i′⁻¹(λ))` and the λ at which the budget holds.
 *
 * @example await marginalEqualisation().solve(problem)
 * Source: Gross (1956), A class of discrete type minimization problems; Ibaraki & Katoh (1988), Resource allocation
 * problems, ch. 2.
 */
export function marginalEqualisation(): AllocationSolver {
  return defineAllocationSolver({
    id: "marginal-equalisation",
    specVersion: "v1",
    title: "Marginal equalisation",
    citations: ["Ibaraki & Katoh (1988), Resource allocation problems, ch. 2."],
    refuses(problem) {
      if (problem.cell === null) return "the value is not a sum over cells";
      if (!problem.concave) return "the value is not known to be concave";
      if (problem.switches.length > 0) return "there are on/off conditions";
      return nestedBudgets(problem) ? null : "there are conditions beside bounds, one budget and budgets of groups";
    },
    async solve(problem, _options, hooks) {
      throwIfCancelled(hooks);
      return equalise(problem);
    },
  });
}

/** The exact optimum over bounds and one budget, for cells that are concave between their bounds. */
export function equalise(problem: SolverProblem): SolverResult {
  const { lower, upper, cell } = problem;
  const nested = nestedBudgets(problem)!;
  const budget = nested.whole;
  const n = lower.length;
  const out = new Float64Array(2);
  let evaluations = 0;
  const slopeAt = (i: number, x: number): number => {
    evaluations++;
    cell!(i, x, out);
    return out[1]!;
  };
  // Brackets per cell: at spend `near` the slope is at least `nearSlope`, at `far` at most `farSlope`.
  const lowSlope = Float64Array.from(lower, (x, i) => slopeAt(i, x));
  const highSlope = Float64Array.from(upper, (x, i) => slopeAt(i, x));
  const known = Array.from({ length: n }, (_, i) => ({
    x: [lower[i]!, upper[i]!],
    slope: [lowSlope[i]!, highSlope[i]!],
  }));

  // Spend of a cell whose slope is λ; every slope computed on the way narrows the later searches.
  const spendAt = (i: number, price: number): number => {
    if (!(lowSlope[i]! > price)) return lower[i]!;
    if (!(highSlope[i]! < price)) return upper[i]!;
    const { x, slope } = known[i]!;
    let first = 0;
    let last = x.length - 1;
    while (last - first > 1) {
      const middle = (first + last) >> 1;
      if (slope[middle]! > price) first = middle;
      else last = middle;
    }
    let a = x[first]!;
    let b = x[last]!;
    let fa = slope[first]!;
    let fb = slope[last]!;
    for (let turn = 0; turn < 200 && b - a > 1e-5 * Math.abs(b); turn++) {
      // Slopes fall like powers of spend, so the secant is taken between logarithms; every third step bisects.
      let share = 0.5;
      if (turn % 3 !== 2 && fb > 0 && Number.isFinite(fa)) share = Math.log(fa / price) / Math.log(fa / fb);
      const spread = a > 0 ? a * (b / a) ** share : Number.isFinite(fa) ? a + share * (b - a) : b / 16;
      const at = Math.min(b - 1e-3 * (b - a), Math.max(a + 1e-3 * (b - a), spread));
      if (!(at > a && at < b)) break;
      const value = slopeAt(i, at);
      x.splice(first + 1, 0, at);
      slope.splice(first + 1, 0, value);
      if (value > price) {
        a = at;
        fa = value;
        first++;
      } else {
        b = at;
        fb = value;
      }
      if (Math.abs(value - price) <= 1e-9 * price) return at;
    }
    // Between two ends this close the slope is a straight line.
    return Number.isFinite(fa) && fa > fb ? a + ((fa - price) / (fa - fb)) * (b - a) : b;
  };

  const steepest = (of: readonly number[]): number =>
    Math.max(0, ...of.flatMap((i) => [lowSlope[i]!, highSlope[i]!]).filter(Number.isFinite)) * 1.001 + 1e-300;
  const shallowest = (of: readonly number[]): number => Math.min(0, ...of.map((i) => highSlope[i]!)) * 1.001 - 1e-300;
  // A group that its own budget holds is filled by its own slope, whatever the common one is.
  const held = new Map<string, Float64Array>();
  const holdTo = (g: number, target: number, from: number, to: number): Float64Array => {
    const key = `${g} ${target}`;
    const known = held.get(key);
    if (known) return known;
    const { indices } = nested.groups[g]!;
    const own = (price: number): Filling => {
      const x = Float64Array.from(indices, (i) => spendAt(i, price));
      return { x, sum: sumOf(x) };
    };
    const x = equaliseTo(target, own, [from, to]);
    held.set(key, x);
    return x;
  };
  const fill = (price: number): Filling => {
    const x = Float64Array.from({ length: n }, (_, i) => spendAt(i, price));
    for (const [g, group] of nested.groups.entries()) {
      if (group.lower === Number.NEGATIVE_INFINITY && group.upper === Number.POSITIVE_INFINITY) continue;
      const sum = group.indices.reduce((total, i) => total + x[i]!, 0);
      if (sum >= group.lower && sum <= group.upper) continue;
      const exact =
        sum > group.upper
          ? holdTo(g, group.upper, Math.min(price, 0), steepest(group.indices))
          : holdTo(g, group.lower, shallowest(group.indices), Math.max(price, steepest(group.indices)));
      for (const [k, i] of group.indices.entries()) x[i] = exact[k]!;
    }
    return { x, sum: sumOf(x) };
  };
  // Two common slopes that hold the wanted one between them, found by widening around the mean slope of the first start.
  const around = (most: number): [number, number] => {
    const start = problem.starts[0];
    if (!start) return [0, most];
    let weighted = 0;
    let weight = 0;
    for (let i = 0; i < n; i++) {
      const slope = slopeAt(i, Math.min(upper[i]!, Math.max(lower[i]!, start[i]!)));
      if (!Number.isFinite(slope)) continue;
      weighted += slope * start[i]!;
      weight += start[i]!;
    }
    const guess = weighted / weight;
    if (!(guess > 0 && guess < most)) return [0, most];
    let [low, high] = [guess, guess];
    if (fill(guess).sum > budget.upper) while (high < most && fill((high *= 1.3)).sum > budget.upper) low = high;
    else for (let turn = 0; turn < 40 && fill((low /= 1.3)).sum < budget.upper; turn++) high = low;
    return [fill(low).sum < budget.upper ? 0 : low, high];
  };
  const reach = reachOf(
    nested,
    (i) => lower[i]!,
    (i) => upper[i]!,
  );
  if (reach === null) return infeasible(problem, evaluations);
  const { lower: least, upper: most } = reach;
  const slack = 1e-12 * Math.max(Math.abs(least), Math.abs(most));
  if (least > budget.upper + slack || most < budget.lower - slack) return infeasible(problem, evaluations);

  const every = [...lower.keys()];
  const free = fill(0);
  let { x } = free;
  if (free.sum > budget.upper) {
    x = equaliseTo(budget.upper, fill, around(steepest(every)));
  } else if (free.sum < budget.lower) {
    x = equaliseTo(budget.lower, fill, [shallowest(every), 0]);
  }
  const value = problem.evaluate(x, null);
  return { status: "optimal" as const, x, value, bound: null, evaluations };
}

function sumOf(x: Float64Array): number {
  return x.reduce((a, b) => a + b, 0);
}

interface Filling {
  readonly x: Float64Array;
  readonly sum: number;
}

// Spend falls as the common slope λ rises: find λ where it sums to the target. Where slopes are flat over a stretch, λ
// jumps over the target; then the two sides of the jump are mixed, which moves only the cells that have slope λ.
function equaliseTo(target: number, fill: (price: number) => Filling, [from, to]: [number, number]): Float64Array {
  let low = from;
  let high = to;
  let more = fill(low);
  let less = fill(high);
  for (let grow = 0; less.sum > target && grow < 400; grow++) {
    low = high;
    more = less;
    high = high > 0 ? high * 4 : 1e-300;
    less = fill(high);
  }
  for (let turn = 0; turn < 200 && more.sum - less.sum > 1e-6 * Math.abs(target); turn++) {
    // Mixing the two sides is exact to second order, so they need not meet.
    // Spend is close to a power of λ: the secant is taken between logarithms, and every third step halves them.
    const share = turn % 3 === 2 ? 0.5 : Math.min(0.999, Math.max(0.001, (more.sum - target) / (more.sum - less.sum)));
    const middle =
      low > 0
        ? low * (high / low) ** share
        : turn % 3 === 2 && high > 0 && low === 0
          ? high * 1e-3
          : low + share * (high - low);
    if (!(middle > low && middle < high) || high - low <= 1e-15 * Math.abs(high)) break;
    const filling = fill(middle);
    if (filling.sum > target) {
      low = middle;
      more = filling;
    } else {
      high = middle;
      less = filling;
    }
    if (filling.sum === target) return filling.x;
  }
  const mix = more.sum > less.sum ? (target - less.sum) / (more.sum - less.sum) : 0;
  return less.x.map((value, i) => value + mix * (more.x[i]! - value));
}
