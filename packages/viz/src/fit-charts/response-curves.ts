import type { FitView, Interval } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName, periodNoun } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { bandSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { type RankedChannel, rankedChannels } from "./channel-order.js";

/** One response curve per channel, by falling contribution; see {@link responseCurve}. */
export function responseCurves(view: FitView, format: Format = fitFormat(view)): Chart[] {
  return rankedChannels(view).map((channel) => responseCurve(view, channel, format));
}

/**
 * KPI per period against spend per period (activity where no cost is known) at steady state: the curve with its
 * interval, today's point, the observed range in white and extrapolation shaded. With an answer key, the true curve.
 */
export function responseCurve(view: FitView, channel: RankedChannel, format: Format = fitFormat(view)): Chart {
  const { curve } = channel.view;
  const bySpend = curve.spend !== null && curve.currentSpend !== null;
  const x = bySpend ? curve.spend! : curve.activity;
  const style = bySpend ? ("money" as const) : ("compact" as const);
  const today = bySpend ? curve.currentSpend! : curve.currentActivity;
  const perActivity = bySpend && curve.currentActivity > 0 ? curve.currentSpend! / curve.currentActivity : 1;
  const [observedFrom, observedTo] = curve.observedRange.map((value) => value * perActivity) as [number, number];
  const truth = view.answerKey?.channels.find(({ name }) => name === channel.name)?.response ?? null;
  const noun = periodNoun(view.frequency);
  const band = intervalName(view.result.interval);
  const end = x.at(-1) ?? 0;
  const tips = x.map((value, i) =>
    [
      `${bySpend ? "Spend" : "Activity"} ${format.value(value, style)} per ${noun}`,
      `Response ${format.range(curve.response[i]!, "compact")}`,
      ...(truth ? [`Truth ${format.value(truth[i] ?? null, "compact")}`] : []),
      ...(value > observedTo || value < observedFrom ? ["Outside the observed range"] : []),
    ].join("\n"),
  );
  const pairs = (pick: (response: Interval) => number): (readonly [number, number])[] =>
    curve.response.map((response, i) => [x[i]!, pick(response)] as const);
  return {
    id: `response-curve-${channel.rank + 1}`,
    title: channel.label,
    description: describe(channel, format, today, style, observedTo, noun),
    height: 230,
    option: {
      grid: { top: 12, right: 20 },
      tooltip: axisTooltip(tips),
      xAxis: {
        type: "value",
        min: 0,
        max: end,
        splitNumber: 3,
        splitLine: { show: false },
        axisLabel: { formatter: formatter(style), showMaxLabel: false },
      },
      yAxis: { type: "value", min: 0, splitNumber: 3, axisLabel: { formatter: formatter("compact") } },
      series: [
        ...bandSeries(
          band,
          curve.response.map(({ lower }) => lower),
          curve.response.map(({ upper }) => upper),
          channel.color,
          x,
        ),
        {
          type: "line",
          name: "Estimate",
          data: pairs(({ mean }) => mean),
          symbol: "none",
          lineStyle: { width: 2.25, color: color(channel.color) },
          itemStyle: { color: color(channel.color) },
          markArea: {
            silent: true,
            itemStyle: { color: color("shade", 0.12) },
            data: [
              ...(observedFrom > 0 ? [[{ xAxis: 0 }, { xAxis: Math.min(observedFrom, end) }]] : []),
              ...(observedTo < end ? [[{ xAxis: observedTo }, { xAxis: end }]] : []),
            ],
          },
        },
        ...(truth
          ? [
              {
                type: "line",
                name: "Truth",
                data: truth.map((value, i) => [x[i], value]),
                symbol: "none",
                lineStyle: { width: 1.75, type: "dashed", color: color("truth") },
                itemStyle: { color: color("truth") },
              },
            ]
          : []),
        {
          type: "scatter",
          name: "Today",
          silent: true,
          z: 6,
          symbolSize: 10,
          itemStyle: { color: color("ink"), borderColor: color("paper"), borderWidth: 1.5 },
          data: [[today, curve.currentResponse.mean]],
        },
      ],
    },
    table: chartTable(
      [
        ["Activity", "number"],
        ["Spend", "money"],
        ["Response", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
        ...(truth ? [["Truth", "number"] as const] : []),
      ],
      curve.activity.map((activity, i) => [
        activity,
        curve.spend?.[i] ?? null,
        curve.response[i]!.mean,
        curve.response[i]!.lower,
        curve.response[i]!.upper,
        ...(truth ? [truth[i] ?? null] : []),
      ]),
    ),
  };
}

function describe(
  { view: { curve } }: RankedChannel,
  format: Format,
  today: number,
  style: "money" | "compact",
  observedTo: number,
  noun: string,
): string {
  return `Today ${format.value(today, style)} per ${noun} brings ${format.range(curve.currentResponse, "compact")}; observed up to ${format.value(observedTo, style)}.`;
}
