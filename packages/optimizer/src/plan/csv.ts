import { createTable, toCsv } from "@mmm/data";
import type { Plan } from "./types.js";

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
