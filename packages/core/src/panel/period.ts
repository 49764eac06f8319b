// Periods are labels in time order: ISO dates (the first day of the period) or plain integers.

export type Frequency = "day" | "week" | "month" | "quarter" | "year" | "index";

/** Periods in one year; `index` (plain integers) is read as weeks unless the caller knows better. */
export const periodsPerYear: Readonly<Record<Frequency, number>> = {
  day: 365.25,
  week: 365.25 / 7,
  month: 12,
  quarter: 4,
  year: 1,
  index: 52,
};

const dayMs = 86_400_000;

/** Days since 1970-01-01 of an ISO date `YYYY-MM-DD`; NaN when it is not a real calendar day. */
export function isoDay(date: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!match) return Number.NaN;
  const time = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(time).toISOString().slice(0, 10) === date ? time / dayMs : Number.NaN;
}

/** ISO date of a number of days since 1970-01-01. */
export function dayToIso(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The label `steps` periods after `label` (before, when negative). */
export function shiftPeriod(label: string, frequency: Frequency, steps: number): string {
  if (frequency === "index") return String(Number(label) + steps);
  const day = isoDay(label);
  if (frequency === "day") return dayToIso(day + steps);
  if (frequency === "week") return dayToIso(day + 7 * steps);
  const date = new Date(day * dayMs);
  const months = { month: 1, quarter: 3, year: 12 }[frequency] * steps;
  const first = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return dayToIso((first.getTime() + (Math.min(date.getUTCDate(), lastDay) - 1) * dayMs) / dayMs);
}

/**
 * Position in the year, in turns: 0.25 means a quarter of a year after the origin. Continues past 1 in later years,
 * so a harmonic `sin(2π k · yearPosition)` keeps its phase in the holdout and in forecasts.
 */
export function yearPosition(label: string, frequency: Frequency): number {
  return frequency === "index" ? Number(label) / periodsPerYear.index : isoDay(label) / 365.25;
}
