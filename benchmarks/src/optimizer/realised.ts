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
  checkTruth(truth, model);
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

// The truth as a response model must agree with the simulator's own answer to the last periods happening once more,
// less what the stock they left does alone. With drift the plan is judged by the mean effect, which no single period shows.
function checkTruth(truth: SimulationTruth, like: ResponseModel): void {
  const { periods, preSample, units, drift } = truth.settings;
  const horizon = like.periods.length;
  if (drift > 0 || horizon > periods) return;
  const known = truthModel(truth, like, { countAfter: false });
  const length = preSample + periods;
  const parts = known.byChannel(known.current, 0);
  for (const [c, part] of parts.entries()) {
    const later = (repeat: boolean): number => {
      const activity = new Float64Array(units * length);
      for (let r = 0; r < units; r++) {
        const own = truth.activity[c]!.subarray(r * length, (r + 1) * length);
        activity.set(own.subarray(horizon), r * length);
        if (repeat) activity.set(own.subarray(length - horizon), (r + 1) * length - horizon);
      }
      const contribution = trueContribution(truth, c, activity);
      let sum = 0;
      for (let i = 0; i < contribution.length; i++) if (i % periods >= periods - horizon) sum += contribution[i]!;
      return sum;
    };
    const error = Math.abs((later(true) - later(false)) / part - 1);
    // Lag weights are cut where less than a millionth of them is left.
    if (!(error < 1e-5)) throw new Error(`The true response of channel ${c} is ${error} off.`);
  }
}
