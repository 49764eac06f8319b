// The solver's problem for one budget: limits, the budget row, and the objective over the draws.

import type { LinearRow } from "../linear/rows.js";
import { type DrawObjective, drawObjective, type Objective } from "../objective/objective.js";
import { money } from "../problem/money.js";
import type { Limits } from "../problem/resolve.js";
import type { ResponseModel } from "../response/response-model.js";
import type { SolverProblem } from "../solver/contract.js";

export interface BudgetRange {
  readonly lower: number;
  readonly upper: number;
}

/** How spend counts against KPI in the value to be maximised: value = objective(KPI) − `cost` · spend. */
export interface Criterion {
  readonly objective: DrawObjective;
  readonly cost: number;
}

/** The expected KPI, at a cost of money. */
export function expectedCriterion(cost: number): Criterion {
  const none = new Float64Array(0);
  return { objective: drawObjective({ kind: "expected" }, none, none), cost };
}

/** An objective whose smoothing is fitted to the draws at a good plan. */
export function criterionFor(
  objective: Objective,
  cost: number,
  current: Float64Array,
  reference: Float64Array,
): Criterion {
  return { objective: drawObjective(objective, current, reference), cost };
}

export function assemble(
  model: ResponseModel,
  limits: Limits,
  budget: BudgetRange,
  { objective, cost }: Criterion,
  starts: readonly Float64Array[],
): SolverProblem {
  const n = model.cells.length;
  const own = new Float64Array(n);
  const kpi = new Float64Array(model.draws);
  const weights = new Float64Array(model.draws);
  const expected = objective.kind === "expected";
  const evaluate = (x: Float64Array, gradient: Float64Array | null): number => {
    gradient?.fill(0);
    for (let d = 0; d < model.draws; d++) {
      const fused = gradient !== null && expected;
      kpi[d] = model.evaluate(x, d, fused ? own : null);
      if (fused) for (let i = 0; i < n; i++) gradient[i]! += own[i]! / model.draws;
    }
    const value = objective.combine(kpi, gradient ? weights : null);
    if (gradient && !expected) {
      for (let d = 0; d < model.draws; d++) {
        if (weights[d]! < 1e-9 / model.draws) continue;
        model.evaluate(x, d, own);
        for (let i = 0; i < n; i++) gradient[i]! += weights[d]! * own[i]!;
      }
    }
    if (cost === 0) return value;
    let spend = 0;
    for (let i = 0; i < n; i++) {
      spend += x[i]!;
      if (gradient) gradient[i]! -= cost;
    }
    return value - cost * spend;
  };
  const { cellResponse, cellMean } = model;
  const out = new Float64Array(2);
  return {
    lower: limits.lower,
    upper: limits.upper,
    rows: [...limits.rows, ...budgetRow(model, budget)],
    switches: limits.switches,
    evaluate,
    concave: model.concave && objective.concave,
    cell:
      cellResponse === null || !expected
        ? null
        : (i, x, into) => {
            if (cellMean) {
              cellMean(i, x, into);
              into[0]! -= cost * x;
              into[1]! -= cost;
              return;
            }
            let value = 0;
            let slope = 0;
            for (let d = 0; d < model.draws; d++) {
              cellResponse(i, x, d, out);
              value += out[0]!;
              slope += out[1]!;
            }
            into[0] = value / model.draws - cost * x;
            into[1] = slope / model.draws - cost;
          },
    starts,
  };
}

function budgetRow(model: ResponseModel, { lower, upper }: BudgetRange): LinearRow[] {
  if (lower === Number.NEGATIVE_INFINITY && upper === Number.POSITIVE_INFINITY) return [];
  const words = lower === upper ? `the budget of ${money(model, upper)}` : `a budget of at most ${money(model, upper)}`;
  return [
    {
      name: words,
      indices: model.cells.map((_, i) => i),
      coefficients: model.cells.map(() => 1),
      lower,
      upper,
    },
  ];
}
