import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, sum } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { gap, periodAxis, shadeFrom } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import type { ColorName } from "../theme/palette.js";
import { rankedChannels } from "./channel-order.js";

interface Layer {
  readonly name: string;
  readonly values: readonly number[];
  readonly color: ColorName;
}

/**
 * What the KPI is made of in each period: the baseline (level, trend, seasonality and controls together) with the
 * channels stacked on it. Channels beyond the eighth are shown as one layer; the table has every component.
 */
export function decompositionOverTime(view: FitView, format: Format = fitFormat(view)): Chart {
  const { periods, components, actual, holdoutStart, result } = view;
  const layers = stackedLayers(view);
  const tips = periods.map((period, t) =>
    [
      format.period(period),
      ...layers.toReversed().map(({ name, values }) => `${name} ${format.value(values[t]!, "compact")}`),
      `Actual ${format.value(actual[t] ?? null, "compact")}`,
    ].join("\n"),
  );
  return {
    id: "decomposition-over-time",
    title: `What ${result.kpi} is made of over time`,
    description: describe(view),
    height: 380,
    option: {
      grid: { top: 40 },
      legend: { data: [...layers.map(({ name }) => name), "Actual"] },
      tooltip: axisTooltip(tips),
      xAxis: periodAxis(periods),
      yAxis: { type: "value", axisLabel: { formatter: formatter("compact") } },
      series: [
        ...layers.map((layer, i) => ({
          type: "line",
          name: layer.name,
          stack: "components",
          data: layer.values,
          symbol: "none",
          lineStyle: { width: 0.75, color: color("paper") },
          itemStyle: { color: color(layer.color) },
          areaStyle: { color: color(layer.color), opacity: 0.92 },
          ...(i === 0 &&
            holdoutStart !== null && { markArea: shadeFrom(periods[holdoutStart]!, periods.at(-1)!, "Holdout") }),
        })),
        {
          type: "line",
          name: "Actual",
          data: actual.map(gap),
          symbol: "none",
          lineStyle: { width: 1.5, color: color("ink") },
          itemStyle: { color: color("ink") },
        },
      ],
    },
    table: chartTable(
      [["Period", "period"], ...components.map(({ name }) => [name, "number"] as const), ["Actual", "number"]],
      periods.map((period, t) => [period, ...components.map(({ values }) => values[t] ?? null), actual[t] ?? null]),
    ),
  };
}

function stackedLayers(view: FitView): Layer[] {
  const values = new Map(view.components.map((component) => [component.name, component.values]));
  const add = (names: readonly string[]): number[] =>
    view.periods.map((_, t) => names.reduce((total, name) => total + (values.get(name)?.[t] ?? 0), 0));
  const base = view.components.filter(({ kind }) => kind !== "channel").map(({ name }) => name);
  const ranked = rankedChannels(view);
  const rest = ranked.filter((channel) => channel.color === "other").map(({ name }) => name);
  return [
    { name: "Baseline", values: add(base), color: "baseline" },
    ...ranked
      .filter((channel) => channel.color !== "other")
      .map((channel): Layer => ({ name: channel.short, values: add([channel.name]), color: channel.color })),
    ...(rest.length > 0
      ? [{ name: `${rest.length} smaller channels`, values: add(rest), color: "other" } as const]
      : []),
  ];
}

function describe(view: FitView): string {
  const base = view.components.filter(({ kind }) => kind !== "channel");
  const total = sum(view.components.flatMap(({ values }) => values));
  const negative = view.periods.filter((_, t) => base.reduce((level, { values }) => level + values[t]!, 0) < 0).length;
  const share = total === 0 ? 0 : sum(base.flatMap(({ values }) => values)) / total;
  if (negative > 0) {
    return `The baseline is below zero in ${negative} of ${view.periods.length} periods, which is not plausible: channels are credited with more than the whole ${view.result.kpi} there.`;
  }
  return `About ${Math.round(100 * share)}% of the predicted ${view.result.kpi} would have come without media (the baseline); the rest is added by the channels.`;
}
