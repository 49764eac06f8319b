import type { Plan } from "@mmm/optimizer";
import { type Chart, chartTable } from "../chart/chart.js";
import { someWords } from "../chart/labels.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { planFormat } from "../plan-page/plan-words.js";
import { plannedChannels } from "./order.js";

/** Sums of a plan over its units by channel and period. */
interface Calendar {
  readonly channels: readonly { readonly name: string; readonly label: string }[];
  readonly periods: readonly string[];
  /** `[channels][periods]`. */
  readonly current: readonly Float64Array[];
  readonly optimal: readonly Float64Array[];
}

/**
 * When each channel spends: shades are parts of the channel's own largest period, in the plan and today. Null unless the
 * plan decides its periods.
 */
export function flightingCalendars(plan: Plan, format: Format = planFormat(plan)): Chart[] | null {
  const calendar = calendarOf(plan);
  if (!calendar) return null;
  const { channels, periods, optimal } = calendar;
  const on = optimal.map((row) => row.filter((spend) => spend > 0.01 * Math.max(...row)).length);
  const named = (pick: (count: number) => boolean): string =>
    someWords(
      channels.filter((_, c) => pick(on[c]!)).map(({ label }) => label),
      6,
    );
  const [always, sometimes] = [named((n) => n === periods.length), named((n) => n > 0 && n < periods.length)];
  const words = [always !== "" && `In every period: ${always}.`, sometimes !== "" && `With pauses: ${sometimes}.`];
  return [
    heatmap("plan-calendar", "When the plan spends", words.filter(Boolean).join(" "), calendar, "optimal", format),
    heatmap(
      "plan-calendar-today",
      "When today's plan spends",
      "The last observed periods, once more, on the same scale.",
      calendar,
      "current",
      format,
    ),
  ];
}

/** Money per period over all channels, today and in the plan. Null unless the plan decides its periods. */
export function moneyOverTime(plan: Plan, format: Format = planFormat(plan)): Chart | null {
  const calendar = calendarOf(plan);
  if (!calendar) return null;
  const { periods } = calendar;
  const sum = (rows: readonly Float64Array[]): number[] =>
    periods.map((_, t) => rows.reduce((total, row) => total + row[t]!, 0));
  const now = sum(calendar.current);
  const next = sum(calendar.optimal);
  const series = (name: string, data: readonly number[], tone: "baseline" | "series0"): object => ({
    type: "bar",
    name,
    barMaxWidth: 12,
    barGap: "10%",
    itemStyle: { color: color(tone) },
    data: data.map((value, t) => ({
      value,
      tip: `${format.period(periods[t]!)}\nToday ${format.value(now[t]!, "money")}, plan ${format.value(next[t]!, "money")}`,
    })),
  });
  const top = next.indexOf(Math.max(...next));
  return {
    id: "plan-money-over-time",
    title: "Money per period, all channels",
    description: `The plan spends most in ${format.period(periods[top]!)}: ${format.value(next[top]!, "money")}; today's largest period has ${format.value(Math.max(...now), "money")}.`,
    height: 240,
    option: {
      grid: { top: 36 },
      legend: { data: ["Today", "Plan"] },
      tooltip: pointTooltip(),
      xAxis: { type: "category", data: periods, axisLabel: { formatter: formatter("period") } },
      yAxis: { type: "value", splitNumber: 4, axisLabel: { formatter: formatter("money") } },
      series: [series("Today", now, "baseline"), series("Plan", next, "series0")],
    },
    table: chartTable(
      [
        ["Period", "period"],
        ["Today", "money"],
        ["Plan", "money"],
      ],
      periods.map((period, t) => [period, now[t]!, next[t]!]),
    ),
  };
}

function heatmap(
  id: string,
  title: string,
  description: string,
  { channels, periods, current, optimal }: Calendar,
  which: "current" | "optimal",
  format: Format,
): Chart {
  const rows = which === "current" ? current : optimal;
  const most = channels.map((_, c) => Math.max(...current[c]!, ...optimal[c]!, 1e-300));
  return {
    id,
    title,
    description,
    height: 90 + 28 * channels.length,
    option: {
      grid: { top: 8, bottom: 8 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "category",
        data: periods,
        axisLabel: { formatter: formatter("period") },
        axisLine: { show: false },
      },
      yAxis: { ...nameAxis(channels.map(({ label }) => label)), axisLine: { show: false } },
      visualMap: { show: false, min: 0, max: 1, inRange: { color: [color("neutral"), color("positive")] } },
      series: [
        {
          type: "heatmap",
          itemStyle: { borderColor: color("paper"), borderWidth: 1 },
          data: channels.flatMap(({ name }, c) =>
            periods.map((period, t) => ({
              value: [t, c, rows[c]![t]! / most[c]!],
              tip: `${name}, ${format.period(period)}\nToday ${format.value(current[c]![t]!, "money")}, plan ${format.value(optimal[c]![t]!, "money")}`,
            })),
          ),
        },
      ],
    },
    table: chartTable(
      [["Period", "period"], ...channels.map(({ name }) => [name, "money"] as const)],
      periods.map((period, t) => [period, ...channels.map((_, c) => rows[c]![t]!)]),
    ),
  };
}

function calendarOf(plan: Plan): Calendar | null {
  const { allocation } = plan;
  if (allocation.some(({ period }) => period === null)) return null;
  const periods = [...new Set(allocation.map(({ period }) => period!))].sort();
  const order = plannedChannels(plan);
  const at = new Map(periods.map((period, t) => [period, t]));
  const row = new Map(order.map(({ name }, c) => [name, c]));
  const empty = (): Float64Array[] => order.map(() => new Float64Array(periods.length));
  const [current, optimal] = [empty(), empty()];
  for (const each of allocation) {
    const [c, t] = [row.get(each.channel)!, at.get(each.period!)!];
    current[c]![t]! += each.current;
    optimal[c]![t]! += each.optimal;
  }
  return { channels: order, periods, current, optimal };
}
