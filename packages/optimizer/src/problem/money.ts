import type { ResponseModel } from "../response/response-model.js";
import type { PlanRequest } from "./request.js";

/** Money that one unit of the KPI is worth to whoever plans: value times margin; null when unknown. */
export function worthPerKpi(
  model: ResponseModel,
  { valuePerKpi, margin = 1 }: Omit<PlanRequest, "goal">,
): number | null {
  const value = valuePerKpi ?? model.valuePerKpi;
  return value === null ? null : value * margin;
}

/** "12,500 EUR": whole from 1,000 on, three significant digits below. */
export function money({ currency }: Pick<ResponseModel, "currency">, amount: number): string {
  return currency === null ? plain(amount) : `${plain(amount)} ${currency}`;
}

/** "12,500", "0.0341": whole from 1,000 on, three significant digits below. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const options = Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return value.toLocaleString("en-US", options);
}
