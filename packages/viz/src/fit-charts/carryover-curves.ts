import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { counted, fitFormat, intervalName, periodNoun } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { bandSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { type RankedChannel, rankedChannels } from "./channel-order.js";

/** One carryover curve per channel, by falling contribution; see {@link carryoverCurve}. */
export function carryoverCurves(view: FitView, format: Format = fitFormat(view)): Chart[] {
  return rankedChannels(view).map((channel) => carryoverCurve(view, channel, format));
}

/** Share of the whole effect that arrives 0, 1, 2 … periods after the activity, with intervals (and truth if known). */
export function carryoverCurve(view: FitView, channel: RankedChannel, format: Format = fitFormat(view)): Chart {
  const { weights, halfLife } = channel.view.carryover;
  const truth = view.answerKey?.channels.find(({ name }) => name === channel.name)?.carryover ?? null;
  const noun = periodNoun(view.frequency);
  const band = intervalName(view.result.interval);
  const all = Array.from({ length: Math.max(weights.length, truth?.length ?? 0) }, (_, lag) => lag);
  const lags = all.slice(0, lagsShown(view));
  const top = Math.max(...lags.map((lag) => Math.max(weights[lag]?.upper ?? 0, truth?.[lag] ?? 0)));
  const tips = lags.map((lag) =>
    [
      lag === 0 ? `Same ${noun}` : `${counted(lag, noun)} later`,
      weights[lag] ? format.range(weights[lag], "percent") : "–",
      ...(truth ? [`Truth ${format.value(truth[lag] ?? 0, "percent")}`] : []),
    ].join("\n"),
  );
  return {
    id: `carryover-curve-${channel.rank + 1}`,
    title: channel.label,
    description: `Half of the effect has arrived after ${format.range(halfLife, "ratio")} ${noun}s.`,
    height: 190,
    option: {
      grid: { top: 12 },
      tooltip: axisTooltip(tips),
      xAxis: { type: "category", boundaryGap: false, data: lags.map(String) },
      yAxis: {
        type: "value",
        min: 0,
        max: Math.min(1, Math.ceil(5 * top) / 5),
        splitNumber: 3,
        axisLabel: { formatter: formatter("percent") },
      },
      series: [
        ...bandSeries(
          band,
          lags.map((lag) => weights[lag]?.lower ?? null),
          lags.map((lag) => weights[lag]?.upper ?? null),
          channel.color,
        ),
        {
          type: "line",
          name: "Estimate",
          data: lags.map((lag) => weights[lag]?.mean ?? "-"),
          symbol: "circle",
          symbolSize: 5,
          lineStyle: { width: 2.25, color: color(channel.color) },
          itemStyle: { color: color(channel.color) },
        },
        ...(truth
          ? [
              {
                type: "line",
                name: "Truth",
                data: lags.map((lag) => truth[lag] ?? 0),
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
        [`Lag (${noun}s)`, "number"],
        ["Share of effect", "percent"],
        ["Lower", "percent"],
        ["Upper", "percent"],
        ...(truth ? [["Truth", "percent"] as const] : []),
      ],
      all.map((lag) => [
        lag,
        weights[lag]?.mean ?? null,
        weights[lag]?.lower ?? null,
        weights[lag]?.upper ?? null,
        ...(truth ? [truth[lag] ?? 0] : []),
      ]),
    ),
  };
}

/** Lags, the same for all channels, up to the last one that any of them still gives half a percent. */
function lagsShown({ channels, answerKey }: FitView): number {
  const last = (weights: readonly number[]): number => weights.findLastIndex((weight) => weight >= 0.005);
  const estimated = channels.map(({ carryover }) => last(carryover.weights.map(({ upper }) => upper)));
  const known = answerKey?.channels.map(({ carryover }) => last(carryover)) ?? [];
  return Math.max(5, 2 + Math.max(...estimated, ...known));
}
