import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName } from "../chart/context.js";
import { someWords } from "../chart/labels.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { rankedChannels } from "./channel-order.js";

/** Share of spend beside share of the media effect, per channel, with the interval of the effect share. */
export function spendVsEffect(view: FitView, format: Format = fitFormat(view)): Chart {
  const channels = rankedChannels(view);
  const hasSpend = channels.some(({ view: { spendShare } }) => spendShare !== null);
  const band = intervalName(view.result.interval);
  const labels = channels.map(({ label, result }) =>
    result.roi ? `${label}\nROI ${format.value(result.roi.mean, "ratio")}` : label,
  );
  const tips = channels.map(({ name, result, view: { spendShare, effectShare } }) =>
    [
      name,
      ...(hasSpend ? [`Share of spend ${format.value(spendShare, "percent")}`] : []),
      `Share of effect ${format.range(effectShare, "percent")}`,
      ...(result.roi ? [`ROI ${format.range(result.roi, "ratio")}`] : []),
    ].join("\n"),
  );
  return {
    id: "spend-vs-effect",
    title: hasSpend ? "Share of spend against share of effect" : "Share of the media effect",
    description: describe(view, format),
    height: rowsHeight(channels.length, hasSpend ? 46 : 34),
    option: {
      grid: { top: hasSpend ? 36 : 8 },
      ...(hasSpend && { legend: { data: ["Share of spend", "Share of effect"] } }),
      tooltip: pointTooltip(),
      xAxis: { type: "value", axisLabel: { formatter: formatter("percent") }, splitNumber: 4 },
      yAxis: nameAxis(labels),
      series: [
        ...(hasSpend
          ? [
              {
                type: "bar",
                name: "Share of spend",
                barMaxWidth: 13,
                barGap: "15%",
                itemStyle: { color: color("baseline") },
                data: channels.map(({ view: { spendShare } }, i) => ({ value: spendShare ?? "-", tip: tips[i] })),
              },
            ]
          : []),
        {
          type: "bar",
          name: "Share of effect",
          barMaxWidth: 13,
          itemStyle: { color: color("series0") },
          data: channels.map(({ view: { effectShare } }, i) => ({ value: effectShare.mean, tip: tips[i] })),
        },
        whiskerSeries(
          band,
          channels.map(({ view: { effectShare } }) => [effectShare.lower, effectShare.upper]),
          "ink",
          hasSpend ? 7.5 : 0,
        ),
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Spend", "money"],
        ["Share of spend", "percent"],
        ["Share of effect", "percent"],
        ["Lower", "percent"],
        ["Upper", "percent"],
        ["ROI", "ratio"],
      ],
      channels.map(({ name, result, view: { spendShare, effectShare } }) => [
        name,
        result.spend,
        spendShare,
        effectShare.mean,
        effectShare.lower,
        effectShare.upper,
        result.roi?.mean ?? null,
      ]),
    ),
  };
}

function describe(view: FitView, format: Format): string {
  const channels = rankedChannels(view).filter(({ view: { spendShare } }) => spendShare !== null);
  if (channels.length === 0) {
    const best = rankedChannels(view)[0];
    return best
      ? `${best.label} brings ${format.range(best.view.effectShare, "percent")} of the media effect; no spend is known, so there is nothing to compare it with.`
      : "There are no channels.";
  }
  const clearlyMore = channels.filter(({ view: { spendShare, effectShare } }) => effectShare.lower > spendShare!);
  const clearlyLess = channels.filter(({ view: { spendShare, effectShare } }) => effectShare.upper < spendShare!);
  const names = (list: typeof channels): string => someWords(list.map(({ label }) => label));
  if (clearlyMore.length + clearlyLess.length === 0) {
    return "No channel's share of effect is clearly above or below its share of spend: every interval includes it.";
  }
  return [
    clearlyMore.length > 0 && `Clearly more effect than spend: ${names(clearlyMore)}.`,
    clearlyLess.length > 0 && `Clearly less effect than spend: ${names(clearlyLess)}.`,
  ]
    .filter(Boolean)
    .join(" ");
}
