import type { Interval } from "@mmm/model";
import type { Plan } from "@mmm/optimizer";
import { type Chart, chartTable } from "../chart/chart.js";
import { intervalName } from "../chart/context.js";
import { someWords } from "../chart/labels.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { markSeries, nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { planFormat } from "../plan-page/plan-words.js";
import type { ColorName } from "../theme/palette.js";
import { changeWords, plannedChannels } from "./order.js";

/** Spend per channel, today and in the plan. */
export function spendBeforeAfter(plan: Plan, format: Format = planFormat(plan)): Chart {
  const channels = plannedChannels(plan);
  const money = (value: number): string => format.value(value, "money");
  const tips = channels.map(({ name, current, optimal, change, beyondObserved }) =>
    [
      name,
      `Today ${money(current.spend)}, plan ${money(optimal.spend)} (${changeWords(change)})`,
      ...(beyondObserved > 0 ? [`${money(beyondObserved)} of it above what was ever spent in one period`] : []),
    ].join("\n"),
  );
  const bars = (name: string, fill: ColorName, pick: (at: number) => number): object => ({
    type: "bar",
    name,
    barMaxWidth: 13,
    barGap: "15%",
    itemStyle: { color: color(fill) },
    data: channels.map((_, i) => ({ value: pick(i), tip: tips[i] })),
  });
  const up = channels.filter(({ change }) => change === null || change > 0.005).map(({ label }) => label);
  const down = channels.filter(({ change }) => change !== null && change < -0.005).map(({ label }) => label);
  return {
    id: "plan-spend",
    title: "Spend per channel, today and planned",
    description:
      up.length + down.length === 0
        ? "The plan keeps today's spend on every channel."
        : [up.length > 0 && `More on ${someWords(up)}.`, down.length > 0 && `Less on ${someWords(down)}.`]
            .filter(Boolean)
            .join(" "),
    height: rowsHeight(channels.length, 46),
    option: {
      grid: { top: 36 },
      legend: { data: ["Today", "Plan"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, axisLabel: { formatter: formatter("money") }, splitNumber: 4 },
      yAxis: nameAxis(channels.map(({ label, change }) => `${label}\n${changeWords(change)}`)),
      series: [
        bars("Today", "baseline", (i) => channels[i]!.current.spend),
        bars("Plan", "series0", (i) => channels[i]!.optimal.spend),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Today", "money"],
        ["Plan", "money"],
        ["Change", "percent"],
        ["Above what was ever spent", "money"],
      ],
      channels.map(({ name, current, optimal, change, beyondObserved }) => [
        name,
        current.spend,
        optimal.spend,
        change,
        beyondObserved,
      ]),
    ),
  };
}

/** What each channel brings, today and in the plan, with intervals. */
export function kpiBeforeAfter(plan: Plan, format: Format = planFormat(plan)): Chart {
  const channels = plannedChannels(plan);
  const band = intervalName(plan.interval);
  const dots = (name: string, tone: ColorName, shift: number, pick: (at: number) => Interval): object[] => [
    whiskerSeries(
      `${name} interval`,
      channels.map((_, i) => [pick(i).lower, pick(i).upper]),
      tone,
      shift,
    ),
    markSeries(
      name,
      "dot",
      channels.map((_, i) => pick(i).mean),
      channels.map((channel, i) => `${channel.name}\n${name} ${format.range(pick(i), "compact")} ${plan.kpi}, ${band}`),
      tone,
      shift,
    ),
  ];
  const { current, optimal } = plan.expected;
  return {
    id: "plan-kpi",
    title: `What each channel brings, in ${plan.kpi}`,
    description: `All channels together bring ${format.range(current.kpi, "compact")} today and ${format.range(optimal.kpi, "compact")} in the plan.`,
    height: rowsHeight(channels.length, 46),
    option: {
      grid: { top: 36 },
      legend: { data: ["Today", "Plan"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      yAxis: nameAxis(channels.map(({ label }) => label)),
      series: [
        ...dots("Today", "muted", -7, (i) => channels[i]!.current.kpi),
        ...dots("Plan", "series0", 7, (i) => channels[i]!.optimal.kpi),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Today", "number"],
        ["Today lower", "number"],
        ["Today upper", "number"],
        ["Plan", "number"],
        ["Plan lower", "number"],
        ["Plan upper", "number"],
        ["KPI per next unit of money", "ratio"],
      ],
      channels.map(({ name, current: now, optimal: next, marginalKpi }) => [
        name,
        now.kpi.mean,
        now.kpi.lower,
        now.kpi.upper,
        next.kpi.mean,
        next.kpi.lower,
        next.kpi.upper,
        marginalKpi,
      ]),
    ),
  };
}

/** Money that moves: what each channel gains or gives. */
export function allocationShift(plan: Plan, format: Format = planFormat(plan)): Chart {
  const rows = plannedChannels(plan)
    .map((channel) => ({ ...channel, moved: channel.optimal.spend - channel.current.spend }))
    .sort((a, b) => b.moved - a.moved);
  const signed = (value: number): string =>
    `${value > 0 ? "+" : value < 0 ? "−" : ""}${format.value(Math.abs(value), "money")}`;
  const given = rows.reduce((sum, { moved }) => sum + Math.max(0, -moved), 0);
  const taken = rows.reduce((sum, { moved }) => sum + Math.max(0, moved), 0);
  const most = Math.max(...rows.map(({ moved }) => Math.abs(moved)), 1e-9);
  return {
    id: "plan-shift",
    title: "Money that moves",
    description: `${format.value(taken, "money")} is added, ${format.value(given, "money")} is taken away.`,
    height: rowsHeight(rows.length, 30, 50),
    option: {
      grid: { top: 8, right: 16 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "value",
        min: -1.25 * most,
        max: 1.25 * most,
        axisLabel: { formatter: formatter("money"), showMinLabel: false, showMaxLabel: false },
        splitNumber: 4,
      },
      yAxis: { ...nameAxis(rows.map(({ label }) => label)), axisLine: { show: false } },
      series: [
        {
          type: "bar",
          barMaxWidth: 16,
          data: rows.map(({ name, moved, change }) => ({
            value: moved,
            tip: `${name}\n${signed(moved)} (${changeWords(change)})`,
            itemStyle: { color: color(moved < 0 ? "negative" : "positive") },
            label: {
              show: true,
              position: "right",
              color: color("ink"),
              formatter: signed(moved),
            },
          })),
        },
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Change", "money"],
        ["Change in percent", "percent"],
      ],
      rows.map(({ name, moved, change }) => [name, moved, change]),
    ),
  };
}
