import type { AnswerKey, FitView, Interval } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName } from "../chart/context.js";
import { formatter, pointTooltip } from "../chart/markers.js";
import { markSeries, nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { rankedChannels } from "./channel-order.js";

type Quantity = "share" | "roi";

interface Row {
  readonly name: string;
  readonly label: string;
  readonly estimate: Interval;
  readonly truth: number;
  readonly hit: boolean;
}

/** Estimates of one quantity beside the truth of the simulation. Empty without an answer key. */
export function answerRows(view: FitView, quantity: Quantity): Row[] {
  const truths = new Map(view.answerKey?.channels.map((channel) => [channel.name, channel]));
  return rankedChannels(view).flatMap(({ name, label, result }) => {
    const estimate = quantity === "share" ? result.share : result.roi;
    const truth = truthOf(truths.get(name), quantity);
    if (!estimate || truth === null) return [];
    return [{ name, label, estimate, truth, hit: truth >= estimate.lower && truth <= estimate.upper }];
  });
}

/** Half the sum of absolute differences between estimated and true media shares: 0 is perfect, 1 is all wrong. */
export function shareDistance(view: FitView): number | null {
  const rows = answerRows(view, "share");
  if (rows.length === 0) return null;
  return rows.reduce((total, { estimate, truth }) => total + Math.abs(estimate.mean - truth), 0) / 2;
}

/** Estimate with its interval beside the truth, one row per channel; misses are drawn as misses. Null without truth. */
export function answerKeyChart(
  view: FitView,
  quantity: Quantity = "share",
  format: Format = fitFormat(view),
): Chart | null {
  const rows = answerRows(view, quantity);
  if (rows.length === 0) return null;
  const style = quantity === "share" ? ("percent" as const) : ("ratio" as const);
  const band = intervalName(view.result.interval);
  const tips = rows.map(
    ({ name, estimate, truth, hit }) =>
      `${name}\nTruth ${format.value(truth, style)}\nEstimate ${format.range(estimate, style)}\n${hit ? "Inside" : "Outside"} the ${band}`,
  );
  const only = (wanted: boolean): typeof rows => rows.filter(({ hit }) => hit === wanted);
  const part = (wanted: boolean): object[] => {
    if (only(wanted).length === 0) return [];
    const tone = wanted ? ("series0" as const) : ("bad" as const);
    const name = wanted ? "Estimate, truth inside" : "Estimate, truth outside";
    return [
      whiskerSeries(
        `${name} interval`,
        rows.map(({ estimate, hit }) => (hit === wanted ? [estimate.lower, estimate.upper] : null)),
        tone,
      ),
      markSeries(
        name,
        "dot",
        rows.map(({ estimate, hit }) => (hit === wanted ? estimate.mean : null)),
        tips,
        tone,
      ),
    ];
  };
  const names = [
    ...(only(true).length > 0 ? ["Estimate, truth inside"] : []),
    ...(only(false).length > 0 ? ["Estimate, truth outside"] : []),
    "Truth",
  ];
  return {
    id: `answer-key-${quantity}`,
    title: quantity === "share" ? "Media share: estimate and truth" : "ROI: estimate and truth",
    description: describe(rows, band, quantity, view, format),
    height: rowsHeight(rows.length, 34),
    option: {
      grid: { top: 36 },
      legend: { data: names },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, axisLabel: { formatter: formatter(style) }, splitNumber: 4 },
      yAxis: { ...nameAxis(rows.map(({ label }) => label)), splitLine: { show: true } },
      series: [
        ...part(true),
        ...part(false),
        markSeries(
          "Truth",
          "diamond",
          rows.map(({ truth }) => truth),
          tips,
          "truth",
        ),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Truth", style],
        ["Estimate", style],
        ["Lower", style],
        ["Upper", style],
        [`Truth inside the ${band}`, "text"],
      ],
      rows.map(({ name, truth, estimate, hit }) => [
        name,
        truth,
        estimate.mean,
        estimate.lower,
        estimate.upper,
        hit ? "yes" : "no",
      ]),
    ),
  };
}

function truthOf(channel: AnswerKey["channels"][number] | undefined, quantity: Quantity): number | null {
  if (!channel) return null;
  return quantity === "share" ? channel.share : channel.roi;
}

function describe(rows: readonly Row[], band: string, quantity: Quantity, view: FitView, format: Format): string {
  const hits = rows.filter(({ hit }) => hit).length;
  const missed = rows.filter(({ hit }) => !hit).map(({ label }) => label);
  const misses = missed.length === 0 ? "" : ` (missed: ${missed.join(", ")})`;
  const distance = shareDistance(view);
  const off =
    quantity === "share" && distance !== null
      ? ` ${format.value(distance, "percent")} of the media effect is credited to the wrong channel.`
      : "";
  return `The truth lies inside the ${band} for ${hits} of ${rows.length} channels${misses}.${off}`;
}
