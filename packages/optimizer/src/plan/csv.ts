import { createTable, toCsv } from "@mmm/data";
import type { FrontierPoint, Plan, ScenarioRow } from "./types.js";

/**
 * The allocation as CSV: channel, unit and period where those are planned apart, current, optimal, change.
 *
 * @example writeFileSync("plan.csv", planToCsv(plan));
 */
export function planToCsv({ allocation }: Plan): string {
  const some = (key: "unit" | "period") => allocation.some((row) => row[key] !== null);
  const cents = (amount: number) => Math.round(amount * 100) / 100;
  return toCsv(
    createTable({
      channel: allocation.map(({ channel }) => channel),
      ...(some("unit") && { unit: allocation.map(({ unit }) => unit) }),
      ...(some("period") && { period: allocation.map(({ period }) => period) }),
      current: allocation.map(({ current }) => cents(current)),
      optimal: allocation.map(({ optimal }) => cents(optimal)),
      change: allocation.map(({ current, optimal }) => cents(optimal - current)),
    }),
  );
}

/** A frontier as CSV: one row per budget. */
export function frontierToCsv(points: readonly FrontierPoint[]): string {
  return toCsv(
    createTable({
      budget: points.map(({ spend }) => spend),
      kpi: points.map(({ kpi }) => kpi.mean),
      kpi_lower: points.map(({ kpi }) => kpi.lower),
      kpi_upper: points.map(({ kpi }) => kpi.upper),
      roi: points.map(({ roi }) => roi?.mean ?? null),
      marginal_kpi: points.map(({ marginalKpi }) => marginalKpi),
      ...spendColumns(points.map(({ channels }) => channels)),
    }),
  );
}

/** Compared plans as CSV: one row per plan. */
export function scenariosToCsv(rows: readonly ScenarioRow[]): string {
  return toCsv(
    createTable({
      plan: rows.map(({ name }) => name),
      spend: rows.map(({ outcome }) => outcome.spend),
      kpi: rows.map(({ outcome }) => outcome.kpi.mean),
      kpi_lower: rows.map(({ outcome }) => outcome.kpi.lower),
      kpi_upper: rows.map(({ outcome }) => outcome.kpi.upper),
      gain: rows.map(({ gain }) => gain.mean),
      gain_lower: rows.map(({ gain }) => gain.lower),
      gain_upper: rows.map(({ gain }) => gain.upper),
      probability_of_gain: rows.map(({ probabilityOfGain }) => probabilityOfGain),
      roi: rows.map(({ outcome }) => outcome.roi?.mean ?? null),
      profit: rows.map(({ outcome }) => outcome.profit?.mean ?? null),
      ...spendColumns(rows.map(({ spend }) => spend)),
    }),
  );
}

function spendColumns(rows: readonly Readonly<Record<string, number>>[]): Record<string, number[]> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name]!)]));
}
