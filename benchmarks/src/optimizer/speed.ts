// Time and quality of the solvers on problems of growing size.

import { type Plan, type PlanRequest, planBudget, type ResponseModel } from "@mmm/optimizer";
import { randomModel } from "@mmm/optimizer/fixture";

export interface Timed {
  readonly problem: string;
  readonly solver: string;
  readonly cpuSeconds: number;
  readonly gap: number | null;
  readonly kktResidual: number;
  readonly violation: number;
  readonly gain: number;
}

const sizes: readonly {
  readonly problem: string;
  readonly model: () => ResponseModel;
  readonly request: PlanRequest;
}[] = [
  {
    problem: "200 channels, concave, 100 draws",
    model: () => randomModel(1, { channels: 200, draws: 100 }),
    request: { goal: { kind: "budget" } },
  },
  {
    problem: "200 channels, S-curves, 20 draws",
    model: () => randomModel(1, { channels: 200, draws: 20, slopes: [0.5, 3] }),
    request: { goal: { kind: "budget" } },
  },
  {
    problem: "20 channels × 52 weeks, carryover 13, concave, 50 draws",
    model: () => randomModel(1, { channels: 20, periods: 52, lags: 13, draws: 50, perPeriod: true }),
    request: { goal: { kind: "budget" } },
  },
  {
    problem: "20 channels × 52 weeks, carryover 13, S-curves, 50 draws",
    model: () =>
      randomModel(1, { channels: 20, periods: 52, lags: 13, draws: 50, perPeriod: true, slopes: [0.8, 2.2] }),
    request: { goal: { kind: "budget" } },
  },
];

/** Solve each problem with default options, sensitivity to the budget included. */
export async function timings(): Promise<Timed[]> {
  const rows: Timed[] = [];
  for (const { problem, model, request } of sizes) {
    const made = model();
    const start = process.cpuUsage();
    const plan = await planBudget(made, request);
    const { user, system } = process.cpuUsage(start);
    rows.push(row(problem, plan, (user + system) / 1e6));
  }
  return rows;
}

function row(problem: string, { certificate, expected }: Plan, cpuSeconds: number): Timed {
  return {
    problem,
    solver: certificate.solver,
    cpuSeconds,
    gap: certificate.optimalityGap,
    kktResidual: certificate.kktResidual,
    violation: certificate.maxViolation,
    gain: expected.optimal.kpi.mean / expected.current.kpi.mean - 1,
  };
}
