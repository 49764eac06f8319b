import type { FrontierPoint, Plan } from "@mmm/optimizer";
import { type Chart, chartTable } from "../chart/chart.js";
import { intervalName } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { bandSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { planFormat } from "../plan-page/plan-words.js";

type Line = (readonly [number, number])[];

/** KPI of the best plan for each budget, with its interval, today's plan and this one. Null without a frontier. */
export function frontierChart(plan: Plan, format: Format = planFormat(plan)): Chart | null {
  const { frontier = [], expected, kpi } = plan;
  if (frontier.length < 2) return null;
  const x = frontier.map(({ spend }) => spend);
  const point = (name: string, shown: string, spend: number, value: number, tone: "ink" | "series0"): object => ({
    type: "scatter",
    name,
    silent: true,
    z: 6,
    symbol: shown,
    symbolSize: 11,
    itemStyle: { color: color(tone), borderColor: color("paper"), borderWidth: 1.5 },
    data: [[spend, value]],
  });
  const [first, last] = [frontier[0]!, frontier.at(-1)!];
  const money = (value: number): string => format.value(value, "money");
  return {
    id: "plan-frontier",
    title: `The best plan for each budget, in ${kpi}`,
    description: `From ${money(first.spend)} to ${money(last.spend)} the best plans bring ${format.value(first.kpi.mean, "compact")} to ${format.value(last.kpi.mean, "compact")}; today's ${money(expected.current.spend)} brings ${format.value(expected.current.kpi.mean, "compact")}.`,
    height: 280,
    option: {
      grid: { top: 36, right: 20 },
      legend: { data: ["Best plan", "Today", "This plan"] },
      tooltip: axisTooltip(frontier.map((each) => tip(each, kpi, format))),
      xAxis: budgetAxis(x),
      yAxis: { type: "value", min: 0, splitNumber: 4, axisLabel: { formatter: formatter("compact") } },
      series: [
        ...bandSeries(
          intervalName(plan.interval),
          frontier.map((each) => each.kpi.lower),
          frontier.map((each) => each.kpi.upper),
          "series0",
          x,
        ),
        line(
          "Best plan",
          frontier.map((each) => [each.spend, each.kpi.mean]),
          "series0",
        ),
        point("Today", "circle", expected.current.spend, expected.current.kpi.mean, "ink"),
        point("This plan", "diamond", expected.optimal.spend, expected.optimal.kpi.mean, "series0"),
      ],
    },
    table: chartTable(
      [
        ["Budget", "money"],
        ["KPI", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
        ["ROI", "ratio"],
        ["KPI per next unit of money", "ratio"],
        ...Object.keys(first.channels).map((name) => [name, "money"] as const),
      ],
      frontier.map((each) => [
        each.spend,
        each.kpi.mean,
        each.kpi.lower,
        each.kpi.upper,
        each.roi?.mean ?? null,
        each.marginalKpi,
        ...Object.values(each.channels),
      ]),
    ),
  };
}

/** Average and next return of the best plan for each budget: in money where the KPI's worth is known, else in KPI. */
export function returnsChart(plan: Plan, format: Format = planFormat(plan)): Chart | null {
  const { frontier = [], kpi, valuePerKpi } = plan;
  if (frontier.length < 2) return null;
  const worth = valuePerKpi ?? 1;
  const average = frontier.map(({ spend, kpi: { mean } }) => (spend > 0 ? (worth * mean) / spend : 0));
  const next = frontier.map(({ marginalKpi }) => worth * marginalKpi);
  const what = valuePerKpi === null ? kpi : "value";
  const even = valuePerKpi === null ? -1 : next.findIndex((value) => value < 1);
  const description =
    even > 0
      ? `Up to about ${format.value(frontier[even - 1]!.spend, "money")} the next unit of money returns more than itself.`
      : even === 0
        ? "At none of these budgets does the next unit of money return itself."
        : `The next unit of money brings ${format.value(next[0]!, "ratio")} ${what} at the smallest budget and ${format.value(next.at(-1)!, "ratio")} at the largest.`;
  return {
    id: "plan-returns",
    title: `What a unit of money brings at each budget, in ${what}`,
    description,
    height: 280,
    option: {
      grid: { top: 36, right: 20 },
      legend: { data: ["Average", "Next unit"] },
      tooltip: axisTooltip(
        frontier.map(({ spend }, i) =>
          [
            `Budget ${format.value(spend, "money")}`,
            `Average ${format.value(average[i]!, "ratio")} ${what}`,
            `Next unit ${format.value(next[i]!, "ratio")} ${what}`,
          ].join("\n"),
        ),
      ),
      xAxis: budgetAxis(frontier.map(({ spend }) => spend)),
      yAxis: { type: "value", min: 0, splitNumber: 4, axisLabel: { formatter: formatter("ratio") } },
      series: [
        line(
          "Average",
          frontier.map(({ spend }, i) => [spend, average[i]!]),
          "series0",
        ),
        {
          ...line(
            "Next unit",
            frontier.map(({ spend }, i) => [spend, next[i]!]),
            "series1",
          ),
          ...(valuePerKpi !== null && {
            markLine: {
              silent: true,
              symbol: "none",
              label: { show: false },
              lineStyle: { color: color("muted"), type: "dashed" },
              data: [{ yAxis: 1 }],
            },
          }),
        },
      ],
    },
    table: chartTable(
      [
        ["Budget", "money"],
        ["Average", "ratio"],
        ["Next unit", "ratio"],
      ],
      frontier.map(({ spend }, i) => [spend, average[i]!, next[i]!]),
    ),
  };
}

function tip({ spend, kpi: of, roi, channels }: FrontierPoint, kpi: string, format: Format): string {
  const parts = Object.entries(channels).map(([name, amount]) => `${name} ${format.value(amount, "money")}`);
  return [
    `Budget ${format.value(spend, "money")}`,
    `${format.range(of, "compact")} ${kpi}`,
    ...(roi ? [`ROI ${format.range(roi, "ratio")}`] : []),
    ...(parts.length <= 8 ? parts : []),
  ].join("\n");
}

function budgetAxis(x: readonly number[]): object {
  return {
    type: "value",
    min: x[0],
    max: x.at(-1),
    splitNumber: 4,
    splitLine: { show: false },
    axisLabel: { formatter: formatter("money"), showMinLabel: false, showMaxLabel: false },
  };
}

function line(name: string, data: Line, tone: "series0" | "series1"): object {
  return {
    type: "line",
    name,
    data,
    symbolSize: 5,
    lineStyle: { width: 2.25, color: color(tone) },
    itemStyle: { color: color(tone) },
  };
}
