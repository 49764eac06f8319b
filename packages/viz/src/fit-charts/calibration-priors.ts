import type { FitView, PriorResult } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat } from "../chart/context.js";
import { listWords } from "../chart/labels.js";
import { color, formatter, pointTooltip, shape } from "../chart/markers.js";
import { nameAxis, rowsHeight } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { estimateSeries, withoutAndWith } from "./calibration-rows.js";
import { rankedChannels } from "./channel-order.js";

/** What was believed of each channel's return or share beside what the data alone and the calibrated fit say. */
export function priorChart(
  view: FitView,
  quantity: PriorResult["quantity"],
  format: Format = fitFormat(view),
): Chart | null {
  const priors = (view.result.calibration?.priors ?? []).filter((prior) => prior.quantity === quantity);
  if (priors.length === 0) return null;
  const style = quantity === "roi" ? ("ratio" as const) : ("percent" as const);
  const short = new Map(rankedChannels(view).map(({ name, label }) => [name, label]));
  const labels = priors.map(({ channel }) => short.get(channel) ?? channel);
  const word = quantity === "roi" ? "ROI" : `share of ${view.result.kpi}`;
  const tips = priors.map(
    ({ channel, low, high, before, after }) =>
      `${channel}\nBelieved ${format.value(low, style)} to ${format.value(high, style)}\nData alone ${format.range(before, style)}\nCalibrated ${format.range(after, style)}`,
  );
  return {
    id: `beliefs-${quantity}`,
    title: `What was believed and what came out: ${word}`,
    description: describe(priors, labels),
    height: rowsHeight(priors.length, 44),
    option: {
      grid: { top: 36 },
      legend: { data: ["Believed", "Data alone", "Calibrated"] },
      tooltip: pointTooltip(),
      // Beliefs are ranges of factors, so that a logarithmic axis shows them evenly.
      xAxis: { type: "log", axisLabel: { formatter: formatter(style) }, ...logRange(priors) },
      yAxis: nameAxis(labels),
      series: [
        {
          type: "custom",
          name: "Believed",
          z: 2,
          itemStyle: { color: color("shade", 0.28) },
          renderItem: shape("block", "shade"),
          encode: { x: [1, 2], y: 0 },
          data: priors.map(({ low, high }, i) => ({ value: [i, low, high], tip: tips[i] })),
        },
        ...estimateSeries(withoutAndWith(priors), tips, 16),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Believed from", style],
        ["Believed to", style],
        ["Data alone", style],
        ["Data alone lower", style],
        ["Data alone upper", style],
        ["Calibrated", style],
        ["Calibrated lower", style],
        ["Calibrated upper", style],
        ["Standard errors apart", "decimal"],
      ],
      priors.map(({ channel, low, high, before, after, z }) => [
        channel,
        low,
        high,
        ...[before, after].flatMap(({ mean, lower, upper }) => [mean, lower, upper]),
        z,
      ]),
    ),
  };
}

function logRange(priors: readonly PriorResult[]): { readonly min: number; readonly max: number } {
  const values = priors.flatMap(({ low, high, before, after }) => [
    low,
    high,
    ...[before, after].flatMap(({ lower, upper }) => [lower, upper]),
  ]);
  const positive = values.filter((value) => value > 0);
  const magnitude = (value: number): number => 10 ** Math.floor(Math.log10(value));
  const least = Math.min(...positive);
  const most = Math.max(...positive);
  const round = [1, 2, 5, 10];
  const below = Math.max(...round.map((step) => step * magnitude(least)).filter((value) => value <= least));
  const above = Math.min(...round.map((step) => step * magnitude(most)).filter((value) => value >= most));
  return { min: below, max: above };
}

function describe(priors: readonly PriorResult[], labels: readonly string[]): string {
  const outside = priors.flatMap(({ low, high, before }, i) =>
    before.mean < low || before.mean > high ? [labels[i]!] : [],
  );
  return outside.length === 0
    ? "The data alone come out inside what was believed of every channel."
    : `The data alone come out outside what was believed of ${listWords(outside)}.`;
}
