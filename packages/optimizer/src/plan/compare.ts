// Several plans side by side, and what more or less money would bring.

import { type RunHooks, usageError } from "@mmm/core";
import { worthPerKpi } from "../problem/money.js";
import type { PlanRequest } from "../problem/request.js";
import { channelSpend, type ResponseModel, todayKpi } from "../response/response-model.js";
import { tabulate } from "../response/tabulate.js";
import type { SolverProblem } from "../solver/contract.js";
import { expectedCriterion } from "./assemble.js";
import { budgetRange, openDesk, solveBudget } from "./goal-search.js";
import { kpiDraws, meanInterval, outcome, total } from "./outcome.js";
import { type PlanOptions, planBudget, startsFor } from "./plan.js";
import type { FrontierPoint, Plan, ScenarioRow } from "./types.js";

/** A request to be solved, or amounts that somebody has in mind: per cell, per channel, or as rows of another plan. */
export type Scenario =
  | { readonly name: string; readonly request: PlanRequest }
  | { readonly name: string; readonly spend: Amounts };

/** Money per cell in the model's order, per channel by name, or row by row; channels that are not named keep today's. */
export type Amounts = Float64Array | Readonly<Record<string, number>> | readonly AmountRow[];

/** Money of a channel, in one unit or period where the row names one. */
export interface AmountRow {
  readonly channel: string;
  readonly unit?: string | null;
  readonly period?: string | null;
  readonly spend: number;
}

export interface ScenarioResult extends ScenarioRow {
  /** Present for scenarios that were solved. */
  readonly plan: Plan | null;
}

/**
 * Compare plans under the same draws; the first result is always today's plan.
 *
 * @example
 * await compareScenarios(model, [
 *   { name: "best split", request: { goal: { kind: "budget" } } },
 *   { name: "agency proposal", spend: { tv: 2e5, search: 1e5 } },
 * ]);
 */
export async function compareScenarios(
  model: ResponseModel,
  scenarios: readonly Scenario[],
  options: PlanOptions = {},
  hooks?: RunHooks,
): Promise<ScenarioResult[]> {
  const { interval = 0.9 } = options;
  const today = todayKpi(model);
  const describe = (name: string, spend: Float64Array, plan: Plan | null, known?: Float64Array): ScenarioResult => {
    const kpi = known ?? kpiDraws(model, spend);
    const gains = kpi.map((k, d) => k - today[d]!);
    const sums = channelSpend(model, spend);
    return {
      name,
      spend: Object.fromEntries(model.channels.map((channel, c) => [channel, sums[c]!])),
      outcome: outcome(total(spend), kpi, plan?.valuePerKpi ?? model.valuePerKpi, interval),
      gain: meanInterval(gains, interval),
      probabilityOfGain: gains.reduce((sum, g) => sum + (g > 0 ? 1 : 0), 0) / model.draws,
      plan,
    };
  };
  const results = [describe("today", model.current, null, today)];
  for (const scenario of scenarios) {
    if ("request" in scenario) {
      const plan = await planBudget(model, scenario.request, options, hooks);
      results.push(
        describe(
          scenario.name,
          Float64Array.from(plan.allocation, ({ optimal }) => optimal),
          plan,
        ),
      );
    } else results.push(describe(scenario.name, cellSpend(model, scenario.spend), null));
  }
  return results;
}

/**
 * Amounts as money per cell. A row that covers several cells is spread over them as today; rows finer than the cells add
 * up.
 *
 * @throws MmmError `BAD_SCENARIO` for rows that meet no cell or are no amounts, `UNKNOWN_CHANNEL`
 */
export function cellSpend(model: ResponseModel, spend: Amounts): Float64Array {
  if (spend instanceof Float64Array) {
    if (spend.length === model.cells.length) return spend;
    throw usageError("BAD_SCENARIO", `A plan has ${spend.length} amounts, the model has ${model.cells.length} cells.`);
  }
  const rows: readonly AmountRow[] = Array.isArray(spend)
    ? spend
    : Object.entries(spend).map(([channel, amount]) => ({ channel, spend: amount }));
  const unknown = rows.map(({ channel }) => channel).filter((name) => !model.channels.includes(name));
  if (unknown.length > 0) {
    throw usageError(
      "UNKNOWN_CHANNEL",
      `A plan names '${[...new Set(unknown)].join("', '")}'; known: ${model.channels.join(", ")}.`,
      "Correct the name.",
    );
  }
  const named = new Set(rows.map(({ channel }) => channel));
  const out = model.current.map((now, i) => (named.has(model.channels[model.cells[i]!.channel]!) ? 0 : now));
  for (const row of rows) {
    const where = [row.channel, row.unit, row.period].filter(Boolean).join(", ");
    if (!(row.spend >= 0 && Number.isFinite(row.spend))) {
      throw usageError("BAD_SCENARIO", `The amount of ${where} is ${row.spend}; it must be a number from 0.`);
    }
    const own = [...model.cells.keys()].filter((i) => {
      const { channel, unit, period } = model.cells[i]!;
      const meets = (label: string | null | undefined, at: number | null, labels: readonly string[]) =>
        label == null || at === null || labels[at] === label;
      return (
        model.channels[channel] === row.channel &&
        meets(row.unit, unit, model.units) &&
        meets(row.period, period, model.periods)
      );
    });
    if (own.length === 0) {
      throw usageError(
        "BAD_SCENARIO",
        `A plan has an amount for ${where}, which is outside this plan's units and its periods ${model.periods[0]} to ${model.periods.at(-1)}.`,
        "Compare plans over the same horizon.",
      );
    }
    const now = own.reduce((sum, i) => sum + model.current[i]!, 0);
    for (const i of own) out[i]! += row.spend * (now > 0 ? model.current[i]! / now : 1 / own.length);
  }
  return out;
}

/**
 * Efficient frontier: the best plan for each of several budgets, each with the limits that a plan for it would have.
 *
 * @param budgets totals; default: 11 from half to one and a half times today's, those that the limits allow
 */
export async function efficientFrontier(
  model: ResponseModel,
  request: Omit<PlanRequest, "goal"> = {},
  budgets?: readonly number[],
  options: PlanOptions = {},
  hooks?: RunHooks,
): Promise<FrontierPoint[]> {
  const { interval = 0.9, solvers, restarts = startsFor(model), seed = 1 } = options;
  const now = total(model.current);
  const wanted = budgets ?? Array.from({ length: 11 }, (_, k) => now * (0.5 + k / 10));
  const full: PlanRequest = { ...request, goal: { kind: "budget" } };
  const settings = { restarts, seed, ...(solvers && { solvers }) };
  const desks = wanted.map((budget) => openDesk(model, full, budget, settings, hooks));
  // One table for all budgets.
  const largest = Math.max(...wanted);
  const upper = model.current.map((_, i) =>
    Math.min(largest, Math.max(...desks.map(({ limits }) => limits.upper[i]!))),
  );
  const searched = tabulate(model, upper);
  const points: FrontierPoint[] = [];
  let start = model.current;
  for (const [k, budget] of wanted.entries()) {
    const desk = { ...desks[k]!, searched };
    const [least, most] = budgetRange(desk);
    const slack = 1e-9 * most;
    if (budget < least - slack || budget > most + slack) continue;
    const amount = Math.min(most, Math.max(least, budget));
    const scaled = total(start) > 0 ? start.map((spend) => (spend * amount) / total(start)) : start;
    const { problem, result } = await solveBudget(desk, { lower: amount, upper: amount }, expectedCriterion(0), [
      scaled,
    ]);
    start = result.x;
    const kpi = kpiDraws(model, result.x);
    const sums = channelSpend(model, result.x);
    points.push({
      ...outcome(amount, kpi, worthPerKpi(model, request), interval),
      marginalKpi: marginalKpi(problem, result.x),
      channels: Object.fromEntries(model.channels.map((channel, c) => [channel, sums[c]!])),
    });
  }
  return points;
}

// Mean slope of the cells that are free to move; the largest slope when none is.
function marginalKpi(problem: SolverProblem, x: Float64Array): number {
  const gradient = new Float64Array(x.length);
  problem.evaluate(x, gradient);
  const { lower, upper } = problem;
  const free = [...x.keys()].filter((i) => x[i]! > lower[i]! * (1 + 1e-9) && x[i]! < upper[i]! * (1 - 1e-9));
  return free.length > 0 ? free.reduce((sum, i) => sum + gradient[i]!, 0) / free.length : Math.max(...gradient);
}
