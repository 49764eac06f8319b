import { channelSpend, type ResponseModel } from "../response/response-model.js";
import type { SolverProblem } from "../solver/contract.js";
import { outcome } from "./outcome.js";
import type { ChannelPlan } from "./types.js";

/**
 * A plan channel by channel, beside today's.
 *
 * @param gradient slope of the value by each cell at the plan
 * @param cost what the value charges per unit of money, added back to give KPI
 */
export function channelPlans(
  model: ResponseModel,
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: SolverProblem,
  valuePerKpi: number | null,
  interval: number,
  cost: number,
): ChannelPlan[] {
  const split = (spend: Float64Array) => {
    const draws = Array.from({ length: model.draws }, (_, d) => model.byChannel(spend, d));
    return model.channels.map((_, c) => Float64Array.from(draws, (parts) => parts[c]!));
  };
  const before = split(model.current);
  const after = split(x);
  const spendBefore = channelSpend(model, model.current);
  const spendAfter = channelSpend(model, x);
  const low = channelSpend(model, model.observed.lower);
  const high = channelSpend(model, model.observed.upper);
  const part = (spend: number, kpi: Float64Array) => {
    const { kpi: interval_, roi } = outcome(spend, kpi, valuePerKpi, interval);
    return { spend, kpi: interval_, roi };
  };
  return model.channels.map((name, c) => {
    const cells = model.cells.flatMap((cell, i) => (cell.channel === c ? [i] : []));
    const inner = cells.filter((i) => x[i]! > lower[i]! && x[i]! < upper[i]!);
    const of = inner.length > 0 ? inner : cells;
    return {
      name,
      current: part(spendBefore[c]!, before[c]!),
      optimal: part(spendAfter[c]!, after[c]!),
      change: spendBefore[c]! > 0 ? spendAfter[c]! / spendBefore[c]! - 1 : null,
      marginalKpi: of.reduce((sum, i) => sum + gradient[i]!, 0) / of.length + cost,
      observed: [low[c]!, high[c]!],
      extrapolated: cells.some((i) => x[i]! > model.observed.upper[i]! * (1 + 1e-9) && x[i]! > model.current[i]!),
    };
  });
}
