// Several plans side by side, and what more or less money would bring.

import { type RunHooks, usageError } from "@mmm/core";
import type { Interval } from "@mmm/model";
import { worthPerKpi } from "../problem/money.js";
import type { PlanRequest } from "../problem/request.js";
import { channelSpend, type ResponseModel, todayKpi } from "../response/response-model.js";
import type { SolverProblem } from "../solver/contract.js";
import { expectedCriterion } from "./assemble.js";
import { budgetRange, openDesk, solveBudget } from "./goal-search.js";
import { kpiDraws, meanInterval, outcome, total } from "./outcome.js";
import { type PlanOptions, planBudget, startsFor } from "./plan.js";
import type { Outcome, Plan } from "./types.js";

/** A request to be solved, or amounts that somebody has in mind: one per cell, or one per channel. */
export type Scenario =
  | { readonly name: string; readonly request: PlanRequest }
  | { readonly name: string; readonly spend: Float64Array | Readonly<Record<string, number>> };

export interface ScenarioResult {
  readonly name: string;
  readonly spend: Readonly<Record<string, number>>;
  readonly outcome: Outcome;
  /** KPI compared with today's plan, draw by draw. */
  readonly gain: Interval;
  readonly probabilityOfGain: number;
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

/** Amounts per channel spread over cells as today; amounts per cell as they are. */
export function cellSpend(model: ResponseModel, spend: Float64Array | Readonly<Record<string, number>>): Float64Array {
  if (spend instanceof Float64Array) {
    if (spend.length === model.cells.length) return spend;
    throw usageError("BAD_SCENARIO", `A plan has ${spend.length} amounts, the model has ${model.cells.length} cells.`);
  }
  const unknown = Object.keys(spend).filter((name) => !model.channels.includes(name));
  if (unknown.length > 0) {
    throw usageError(
      "UNKNOWN_CHANNEL",
      `A plan names '${unknown.join("', '")}'; known: ${model.channels.join(", ")}.`,
      "Correct the name.",
    );
  }
  const now = channelSpend(model, model.current);
  const counts = new Float64Array(now.length);
  for (const { channel } of model.cells) counts[channel]!++;
  return Float64Array.from(model.cells, ({ channel }, i) => {
    const amount = spend[model.channels[channel]!];
    if (amount === undefined) return model.current[i]!;
    return now[channel]! > 0 ? (amount * model.current[i]!) / now[channel]! : amount / counts[channel]!;
  });
}

export interface FrontierPoint extends Outcome {
  /** KPI per money of the next unit of money. */
  readonly marginalKpi: number;
  readonly channels: Readonly<Record<string, number>>;
}

/**
 * Efficient frontier: the best plan for each of several budgets.
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
  const desk = openDesk(model, full, null, { restarts, seed, ...(solvers && { solvers }) }, hooks);
  const [least, most] = budgetRange(desk);
  const points: FrontierPoint[] = [];
  let start = model.current;
  for (const budget of wanted) {
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
