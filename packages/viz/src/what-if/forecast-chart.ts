import type { ScenarioForecast, ScenarioModel } from "@mmm/model/scenario";
import { type Chart, chartTable } from "../chart/chart.js";
import { counted, intervalName, periodNoun } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { bandSeries, gap, periodAxis } from "../chart/pieces.js";
import type { Format } from "../format/format.js";

/** The KPI of the coming periods under a plan and under today's, after the last observed ones. */
export function planForecast(
  model: ScenarioModel,
  past: readonly string[],
  plan: ScenarioForecast,
  today: ScenarioForecast,
  format: Format,
): Chart {
  const periods = [...past, ...model.periods];
  const before = [...model.before].slice(-past.length);
  const none = past.map(() => null);
  const ahead = (pick: (t: number) => number): (number | null)[] => [...none, ...model.periods.map((_, t) => pick(t))];
  const actual = [...before, ...model.periods.map(() => null)];
  const mean = ahead((t) => plan.byPeriod[t]!.mean);
  const lower = ahead((t) => plan.byPeriod[t]!.lower);
  const upper = ahead((t) => plan.byPeriod[t]!.upper);
  const current = ahead((t) => today.byPeriod[t]!.mean);
  const band = intervalName(model.interval);
  const tips = periods.map((period, t) => {
    const write = (value: number | null | undefined): string => format.value(value ?? null, "compact");
    return t < past.length
      ? `${format.period(period)}\nObserved ${write(actual[t])}`
      : `${format.period(period)}\nThis plan ${write(mean[t])} (${write(lower[t])} to ${write(upper[t])})\nToday's plan ${write(current[t])}`;
  });
  const line = (name: string, data: (number | null)[], tone: "ink" | "series0" | "muted", type = "solid"): object => ({
    type: "line",
    name,
    data: data.map(gap),
    symbol: "none",
    lineStyle: { width: tone === "series0" ? 2.5 : 1.5, color: color(tone), type },
    itemStyle: { color: color(tone) },
  });
  return {
    id: "plan-forecast",
    title: `${model.kpi} in the next ${counted(model.periods.length, periodNoun(model.frequency))}`,
    description: `In all ${format.range(plan.total, "compact")}. The band holds a new observation with probability ${format.value(model.interval, "percent")}.`,
    height: 300,
    option: {
      grid: { top: 40 },
      legend: { data: ["Observed", "This plan", band, "Today's plan"] },
      tooltip: axisTooltip(tips),
      xAxis: periodAxis(periods),
      yAxis: { type: "value", scale: true, axisLabel: { formatter: formatter("compact") } },
      series: [
        ...bandSeries(band, lower, upper, "series0"),
        line("This plan", mean, "series0"),
        line("Today's plan", current, "muted", "dashed"),
        line("Observed", actual, "ink"),
      ],
    },
    table: chartTable(
      [
        ["Period", "period"],
        ["Observed", "number"],
        ["This plan", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
        ["Today's plan", "number"],
      ],
      periods.map((period, t) => [
        period,
        actual[t] ?? null,
        mean[t] ?? null,
        lower[t] ?? null,
        upper[t] ?? null,
        current[t] ?? null,
      ]),
    ),
  };
}
