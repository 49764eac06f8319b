import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName } from "../chart/context.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { rankedChannels } from "./channel-order.js";

/** Each channel's direct effect beside its total effect, which includes what it sets off in other channels. */
export function directVsTotal(view: FitView, format: Format = fitFormat(view)): Chart | null {
  if (view.result.graph === null) return null;
  const rows = rankedChannels(view).map(({ name, label, result }) => ({
    name,
    label,
    total: result.contribution,
    direct: result.direct,
    through: result.contribution.mean - result.direct.mean,
  }));
  const most = rows.toSorted((a, b) => b.through - a.through)[0];
  const tips = rows.map(
    ({ name, total, direct }) =>
      `${name}\nTotal ${format.range(total, "compact")}\nDirect ${format.range(direct, "compact")}`,
  );
  const band = intervalName(view.result.interval);
  const bar = (name: string, pick: "total" | "direct", tone: "series0" | "baseline"): object => ({
    type: "bar",
    name,
    barMaxWidth: 13,
    barGap: "15%",
    itemStyle: { color: color(tone) },
    data: rows.map((row, i) => ({ value: row[pick].mean, tip: tips[i] })),
  });
  return {
    id: "direct-vs-total",
    title: "Direct and total effect",
    description:
      most && most.through > 0
        ? `${most.label} does most through other channels: ${format.value(most.through, "compact")} of its ${format.value(most.total.mean, "compact")} total.`
        : "No channel has an effect through another one.",
    height: rowsHeight(rows.length, 46),
    option: {
      grid: { top: 36 },
      legend: { data: ["Direct", "Total"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      yAxis: nameAxis(rows.map(({ label }) => label)),
      series: [
        bar("Direct", "direct", "baseline"),
        bar("Total", "total", "series0"),
        whiskerSeries(
          `direct ${band}`,
          rows.map(({ direct }) => [direct.lower, direct.upper]),
          "ink",
          -7.5,
        ),
        whiskerSeries(
          `total ${band}`,
          rows.map(({ total }) => [total.lower, total.upper]),
          "ink",
          7.5,
        ),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Direct", "number"],
        ["Direct lower", "number"],
        ["Direct upper", "number"],
        ["Total", "number"],
        ["Total lower", "number"],
        ["Total upper", "number"],
      ],
      rows.map(({ name, total, direct }) => [
        name,
        direct.mean,
        direct.lower,
        direct.upper,
        total.mean,
        total.lower,
        total.upper,
      ]),
    ),
  };
}
