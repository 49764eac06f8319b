// The calendar of a panel: which frequency the periods have, every period from first to last, and where each row falls.

import { dataError, dayToIso, type Frequency, type MmmError, shiftPeriod } from "@mmm/core";
import { type Table, tablePlace } from "../table/table.js";
import type { PeriodReading } from "./read-periods.js";

export interface Timeline {
  readonly frequency: Frequency;
  /** Every period from the first to the last, without gaps. */
  readonly periods: readonly string[];
  /** Index into `periods` of each row. */
  readonly periodOfRow: readonly number[];
}

const kinds = [
  { frequency: "day", least: 1, most: 1 },
  { frequency: "week", least: 7, most: 7 },
  { frequency: "month", least: 28, most: 31 },
  { frequency: "quarter", least: 89, most: 92 },
  { frequency: "year", least: 365, most: 366 },
] as const;

/**
 * Infer the frequency from the steps between distinct periods and place every row on the calendar.
 *
 * Dates of monthly, quarterly and yearly data become the first day of their month, unless all share another day of the
 * month. A period that no unit has is an error, never a silent hole.
 *
 * @param options `frequency` where it is known; plain integers always count as `index`
 * @throws MmmError `TOO_FEW_PERIODS`, `MIXED_FREQUENCY`, `GAP`
 */
export function buildTimeline(
  table: Table,
  column: string,
  reading: PeriodReading,
  { frequency: given }: { readonly frequency?: Frequency } = {},
): Timeline {
  const distinct = [...new Set(reading.positions)].sort((a, b) => a - b);
  const rowOf = (position: number) => reading.positions.indexOf(position);
  if (distinct.length < 3 && given === undefined) {
    throw dataError(
      "TOO_FEW_PERIODS",
      `Column '${column}' has ${distinct.length} different period${distinct.length === 1 ? "" : "s"}; at least 3 are needed to tell the frequency.`,
      "Pass more history, or check that this is the period column.",
      tablePlace(table, undefined, column),
    );
  }
  const frequency = reading.kind === "index" ? "index" : (given ?? dominantFrequency(table, column, distinct, rowOf));
  const slot = slots(frequency, distinct);
  const off = distinct.findIndex((position) => Number.isNaN(slot(position)));
  if (off >= 0) throw mixed(table, column, frequency, distinct, off, rowOf);
  const places = distinct.map(slot);
  const clash = places.findIndex((place, i) => i > 0 && place === places[i - 1]);
  if (clash > 0) throw mixed(table, column, frequency, distinct, clash, rowOf);

  const start = label(frequency, distinct);
  const length = places.at(-1)! + 1;
  const absent: number[] = [];
  for (let place = 0, i = 0; place < length; place++) {
    if (places[i] === place) i++;
    else absent.push(place);
  }
  if (absent.length > 0) throw gap(table, column, frequency, start, distinct, places, absent, rowOf);
  const placeOf = new Map(distinct.map((position, i) => [position, places[i]!]));
  return {
    frequency,
    periods: Array.from({ length }, (_, step) => shiftPeriod(start, frequency, step)),
    periodOfRow: reading.positions.map((position) => placeOf.get(position)!),
  };
}

function dominantFrequency(
  table: Table,
  column: string,
  distinct: readonly number[],
  rowOf: (position: number) => number,
): Frequency {
  const steps = distinct.slice(1).map((day, i) => day - distinct[i]!);
  const counted = kinds.map((kind) => ({
    ...kind,
    count: steps.filter((step) => step >= kind.least && step <= kind.most).length,
  }));
  const best = counted.reduce((a, b) => (b.count > a.count ? b : a));
  if (best.count * 2 >= steps.length) return best.frequency;
  const sample = steps.slice(0, 5).join(", ");
  throw dataError(
    "MIXED_FREQUENCY",
    `The dates of column '${column}' follow no single frequency: the first steps are ${sample} days (row ${table.lines[rowOf(distinct[0]!)]} on).`,
    "Use one row per day, week, month, quarter or year. If day and month are swapped, name the pattern with the option dateFormat.",
    tablePlace(table, rowOf(distinct[0]!), column),
  );
}

const monthIndex = (day: number) => Number(dayToIso(day).slice(0, 4)) * 12 + Number(dayToIso(day).slice(5, 7)) - 1;
const dayOfMonth = (day: number) => Number(dayToIso(day).slice(8, 10));
const monthsIn = { month: 1, quarter: 3, year: 12 } as const;

// Steps of the frequency since the first period; NaN off the grid.
function slots(frequency: Frequency, distinct: readonly number[]): (position: number) => number {
  const first = distinct[0]!;
  const whole = (value: number) => (Number.isInteger(value) ? value : Number.NaN);
  switch (frequency) {
    case "index":
    case "day":
      return (position) => position - first;
    case "week":
      return (position) => whole((position - first) / 7);
    default: {
      const each = monthsIn[frequency];
      const grid = dayOfMonth(first);
      const lateDays = distinct.every((day) => dayOfMonth(day) >= 25);
      return (position) =>
        lateDays || dayOfMonth(position) === grid
          ? whole((monthIndex(position) - monthIndex(first)) / each)
          : Number.NaN;
    }
  }
}

function label(frequency: Frequency, distinct: readonly number[]): string {
  const first = distinct[0]!;
  if (frequency === "index") return String(first);
  const iso = dayToIso(first);
  if (frequency === "day" || frequency === "week") return iso;
  const shared = distinct.every((day) => dayOfMonth(day) === dayOfMonth(first)) && dayOfMonth(first) <= 28;
  return shared ? iso : `${iso.slice(0, 8)}01`;
}

function mixed(
  table: Table,
  column: string,
  frequency: Frequency,
  distinct: readonly number[],
  at: number,
  rowOf: (position: number) => number,
): MmmError {
  const row = rowOf(distinct[at]!);
  const before = rowOf(distinct[Math.max(0, at - 1)]!);
  return dataError(
    "MIXED_FREQUENCY",
    `Column '${column}' mixes frequencies: most periods are a ${frequency} apart, but ${dayToIso(distinct[at]!)} (row ${table.lines[row]}) does not fit after ${dayToIso(distinct[Math.max(0, at - 1)]!)} (row ${table.lines[before]}).`,
    `Bring all rows to one ${frequency} per period, always on the same day of it.`,
    tablePlace(table, row, column),
  );
}

function gap(
  table: Table,
  column: string,
  frequency: Frequency,
  start: string,
  distinct: readonly number[],
  places: readonly number[],
  absent: readonly number[],
  rowOf: (position: number) => number,
): MmmError {
  const names = absent.slice(0, 5).map((place) => shiftPeriod(start, frequency, place));
  const after = places.findIndex((place) => place > absent[0]!);
  const rows = `between rows ${table.lines[rowOf(distinct[after - 1]!)]} and ${table.lines[rowOf(distinct[after]!)]}`;
  const weekends =
    frequency === "day" && distinct.every((day) => (day + 3) % 7 < 5)
      ? " Only working days are present: add the rows up to weeks, or add the weekends."
      : "";
  const swapped =
    frequency === "day" && distinct.every((day) => dayToIso(day).slice(5, 7) === "01")
      ? " All dates lie in January: if the file writes year, day, month, pass the option dateFormat 'YYYY-DD-MM'."
      : "";
  const even = new Set(places.slice(1).map((place, i) => place - places[i]!));
  const regular = even.size === 1 ? ` The periods step by ${[...even][0]}: number them 1, 2, 3, …` : "";
  return dataError(
    "GAP",
    `${absent.length} ${absent.length === 1 ? "period has" : "periods have"} no row in any unit: ${names.join(", ")}${absent.length > 5 ? ", …" : ""} (first ${rows}).`,
    `Add the rows; where the KPI is not known leave its cell empty, and it is masked rather than filled.${weekends}${swapped}${regular}`,
    tablePlace(table, rowOf(distinct[after]!), column),
  );
}
