import type { FitView, Interval } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, intervalName, sum } from "../chart/context.js";
import { color, formatter, pointTooltip, shape } from "../chart/markers.js";
import { nameAxis, rowsHeight, whiskerSeries } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import type { ColorName } from "../theme/palette.js";
import { rankedChannels } from "./channel-order.js";

interface Step {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly color: ColorName;
  readonly interval: Interval | null;
}

/** From the baseline to the whole predicted KPI, one step per component; intervals on the steps that have them. */
export function contributionWaterfall(view: FitView, format: Format = fitFormat(view)): Chart {
  const steps = waterfallSteps(view);
  const total = steps.at(-1)!.to;
  const band = intervalName(view.result.interval);
  const tip = ({ name, from, to, interval }: Step): string => {
    const size = interval
      ? `${format.range(interval, "compact")}, ${band}`
      : `${format.value(to - from, "compact")} (no interval for this part)`;
    return `${name}\n${size}\n${format.value((to - from) / total, "percent")} of the predicted ${view.result.kpi}`;
  };
  return {
    id: "contribution-waterfall",
    title: `Where ${view.result.kpi} comes from`,
    description: describe(view, steps, format),
    height: rowsHeight(steps.length, 32, 50),
    option: {
      grid: { top: 8, right: 70 },
      tooltip: pointTooltip(),
      xAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      yAxis: nameAxis(steps.map(({ name }) => name)),
      series: [
        {
          type: "custom",
          renderItem: shape("block", "ink"),
          encode: { x: [1, 2], y: 0 },
          data: steps.map((step, i) => ({
            value: [i, step.from, step.to],
            tip: tip(step),
            itemStyle: { color: color(step.color) },
          })),
        },
        whiskerSeries(
          band,
          steps.map(({ from, interval }) => (interval ? [from + interval.lower, from + interval.upper] : null)),
          "ink",
        ),
        {
          type: "scatter",
          silent: true,
          symbolSize: 0,
          data: steps.map(({ from, to, interval }, i) => ({
            value: [Math.max(from, to, from + (interval?.upper ?? 0)), i],
            label: {
              show: true,
              position: "right",
              distance: 8,
              formatter: format.value((to - from) / total, "percent"),
              color: color("ink"),
            },
          })),
        },
      ],
    },
    table: chartTable(
      [
        ["Component", "text"],
        ["Contribution", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
        ["Share of predicted", "percent"],
      ],
      steps.map(({ name, from, to, interval }) => [
        name,
        to - from,
        interval?.lower ?? null,
        interval?.upper ?? null,
        (to - from) / total,
      ]),
    ),
  };
}

function waterfallSteps(view: FitView): Step[] {
  const kindTotal = (kind: string): number =>
    sum(view.components.filter((component) => component.kind === kind).flatMap(({ values }) => values));
  const controls = view.components.filter(({ kind }) => kind === "control").length;
  const parts: { name: string; size: number; color: ColorName; interval: Interval | null }[] = [
    { name: "Baseline level", size: kindTotal("baseline"), color: "baseline", interval: null },
    { name: "Trend", size: kindTotal("trend"), color: "other", interval: null },
    { name: "Seasonality", size: kindTotal("seasonality"), color: "other", interval: null },
    {
      name: controls === 1 ? "1 control" : `${controls} controls`,
      size: kindTotal("control"),
      color: "other",
      interval: null,
    },
  ];
  const nonMedia = parts.filter(({ size, name }) => name === "Baseline level" || size !== 0);
  const channels = rankedChannels(view).map(({ name, label, result, color: channelColor }) => ({
    name: label,
    size: sum(view.components.find((part) => part.kind === "channel" && part.name === name)?.values ?? []),
    color: channelColor as ColorName,
    interval: result.direct,
  }));
  let level = 0;
  const steps = [...nonMedia, ...channels].map((part): Step => {
    const from = level;
    level += part.size;
    return { name: part.name, from, to: level, color: part.color, interval: part.interval };
  });
  return [...steps, { name: "Predicted total", from: 0, to: level, color: "muted", interval: null }];
}

function describe(view: FitView, steps: readonly Step[], format: Format): string {
  const total = steps.at(-1)!.to;
  const best = rankedChannels(view)[0];
  const media = `Media adds ${format.range(view.result.mediaFraction, "percent")} of ${view.result.kpi}`;
  if (!best) return `${media}.`;
  return `${media}; the largest single channel is ${best.label} with ${format.value(best.result.direct.mean / total, "percent")} of the total.`;
}
