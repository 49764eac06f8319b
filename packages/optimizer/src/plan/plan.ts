// From a model and a request to a plan with its certificate.

import { isMmmError, type RunHooks, usageError } from "@mmm/core";
import { type Objective, objectiveValue } from "../objective/objective.js";
import { money, worthPerKpi } from "../problem/money.js";
import type { PlanRequest } from "../problem/request.js";
import { type ResponseModel, todayKpi } from "../response/response-model.js";
import type { AllocationSolver } from "../solver/contract.js";
import { type Criterion, criterionFor, expectedCriterion } from "./assemble.js";
import { bindingConditions, firstOrder, gainOutside, insideOf, totalViolation } from "./certify.js";
import { channelPlans } from "./channel-plans.js";
import { findings } from "./findings.js";
import { type Desk, finish, openDesk, type Solved, solveBudget, solveGoal } from "./goal-search.js";
import { kpiDraws, meanInterval, outcome, total } from "./outcome.js";
import { roundToSteps } from "./round.js";
import type { Plan, SensitivityRow } from "./types.js";

export interface PlanOptions {
  /** Solvers to choose from, most exact first. Default: `allocationSolvers()`. */
  readonly solvers?: readonly AllocationSolver[];
  /** Random starts for problems with several peaks. Default: 8 for the largest problems, up to 200 for small ones. */
  readonly restarts?: number;
  readonly seed?: number;
  /** Probability mass of the intervals. Default 0.9. */
  readonly interval?: number;
  /** Also solve for 10 % less and 10 % more money. Default true. */
  readonly sensitivity?: boolean;
}

/**
 * Plan what to spend.
 *
 * @param model response of the KPI to spend: `responseModelOf(fit)` or `gridResponse(…)`
 * @returns allocation, expected KPI with intervals for today's plan and the new one, conditions that bind, certificate
 * @throws MmmError of kind `usage`: `INFEASIBLE_PLAN` naming the conditions that contradict each other,
 * `TARGET_OUT_OF_REACH`, `VALUE_NEEDED`, `UNKNOWN_CHANNEL`, `BAD_LIMIT`, `BAD_GOAL`
 * @example
 * const plan = await planBudget(responseModelOf(fit), { goal: { kind: "budget", total: 1e6 } });
 * plan.channels.map(({ name, change }) => [name, change]);
 */
export async function planBudget(
  model: ResponseModel,
  request: PlanRequest,
  options: PlanOptions = {},
  hooks?: RunHooks,
): Promise<Plan> {
  const { interval = 0.9, sensitivity = true, solvers, restarts = startsFor(model), seed = 1 } = options;
  const { goal, objective = { kind: "expected" } } = request;
  const settings = { restarts, seed, ...(solvers && { solvers }) };
  const wanted = goal.kind === "budget" ? (goal.total ?? total(model.current)) : null;
  const desk = openDesk(model, request, wanted, settings, hooks);
  const today = todayKpi(model);
  const { solved, criterion } = await solve(desk, objective, today);

  const { problem } = solved;
  let x = solved.result.x;
  let evaluations = solved.result.evaluations;
  if (request.step !== undefined) x = rounded(desk, solved, request.step);
  const { spend, kept } = keepCurrent(desk, solved, x);
  x = spend;
  const kpi = kpiDraws(model, x);
  const valuePerKpi = worthPerKpi(model, request);
  const value = problem.evaluate(x, null);
  const order = firstOrder(problem, x);
  const size = Math.max(Math.abs(value), 1e-300);
  const bounds = [solved.result.bound, problem.concave && problem.switches.length === 0 ? value + order.gain : null];
  const bound = bounds.reduce(
    (least, one) => (one === null ? least : least === null ? one : Math.min(least, one)),
    null,
  );
  const gains = kpi.map((k, d) => k - today[d]!);
  const gain = meanInterval(gains, interval);
  const sensitivities = sensitivity ? await neighbours(desk, x, kpi, criterion, objective, today) : [];
  for (const row of sensitivities) evaluations += row.evaluations;
  const inside = insideOf(model, x);
  const channels = channelPlans(model, x, inside, order.gradient, problem, valuePerKpi, interval, criterion.cost);
  const outside = gainOutside(model, inside, meanInterval(kpi, interval).mean, total(x), gain.mean);
  const timing = model.timing ?? "today";
  const retimed = model.todayByChannel ? kpiDraws(model, model.current) : null;
  const violated = totalViolation(problem, x);
  return {
    schema: "mmm.plan/v1",
    kpi: model.kpi,
    currency: model.currency,
    valuePerKpi,
    goal,
    objective,
    horizon: {
      periods: model.periods.length,
      from: model.periods[0]!,
      to: model.periods.at(-1)!,
      frequency: model.frequency ?? null,
    },
    timing,
    interval,
    draws: model.draws,
    expected: {
      current: outcome(total(model.current), today, valuePerKpi, interval),
      optimal: outcome(total(x), kpi, valuePerKpi, interval),
      gain,
      probabilityOfGain: gains.reduce((sum, g) => sum + (g > 0 ? 1 : 0), 0) / model.draws,
      profit: profitGain(gains, total(x) - total(model.current), valuePerKpi, interval),
      sameTiming: retimed && {
        current: outcome(total(model.current), retimed, valuePerKpi, interval),
        gain: meanInterval(
          kpi.map((k, d) => k - retimed[d]!),
          interval,
        ),
      },
    },
    channels,
    allocation: model.cells.map(({ channel, unit, period }, i) => ({
      channel: model.channels[channel]!,
      unit: unit === null ? null : model.units[unit]!,
      period: period === null ? null : model.periods[period]!,
      current: model.current[i]!,
      optimal: x[i]!,
    })),
    binding: bindingConditions(model, problem, order, x, valuePerKpi),
    certificate: {
      maxViolation: violated,
      kktResidual: order.gain / size,
      optimalityGap: bound === null ? null : Math.max(0, bound - value) / size,
      notWorseThanCurrent:
        totalViolation(problem, model.current) > 1e-9
          ? null
          : value >= problem.evaluate(model.current, null) - 1e-12 * size,
      keptCurrent: kept,
      solver: solved.solver.id,
      status: solved.result.status as "optimal" | "stationary" | "stopped",
      evaluations,
      gainOutsideObserved: outside,
      sensitivity: sensitivities.map(({ evaluations: _, ...row }) => row),
    },
    diagnostics: findings(model, request, {
      channels,
      outside,
      kept,
      status: solved.result.status,
      spend: total(x),
      gain,
    }),
  };
}

function profitGain(gains: Float64Array, money: number, valuePerKpi: number | null, interval: number) {
  if (valuePerKpi === null) return null;
  const profits = gains.map((gain) => valuePerKpi * gain - money);
  const wins = profits.reduce((sum, profit) => sum + (profit > 0 ? 1 : 0), 0);
  return { gain: meanInterval(profits, interval), probability: wins / profits.length };
}

/** Random starts that a model of this size can afford: 4 to 200. */
export function startsFor({ channels, units, periods, draws }: ResponseModel): number {
  const cost = channels.length * units.length * periods.length * Math.min(10, periods.length) * draws;
  return Math.min(200, Math.max(cost > 2e6 ? 4 : 8, Math.round(5e5 / cost)));
}

// The expected KPI first; its optimum sets the scale and the start for the other objectives.
async function solve(
  desk: Desk,
  objective: Objective,
  today: Float64Array,
): Promise<{ solved: Solved; criterion: Criterion }> {
  const { model, searched, request, limits } = desk;
  const wanted = request.goal.kind === "budget" ? (request.goal.total ?? total(model.current)) : total(model.current);
  const now = total(model.current);
  const starts = [
    now > 0 ? model.current.map((spend) => (spend * wanted) / now) : limits.upper.map((most) => most / 2),
  ];
  let criterion: Criterion = expectedCriterion(0);
  const expected = await solveGoal(desk, (cost) => (criterion = expectedCriterion(cost)), starts);
  if (objective.kind === "expected") return { solved: await finish(desk, expected, criterion), criterion };
  const reference = kpiDraws(searched, expected.result.x);
  const solved = await solveGoal(desk, (cost) => (criterion = criterionFor(objective, cost, today, reference)), [
    expected.result.x,
    ...starts,
  ]);
  return { solved: await finish(desk, solved, criterion), criterion };
}

function rounded({ model }: Desk, { problem, result }: Solved, step: number): Float64Array {
  const plan = roundToSteps(problem, result.x, step);
  if (plan) return plan;
  throw usageError(
    "NO_PLAN_IN_STEPS",
    `No plan in steps of ${money(model, step)} near the best one meets all conditions.`,
    "Choose a smaller step, or limits that are multiples of it.",
  );
}

// Today's plan, or its split at the new total, when it meets the conditions and is better than what was found.
function keepCurrent({ model, request: { goal } }: Desk, { problem }: Solved, x: Float64Array) {
  const now = total(model.current);
  const candidates = [model.current, ...(now > 0 ? [model.current.map((spend) => (spend * total(x)) / now)] : [])];
  let best = { spend: x, kept: false };
  for (const plan of candidates) {
    if (totalViolation(problem, plan) > 1e-9) continue;
    const value = problem.evaluate(plan, null);
    const here = problem.evaluate(best.spend, null);
    const better =
      goal.kind === "kpi"
        ? value >= goal.target && total(plan) < total(best.spend)
        : goal.kind !== "roi" && value > here;
    if (better) best = { spend: plan.slice(), kept: true };
  }
  return best;
}

async function neighbours(
  desk: Desk,
  x: Float64Array,
  kpi: Float64Array,
  criterion: Criterion,
  objective: Objective,
  today: Float64Array,
): Promise<(SensitivityRow & { readonly evaluations: number })[]> {
  const base = total(x);
  const here = objectiveValue(objective, kpi, today);
  const rows: (SensitivityRow & { readonly evaluations: number })[] = [];
  for (const change of [-0.1, 0.1]) {
    const spend = base * (1 + change);
    if (!(spend > 0)) continue;
    try {
      const budget = { lower: spend, upper: spend };
      const start = x.map((amount) => amount * (1 + change));
      const options = { restarts: 0, tolerance: 1e-7 };
      const { result } = await solveBudget(desk, budget, { ...criterion, cost: 0 }, [start], options);
      const value = objectiveValue(objective, kpiDraws(desk.model, result.x), today);
      rows.push({ change, spend, kpi: value, kpiChange: value - here, evaluations: result.evaluations });
    } catch (error) {
      // Limits may not allow that much less or more.
      if (!isMmmError(error) || error.code !== "INFEASIBLE_PLAN") throw error;
    }
  }
  return rows;
}
