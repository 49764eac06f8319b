import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName, periodNoun } from "../chart/context.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { rankedChannels } from "./channel-order.js";

/** How much of each channel's effect comes in the period of the activity and how much later. */
export function immediateVsCarried(view: FitView, format: Format = fitFormat(view)): Chart {
  const noun = periodNoun(view.frequency);
  const rows = rankedChannels(view)
    .map(({ name, label, view: { immediateShare } }) => ({ name, label, share: immediateShare }))
    .sort((a, b) => b.share.mean - a.share.mean);
  const tips = rows.map(
    ({ name, share }) =>
      `${name}\nIn the same ${noun} ${format.range(share, "percent")}\nLater ${format.range({ mean: 1 - share.mean, lower: 1 - share.upper, upper: 1 - share.lower }, "percent")}`,
  );
  const bar = (name: string, values: readonly number[], tone: "series0" | "baseline"): object => ({
    type: "bar",
    name,
    stack: "effect",
    barMaxWidth: 18,
    itemStyle: { color: color(tone) },
    data: values.map((value, i) => ({ value, tip: tips[i] })),
  });
  const first = rows[0];
  const last = rows.at(-1);
  return {
    id: "immediate-vs-carried",
    title: "Immediate and carried-over effect",
    description:
      first && last
        ? `${first.label} acts fastest: ${format.range(first.share, "percent")} of its effect comes in the same ${noun}; ${last.label} slowest with ${format.range(last.share, "percent")}.`
        : "There are no channels.",
    height: rowsHeight(rows.length, 32),
    option: {
      grid: { top: 36 },
      legend: { data: [`Same ${noun}`, "Later"] },
      tooltip: pointTooltip(),
      xAxis: { type: "value", max: 1, axisLabel: { formatter: formatter("percent") }, splitNumber: 4 },
      yAxis: nameAxis(rows.map(({ label }) => label)),
      series: [
        bar(
          `Same ${noun}`,
          rows.map(({ share }) => share.mean),
          "series0",
        ),
        bar(
          "Later",
          rows.map(({ share }) => 1 - share.mean),
          "baseline",
        ),
        whiskerSeries(
          intervalName(view.result.interval),
          rows.map(({ share }) => [share.lower, share.upper]),
          "ink",
        ),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        [`Same ${noun}`, "percent"],
        ["Lower", "percent"],
        ["Upper", "percent"],
      ],
      rows.map(({ name, share }) => [name, share.mean, share.lower, share.upper]),
    ),
  };
}
