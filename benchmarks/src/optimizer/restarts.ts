// S-curve problems: our plan against the best of many random restarts of a local solver.

import { createRandom } from "@mmm/core";
import { planBudget, type ResponseModel, type SolverProblem, smoothSolver } from "@mmm/optimizer";
import { randomModel } from "@mmm/optimizer/fixture";

export interface RestartScore {
  readonly problem: string;
  readonly restarts: number;
  readonly ours: number;
  readonly bestOfRestarts: number;
  /** Ours over the best of the restarts, less 1. */
  readonly advantage: number;
}

/** Plan each S-curve problem once, and once from every random start. */
export async function againstRestarts(restarts: number): Promise<RestartScore[]> {
  const problems: { problem: string; model: ResponseModel }[] = [];
  for (let seed = 0; seed < 6; seed++) {
    const channels = 4 + 4 * (seed % 3);
    problems.push({
      problem: `${channels} channels, seed ${seed}`,
      model: randomModel(seed, { channels, slopes: [1, 4] }),
    });
  }
  for (let seed = 0; seed < 6; seed++) {
    const model = randomModel(seed, { channels: 3, periods: 6, lags: 4, perPeriod: true, slopes: [1, 3.5] });
    problems.push({ problem: `3 channels × 6 periods with carryover, seed ${seed}`, model });
  }
  const rows: RestartScore[] = [];
  for (const { problem, model } of problems) {
    const budget = 0.7 * model.current.reduce((a, b) => a + b, 0);
    const limits = { "*": { min: 0, max: budget } };
    const plan = await planBudget(model, { goal: { kind: "budget", total: budget }, limits }, { sensitivity: false });
    const bestOfRestarts = await restartBest(model, plan.allocation.length, budget, restarts);
    const ours = plan.expected.optimal.kpi.mean;
    rows.push({ problem, restarts, ours, bestOfRestarts, advantage: ours / bestOfRestarts - 1 });
  }
  return rows;
}

async function restartBest(model: ResponseModel, n: number, budget: number, restarts: number): Promise<number> {
  const random = createRandom(7).split("restarts");
  // The same bounds as the plan: a channel's cells share its maximum, the budget.
  const perCell = model.cells.map((_, i) =>
    Math.max(model.observed.upper[i]!, model.current[i]!, cellShare(model, i, budget)),
  );
  const problem: SolverProblem = {
    lower: new Float64Array(n),
    upper: Float64Array.from(perCell, (most) => (model.periods.length === 1 ? budget : most)),
    rows: [
      {
        name: "budget",
        indices: model.cells.map((_, i) => i),
        coefficients: model.cells.map(() => 1),
        lower: budget,
        upper: budget,
      },
    ],
    switches: [],
    evaluate: (x, gradient) => model.evaluate(x, 0, gradient),
    concave: false,
    cell: null,
    starts: [],
  };
  let best = 0;
  for (let k = 0; k < restarts; k++) {
    const start = Float64Array.from(problem.upper, (most) => (random.uniform() < 0.4 ? 0 : most * random.uniform()));
    const { value } = await smoothSolver().solve({ ...problem, starts: [start] }, { restarts: 0, tolerance: 1e-7 });
    best = Math.max(best, value);
  }
  return best;
}

function cellShare(model: ResponseModel, i: number, budget: number): number {
  const count = model.cells.filter(({ channel }) => channel === model.cells[i]!.channel).length;
  return (2 * budget) / count;
}
