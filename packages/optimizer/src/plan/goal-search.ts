// Goals as budget problems: a fixed budget is one problem; profit and marginal ROI put a price on money; a target KPI
// or ROI searches the budget, each step a full solution that starts from the last one.

import { type RunHooks, throwIfCancelled, usageError } from "@mmm/core";
import { conflictingConditions } from "../linear/conflict.js";
import type { Polytope } from "../linear/rows.js";
import { feasiblePoint, maximiseLinear } from "../linear/simplex.js";
import { money, plain, worthPerKpi } from "../problem/money.js";
import type { PlanRequest } from "../problem/request.js";
import { type Limits, resolveLimits } from "../problem/resolve.js";
import type { ResponseModel } from "../response/response-model.js";
import { tabulate } from "../response/tabulate.js";
import { chooseSolver } from "../solver/choose.js";
import type { AllocationSolver, SolverOptions, SolverProblem, SolverResult } from "../solver/contract.js";
import { holdSwitches } from "../solver/hold-switches.js";
import { climb } from "../solver/projected-quasi-newton.js";
import { linearGain } from "../solver/smooth.js";
import { assemble, type BudgetRange, type Criterion } from "./assemble.js";
import { total } from "./outcome.js";

interface SolveSettings extends SolverOptions {
  readonly solvers?: readonly AllocationSolver[];
}

export interface Solved {
  readonly problem: SolverProblem;
  readonly result: SolverResult;
  readonly solver: AllocationSolver;
  readonly budget: BudgetRange;
}

/** Everything needed to solve one request for one budget after another. */
export interface Desk {
  readonly model: ResponseModel;
  /** The model as it is searched; `finish` makes its plans plans of the model itself. */
  readonly searched: ResponseModel;
  readonly request: PlanRequest;
  readonly limits: Limits;
  readonly settings: SolveSettings;
  readonly hooks: RunHooks | undefined;
}

const anyBudget: BudgetRange = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** Solve for one budget. Throws `INFEASIBLE_PLAN` naming the conditions that contradict each other. */
export async function solveBudget(
  desk: Desk,
  budget: BudgetRange,
  criterion: Criterion,
  starts: readonly Float64Array[],
  options: SolverOptions = {},
): Promise<Solved> {
  throwIfCancelled(desk.hooks);
  const problem = assemble(desk.searched, desk.limits, budget, criterion, starts);
  requireFeasible(desk, problem);
  const solver = chooseSolver(problem, desk.settings.solvers);
  const result = await solver.solve(problem, { ...desk.settings, ...options }, desk.hooks);
  if (result.status === "infeasible") {
    throw infeasibleError([...desk.limits.switches.map(({ name }) => name), ...problem.rows.map(({ name }) => name)]);
  }
  return { problem, result, solver, budget };
}

/** Open a desk. `total` is the budget that limits without numbers refer to; null when the goal finds it. */
export function openDesk(
  model: ResponseModel,
  request: PlanRequest,
  total: number | null,
  settings: SolveSettings,
  hooks: RunHooks | undefined,
): Desk {
  const limits = resolveLimits(model, request, total);
  // No cell takes more than the whole budget, nor much more than it where the sensitivity is looked at.
  const { goal } = request;
  const most = total ?? ("atMost" in goal ? goal.atMost : undefined) ?? Number.POSITIVE_INFINITY;
  const upper = limits.upper.map((bound) => Math.min(bound, 1.2 * most));
  return { model, searched: tabulate(model, upper), request, limits, settings, hooks };
}

/**
 * The plan under the model itself where it was searched in tables: a short climb from there, and for a target KPI the
 * last part of the budget that the tables missed.
 */
export async function finish(desk: Desk, solved: Solved, criterion: Criterion): Promise<Solved> {
  if (desk.searched === desk.model) return solved;
  const { goal } = desk.request;
  let { budget, result } = solved;
  for (let turn = 0; ; turn++) {
    const problem = assemble(desk.model, desk.limits, budget, criterion, []);
    const held = holdSwitches(problem, result.x);
    const { x, value, evaluations } = await settle(problem, held, result.x, turn > 0 ? 0 : closeEnough, desk.hooks);
    const bound = result.bound === null ? null : Math.max(result.bound, value);
    result = { ...result, x, value, bound, evaluations: result.evaluations + evaluations };
    const missing = goal.kind === "kpi" ? goal.target - value : 0;
    if (!(missing > 1e-9 * Math.abs(value)) || turn === 4) return { ...solved, problem, result, budget };
    const gradient = new Float64Array(x.length);
    problem.evaluate(x, gradient);
    const free = gradient.filter((_, i) => x[i]! < held.upper[i]!);
    if (free.length === 0) return { ...solved, problem, result, budget };
    budget = { ...budget, upper: total(x) + (1.1 * missing) / Math.max(...free) };
  }
}

/** What a first-order move may still add, relative to the value, for a plan from tables to be left as it is. */
const closeEnough = 1e-6;

async function settle(
  problem: SolverProblem,
  held: Polytope,
  x: Float64Array,
  enough: number,
  hooks: RunHooks | undefined,
) {
  const gradient = new Float64Array(x.length);
  const value = problem.evaluate(x, gradient);
  if (linearGain(gradient, held, x).gain <= enough * Math.abs(value)) return { x, value, evaluations: 1 };
  const evaluate = (plan: Float64Array, slope: Float64Array) => problem.evaluate(plan, slope);
  return climb(evaluate, held, x, { tolerance: 1e-9, steps: 15 }, hooks);
}

/** Solve a request. `cost` of the criterion is set by the goal. */
export async function solveGoal(
  desk: Desk,
  criterion: (cost: number) => Criterion,
  starts: readonly Float64Array[],
): Promise<Solved> {
  const { model, request } = desk;
  const { goal } = request;
  const worth = worthPerKpi(model, request) ?? 1;
  const upTo = (most: number | undefined): BudgetRange =>
    most === undefined ? anyBudget : { lower: Number.NEGATIVE_INFINITY, upper: most };
  switch (goal.kind) {
    case "budget": {
      const amount = goal.total ?? total(model.current);
      return solveBudget(desk, { lower: amount, upper: amount }, criterion(0), starts);
    }
    case "profit":
      return solveBudget(desk, upTo(goal.atMost), criterion(1 / worth), starts);
    case "mroi":
      return solveBudget(desk, upTo(goal.atMost), criterion(goal.target / worth), starts);
    case "kpi":
      return reachKpi(desk, goal.target, criterion(0), starts);
    case "roi":
      return reachRoi(desk, goal.target / worth, goal.atMost, criterion(0), starts);
    default:
      return goal satisfies never;
  }
}

// The least budget whose best plan reaches the target.
async function reachKpi(
  desk: Desk,
  target: number,
  criterion: Criterion,
  starts: readonly Float64Array[],
): Promise<Solved> {
  const { model } = desk;
  const [least, most] = budgetRange(desk);
  const at = async (budget: number, from: readonly Float64Array[], restarts: SolverOptions) =>
    solveBudget(desk, { lower: Number.NEGATIVE_INFINITY, upper: budget }, criterion, from, restarts);
  let high = await at(most, starts, {});
  if (high.result.value < target) {
    throw usageError(
      "TARGET_OUT_OF_REACH",
      `The target of ${plain(target)} ${model.kpi} is out of reach: the most these limits allow is ${plain(high.result.value)}, for ${money(model, total(high.result.x))}.`,
      `Lower the target, or relax the limits that bind.${defaultLimits(desk)}`,
    );
  }
  let low = await at(least, [high.result.x, ...starts], {});
  if (low.result.value >= target) return low;
  let from = least;
  let to = Math.min(most, total(high.result.x));
  for (let turn = 0; turn < 60 && to - from > 1e-7 * to; turn++) {
    // Value against log budget is close to straight; every third step halves.
    const share = (target - low.result.value) / (high.result.value - low.result.value);
    const guess = from + (to - from) * (turn % 3 === 2 ? 0.5 : Math.min(0.98, Math.max(0.02, share)));
    const next = await at(guess, [high.result.x, low.result.x], { restarts: turn < 2 ? 4 : 0 });
    if (next.result.value >= target) {
      high = next;
      to = guess;
      if (next.result.value - target <= 1e-7 * Math.abs(target)) break;
    } else {
      low = next;
      from = guess;
    }
  }
  return high;
}

// The largest budget whose best plan still returns the target.
async function reachRoi(
  desk: Desk,
  kpiPerMoney: number,
  atMost: number | undefined,
  criterion: Criterion,
  starts: readonly Float64Array[],
): Promise<Solved> {
  const { model } = desk;
  const [least, reach] = budgetRange(desk);
  const most = Math.min(reach, atMost ?? reach);
  const at = (budget: number, from: readonly Float64Array[], restarts: SolverOptions) =>
    solveBudget(desk, { lower: budget, upper: budget }, criterion, from, restarts);
  const spare = ({ result, budget }: Solved): number => result.value - kpiPerMoney * budget.upper;
  let above: Solved | null = null;
  let best = 0;
  const halvings = 20;
  for (let k = 0; k <= halvings; k++) {
    const budget = k === halvings ? least : least + (most - least) / 2 ** k;
    if (budget <= 0) break;
    const next = await at(budget, above ? [above.result.x, ...starts] : starts, {});
    best = Math.max(best, next.result.value / budget);
    if (spare(next) < 0) {
      above = next;
      continue;
    }
    if (above === null) return next;
    let low = next;
    let high = above;
    for (let turn = 0; turn < 60 && high.budget.upper - low.budget.upper > 1e-7 * high.budget.upper; turn++) {
      const share = turn % 3 === 2 ? 0.5 : Math.min(0.98, Math.max(0.02, spare(low) / (spare(low) - spare(high))));
      const guess = low.budget.upper + share * (high.budget.upper - low.budget.upper);
      const middle = await at(guess, [low.result.x, high.result.x], { restarts: 2 });
      if (spare(middle) >= 0) low = middle;
      else high = middle;
    }
    return low;
  }
  throw usageError(
    "TARGET_OUT_OF_REACH",
    `No plan within these limits returns the target; the best return found is ${plain(best * (worthPerKpi(model, desk.request) ?? 1))} per unit of money.`,
    `Lower the target, or allow less spend on the channels that must be kept.${defaultLimits(desk)}`,
  );
}

/** Least and most total spend that the limits allow. */
export function budgetRange(desk: Desk): [number, number] {
  const problem = assemble(
    desk.model,
    desk.limits,
    anyBudget,
    { objective: { kind: "expected", concave: true, combine: () => 0 }, cost: 0 },
    [],
  );
  requireFeasible(desk, problem);
  const ones = new Float64Array(desk.model.cells.length).fill(1);
  const most = maximiseLinear(ones, problem).value;
  const least = -maximiseLinear(
    ones.map((one) => -one),
    problem,
  ).value;
  return [Math.max(0, least), most];
}

function requireFeasible({ model, limits }: Desk, problem: SolverProblem): void {
  if (feasiblePoint(problem) !== null) return;
  const seen = Math.max(total(model.observed.upper), total(limits.upper), total(model.current), 1);
  const names = conflictingConditions(problem, limits.bounds, { lower: 0, upper: 1e3 * seen });
  const budget = problem.rows.find(({ name }) => names.includes(name) && /budget of/.test(name));
  throw infeasibleError(names, budget ? rangeWords(model, { ...problem, rows: limits.rows }) : "");
}

// What the limits leave for a budget, where they leave anything.
function rangeWords(model: ResponseModel, set: Polytope): string {
  if (feasiblePoint(set) === null) return "";
  const ones = new Float64Array(set.lower.length).fill(1);
  const least = -maximiseLinear(
    ones.map((one) => -one),
    set,
  ).value;
  const most = maximiseLinear(ones, set).value;
  return ` The limits allow budgets from ${money(model, Math.max(0, least))} to ${money(model, most)}.`;
}

function defaultLimits({ model, request: { limits = {} } }: Desk): string {
  const open = model.channels.filter((name) => limits[name] === undefined);
  return limits["*"] === undefined && open.length > 0
    ? " Channels without limits of their own stay between half and twice today's spend: give limits (--bounds) to go further."
    : "";
}

function infeasibleError(names: readonly string[], range = "") {
  return usageError(
    "INFEASIBLE_PLAN",
    `No plan meets all conditions: ${names.join("; ")}.${range}`,
    names.length === 1
      ? "Relax this condition."
      : "Relax one of these conditions; each of them is part of the contradiction.",
  );
}
