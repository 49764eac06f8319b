// Proof that travels with a plan: what it violates, how far from the best it can be, which conditions hold it back and
// what relaxing them is worth.

import { violation } from "../linear/rows.js";
import type { LinearSolution } from "../linear/simplex.js";
import { money, plain } from "../problem/money.js";
import { cellName, type InsidePlan, type ResponseModel } from "../response/response-model.js";
import type { SolverProblem } from "../solver/contract.js";
import { holdSwitches } from "../solver/hold-switches.js";
import { linearGain } from "../solver/smooth.js";
import { total } from "./outcome.js";
import type { BindingCondition } from "./types.js";

export interface FirstOrder {
  /** Most that a move along the gradient within the conditions could add, in units of the value. */
  readonly gain: number;
  readonly prices: LinearSolution;
  readonly gradient: Float64Array;
}

/** Linearise the value at `x` and maximise over the conditions, switches held as they are. */
export function firstOrder(problem: SolverProblem, x: Float64Array): FirstOrder {
  const gradient = new Float64Array(x.length);
  problem.evaluate(x, gradient);
  const { lower: floor, upper, rows } = holdSwitches(problem, x);
  const lower = floor.slice();
  for (let i = 0; i < x.length; i++) {
    // Rounding must not make the point itself infeasible.
    lower[i] = Math.min(lower[i]!, x[i]!);
    upper[i] = Math.max(upper[i]!, x[i]!);
  }
  const { gain, prices } = linearGain(gradient, { lower, upper, rows }, x);
  const cellPrices = prices.cellPrices.slice();
  for (let i = 0; i < x.length; i++) {
    if (upper[i]! > lower[i]!) continue;
    // Held cells were left out of the linear problem; their price is their slope less what their money is worth in rows.
    cellPrices[i] = gradient[i]!;
    for (const [j, row] of rows.entries()) {
      for (let k = 0; k < row.indices.length; k++) {
        if (row.indices[k] === i) cellPrices[i]! -= row.coefficients[k]! * prices.rowPrices[j]!;
      }
    }
  }
  return { gain, prices: { ...prices, cellPrices }, gradient };
}

/** Largest violation of bounds, rows and switches. */
export function totalViolation(problem: SolverProblem, x: Float64Array): number {
  let worst = violation(problem, x);
  for (const { indices, minimum } of problem.switches) {
    const spent = indices.reduce((sum, i) => sum + x[i]!, 0);
    if (spent > 0 && spent < minimum) worst = Math.max(worst, Math.min(spent, minimum - spent) / minimum);
  }
  return worst;
}

/** Conditions with a price, dearest first. */
export function bindingConditions(
  model: ResponseModel,
  problem: SolverProblem,
  { prices }: FirstOrder,
  x: Float64Array,
  valuePerKpi: number | null,
): BindingCondition[] {
  const dearest = Math.max(...prices.rowPrices.map(Math.abs), 0);
  const matters = (price: number) => Number.isFinite(price) && Math.abs(price) > 1e-6 * dearest;
  const worth = (price: number): string =>
    `${plain(price)} ${model.kpi}${valuePerKpi === null ? "" : ` (worth ${money(model, price * valuePerKpi)})`}`;
  const one = model.currency === null ? "1 more unit of money" : `1 more ${model.currency}`;
  const found: BindingCondition[] = [];
  for (const [j, row] of problem.rows.entries()) {
    const price = prices.rowPrices[j]!;
    if (!matters(price)) continue;
    const isBudget = row.indices.length === x.length && /budget of/.test(row.name);
    const words = isBudget
      ? `${one} of budget brings ${worth(price)}.`
      : `${row.name} holds the plan back: moving that limit by 1 changes the result by ${worth(Math.abs(price))}.`;
    found.push({ name: row.name, shadowPrice: price, words });
  }
  for (let i = 0; i < x.length; i++) {
    const price = prices.cellPrices[i]!;
    const range = problem.upper[i]! - problem.lower[i]!;
    const near = 1e-6 * Math.max(Math.abs(problem.upper[i]!), 1e-300);
    const atUpper = problem.upper[i]! - x[i]! <= near;
    const atLower = x[i]! - problem.lower[i]! <= near;
    if (!matters(price) || !(atUpper || atLower) || (range > 0 && price > 0 !== atUpper)) continue;
    const name = cellName(model, i);
    const bound = range <= near ? "fixed" : atUpper ? "at its upper limit" : "at its lower limit";
    const words =
      price > 0
        ? `${name} is ${bound}: ${one} there brings ${worth(price)} more than elsewhere.`
        : `${name} is ${bound}: ${one} there brings ${worth(-price)} less than elsewhere.`;
    found.push({ name: `${name} ${bound} of ${money(model, x[i]!)}`, shadowPrice: price, words });
  }
  return found.sort((a, b) => Math.abs(b.shadowPrice) - Math.abs(a.shadowPrice));
}

/** Part of the gain in mean KPI that is lost when no period may spend more than was observed. */
export function gainOutside(model: ResponseModel, kept: InsidePlan, kpi: number, spend: number, gain: number): number {
  if (!(gain > 1e-9 * Math.abs(kpi)) || total(kept.spend) >= spend * (1 - 1e-12)) return 0;
  let inside = 0;
  for (let d = 0; d < model.draws; d++) inside += kept.evaluate(d) / model.draws;
  return Math.min(1, Math.max(0, (kpi - inside) / gain));
}

/** A plan held to what was observed, as the model does it or else cell by cell. */
export function insideOf(model: ResponseModel, x: Float64Array): InsidePlan {
  if (model.inside) return model.inside(x);
  const spend = x.map((amount, i) => Math.min(amount, Math.max(model.observed.upper[i]!, model.current[i]!)));
  return { spend, evaluate: (draw) => model.evaluate(spend, draw, null) };
}
