import type { Plan } from "@mmm/optimizer";
import { type Chart, chartTable } from "../chart/chart.js";
import { intervalName } from "../chart/context.js";
import { squeeze } from "../chart/labels.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { markSeries, nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { planFormat } from "../plan-page/plan-words.js";

/** KPI of several plans compared with today's, with intervals. Null without scenarios. */
export function scenarioChart(plan: Plan, format: Format = planFormat(plan)): Chart | null {
  const rows = (plan.scenarios ?? []).slice(1);
  if (rows.length === 0) return null;
  const band = intervalName(plan.interval);
  const best = rows.reduce((a, b) => (b.gain.mean > a.gain.mean ? b : a));
  const channels = Object.keys(rows[0]!.spend);
  return {
    id: "plan-scenarios",
    title: `${plan.kpi} compared with today's plan`,
    description: `${best.name} brings most: ${format.range(best.gain, "compact")} ${plan.kpi} beside today's plan, for ${format.value(best.outcome.spend, "money")}.`,
    height: rowsHeight(rows.length, 40),
    option: {
      grid: { top: 12 },
      tooltip: pointTooltip(),
      xAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      yAxis: nameAxis(
        rows.map(({ name, outcome }) => `${squeeze(name, 28)}\n${format.value(outcome.spend, "money")}`),
        30,
      ),
      series: [
        {
          ...whiskerSeries(
            band,
            rows.map(({ gain }) => [gain.lower, gain.upper]),
            "series0",
          ),
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: color("muted"), type: "dashed" },
            data: [{ xAxis: 0 }],
          },
        },
        markSeries(
          "Gain",
          "dot",
          rows.map(({ gain }) => gain.mean),
          rows.map(
            ({ name, gain, outcome, probabilityOfGain }) =>
              `${name}, ${format.value(outcome.spend, "money")}\n${format.range(gain, "compact")} ${plan.kpi} beside today, ${band}\nMore than today in ${format.value(probabilityOfGain, "percent")} of draws`,
          ),
          "series0",
        ),
      ],
    },
    table: chartTable(
      [
        ["Plan", "text"],
        ["Spend", "money"],
        ["KPI", "number"],
        ["KPI lower", "number"],
        ["KPI upper", "number"],
        ["Gain", "number"],
        ["Gain lower", "number"],
        ["Gain upper", "number"],
        ["Better than today", "percent"],
        ...channels.map((name) => [name, "money"] as const),
      ],
      (plan.scenarios ?? []).map(({ name, outcome, gain, probabilityOfGain, spend }, i) => [
        name,
        outcome.spend,
        outcome.kpi.mean,
        outcome.kpi.lower,
        outcome.kpi.upper,
        gain.mean,
        gain.lower,
        gain.upper,
        i === 0 ? null : probabilityOfGain,
        ...channels.map((channel) => spend[channel]!),
      ]),
    ),
  };
}
