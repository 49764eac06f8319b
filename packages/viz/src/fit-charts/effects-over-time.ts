import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { bandSeries, gap, periodAxis } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { type RankedChannel, rankedChannels } from "./channel-order.js";

/** One chart per channel whose effect changes over time, by falling contribution; none for constant effects. */
export function effectsOverTime(view: FitView, format: Format = fitFormat(view)): Chart[] {
  const drawn = rankedChannels(view).filter(({ view: { effectPath } }) => effectPath);
  const tops = drawn.flatMap(({ view: { effectPath } }) => effectPath!.map(({ upper }) => upper));
  const top = Math.ceil(4 * Math.max(1.25, ...tops)) / 4;
  return drawn.map((channel) => effectOverTime(view, channel, top, format));
}

function effectOverTime(view: FitView, channel: RankedChannel, top: number, format: Format): Chart {
  const path = channel.view.effectPath!;
  const truth = view.answerKey?.channels.find(({ name }) => name === channel.name)?.effectPath ?? null;
  const fitted = view.holdoutStart ?? path.length;
  const { lower, mean, upper } = path[fitted - 1]!;
  const sure = lower > 1 || upper < 1;
  const times = format.range({ lower, mean, upper }, "ratio");
  return {
    id: `effect-over-time-${channel.rank + 1}`,
    title: channel.label,
    description: `In the last fitted period ${times} times its average${sure ? "" : ", so perhaps unchanged"}.`,
    height: 190,
    option: {
      grid: { top: 12 },
      tooltip: axisTooltip(
        view.periods.map((period, t) =>
          [
            format.period(period),
            `${format.range(path[t]!, "ratio")} × its average`,
            ...(truth ? [`Truth ${format.value(truth[t]!, "ratio")}`] : []),
          ].join("\n"),
        ),
      ),
      xAxis: periodAxis(view.periods),
      yAxis: { type: "value", min: 0, max: top, splitNumber: 3, axisLabel: { formatter: formatter("ratio") } },
      series: [
        ...bandSeries(
          "Interval",
          path.map((at) => at.lower),
          path.map((at) => at.upper),
          channel.color,
        ),
        {
          type: "line",
          name: "Estimate",
          data: path.map((at) => gap(at.mean)),
          symbol: "none",
          lineStyle: { width: 2.25, color: color(channel.color) },
          itemStyle: { color: color(channel.color) },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { type: "solid", width: 1, color: color("muted") },
            data: [{ yAxis: 1 }],
          },
        },
        ...(truth
          ? [
              {
                type: "line",
                name: "Truth",
                data: truth.map(gap),
                symbol: "none",
                lineStyle: { width: 1.75, type: "dashed", color: color("truth") },
                itemStyle: { color: color("truth") },
              },
            ]
          : []),
      ],
    },
    table: chartTable(
      [
        ["Period", "period"],
        ["Effect over its average", "ratio"],
        ["Lower", "ratio"],
        ["Upper", "ratio"],
        ...(truth ? [["Truth", "ratio"] as const] : []),
      ],
      view.periods.map((period, t) => [
        period,
        path[t]!.mean,
        path[t]!.lower,
        path[t]!.upper,
        ...(truth ? [truth[t]!] : []),
      ]),
    ),
  };
}
