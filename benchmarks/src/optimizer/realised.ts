// How much of the best possible gain a plan from fitted curves realises under the true ones.

import { type SimulationOptions, type SimulationTruth, simulatePanel, trueContribution } from "@mmm/data";
import { fitStructural } from "@mmm/model";
import { planBudget, type ResponseModel, responseModelOf } from "@mmm/optimizer";
import { truthModel } from "./truth-model.js";

export interface Realised {
  readonly seed: number;
  /** True KPI over the horizon under today's plan, the recommended one and the best one. */
  readonly current: number;
  readonly recommended: number;
  readonly best: number;
  /** Part of the best gain that the recommended plan realises. */
  readonly share: number;
  /** Mean gain that the plan promised, and the true one. */
  readonly promised: number;
  readonly gain: number;
  readonly covered: boolean;
}

/** Simulate, fit, plan today's budget with default limits, and judge both plans by the truth. */
export async function realised(seed: number, options: SimulationOptions): Promise<Realised> {
  const { panel, truth } = simulatePanel(options, seed);
  const fit = await fitStructural(panel, { seed });
  const model = responseModelOf(fit);
  const known = truthModel(truth, model);
  checkTruth(truth, known, model.periods.length);
  const request = { goal: { kind: "budget" as const } };
  const plan = await planBudget(model, request, { sensitivity: false });
  const ideal = await planBudget(known, request, { sensitivity: false });
  const spend = Float64Array.from(plan.allocation, ({ optimal }) => optimal);
  const current = known.evaluate(known.current, 0, null);
  const recommended = known.evaluate(spend, 0, null);
  const best = ideal.expected.optimal.kpi.mean;
  const gain = recommended - current;
  return {
    seed,
    current,
    recommended,
    best,
    share: gain / (best - current),
    promised: plan.expected.gain.mean,
    gain,
    covered: gain >= plan.expected.gain.lower && gain <= plan.expected.gain.upper,
  };
}

// The truth as a response model must agree with the simulator's own answer to a constant spend. With drift the plan is
// judged by the mean effect, which no single period shows.
function checkTruth(truth: SimulationTruth, known: ResponseModel, horizon: number): void {
  const { periods, preSample, units, drift } = truth.settings;
  if (drift > 0) return;
  const length = preSample + periods;
  const parts = known.byChannel(known.current, 0);
  for (const [c, part] of parts.entries()) {
    const activity = new Float64Array(units * length);
    for (let r = 0; r < units; r++) {
      const recent = truth.activity[c]!.subarray((r + 1) * length - horizon, (r + 1) * length);
      activity.fill(recent.reduce((a, b) => a + b, 0) / horizon, r * length, (r + 1) * length);
    }
    const contribution = trueContribution(truth, c, activity);
    let settled = 0;
    for (let r = 0; r < units; r++) settled += contribution[(r + 1) * periods - 1]!;
    const error = Math.abs((horizon * settled) / part - 1);
    if (!(error < 1e-6)) throw new Error(`The true response of channel ${c} is ${error} off.`);
  }
}
