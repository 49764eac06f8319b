import { channelSpend, type InsidePlan, type ResponseModel } from "../response/response-model.js";
import type { SolverProblem } from "../solver/contract.js";
import { outcome } from "./outcome.js";
import type { ChannelPlan } from "./types.js";

/**
 * A plan channel by channel, beside today's.
 *
 * @param inside the plan held to what was observed
 * @param gradient slope of the value by each cell at the plan
 * @param cost what the value charges per unit of money, added back to give KPI
 */
export function channelPlans(
  model: ResponseModel,
  x: Float64Array,
  inside: InsidePlan,
  gradient: Float64Array,
  { lower, upper }: SolverProblem,
  valuePerKpi: number | null,
  interval: number,
  cost: number,
): ChannelPlan[] {
  const split = (of: (draw: number) => Float64Array) => {
    const draws = Array.from({ length: model.draws }, (_, d) => of(d));
    return model.channels.map((_, c) => Float64Array.from(draws, (parts) => parts[c]!));
  };
  const before = split(model.todayByChannel ?? ((d) => model.byChannel(model.current, d)));
  const after = split((d) => model.byChannel(x, d));
  const spendBefore = channelSpend(model, model.current);
  const spendAfter = channelSpend(model, x);
  const low = channelSpend(model, model.observed.lower);
  const high = channelSpend(model, model.observed.upper);
  const within = channelSpend(model, inside.spend);
  const part = (spend: number, kpi: Float64Array) => {
    const { kpi: interval_, roi } = outcome(spend, kpi, valuePerKpi, interval);
    return { spend, kpi: interval_, roi };
  };
  return model.channels.map((name, c) => {
    const cells = model.cells.flatMap((cell, i) => (cell.channel === c ? [i] : []));
    const inner = cells.filter((i) => x[i]! > lower[i]! && x[i]! < upper[i]!);
    const of = inner.length > 0 ? inner : cells;
    const beyond = Math.max(0, spendAfter[c]! - within[c]!);
    return {
      name,
      current: part(spendBefore[c]!, before[c]!),
      optimal: part(spendAfter[c]!, after[c]!),
      change: spendBefore[c]! > 0 ? spendAfter[c]! / spendBefore[c]! - 1 : null,
      marginalKpi: of.reduce((sum, i) => sum + gradient[i]!, 0) / of.length + cost,
      observed: [low[c]!, high[c]!],
      beyondObserved: beyond > 1e-9 * spendAfter[c]! ? beyond : 0,
      extrapolated: beyond > 0.01 * spendAfter[c]!,
    };
  });
}
