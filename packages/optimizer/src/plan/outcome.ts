import { type Interval, intervalOf } from "@mmm/model";
import type { ResponseModel } from "../response/response-model.js";
import type { Outcome } from "./types.js";

/** KPI of a plan under every draw. */
export function kpiDraws(model: ResponseModel, spend: Float64Array): Float64Array {
  return Float64Array.from({ length: model.draws }, (_, d) => model.evaluate(spend, d, null));
}

/** Mean and central interval of draws. */
export function meanInterval(draws: Float64Array, mass: number): Interval {
  return intervalOf(draws.reduce((a, b) => a + b, 0) / draws.length, draws, mass);
}

/** Money and KPI of a plan, with intervals. */
export function outcome(spend: number, kpi: Float64Array, valuePerKpi: number | null, mass: number): Outcome {
  const worth = (of: (value: number) => number): Interval | null =>
    valuePerKpi === null
      ? null
      : meanInterval(
          kpi.map((k) => of(valuePerKpi * k)),
          mass,
        );
  return {
    spend,
    kpi: meanInterval(kpi, mass),
    value: worth((value) => value),
    roi: spend > 0 ? worth((value) => value / spend) : null,
    profit: worth((value) => value - spend),
  };
}

/** Spend by cell added up. */
export function total(spend: Float64Array): number {
  return spend.reduce((a, b) => a + b, 0);
}
