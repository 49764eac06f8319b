import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat } from "../chart/context.js";
import { axisTooltip, color, formatter } from "../chart/markers.js";
import { periodAxis } from "../chart/pieces.js";
import type { Format } from "../format/format.js";
import { distinctSeries, seriesColor } from "../theme/palette.js";

/** Trend, seasonality and controls over time: what moves the KPI besides media. Null when the model has none of them. */
export function baselineDrivers(view: FitView, format: Format = fitFormat(view)): Chart | null {
  const swing = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  const drivers = view.components
    .filter(({ kind }) => kind !== "channel" && kind !== "baseline")
    .toSorted((a, b) => swing(b.values) - swing(a.values));
  const strongest = drivers[0];
  if (!strongest) return null;
  const shown = drivers.slice(0, distinctSeries);
  const more = drivers.length - shown.length;
  return {
    id: "baseline-drivers",
    title: `What moves ${view.result.kpi} besides media`,
    description: `${strongest.name} moves it most: ${format.value(swing(strongest.values), "compact")} between its lowest and its highest period${more > 0 ? `; ${more === 1 ? "the weakest one is" : `the ${more} weakest are`} only in the table` : ""}.`,
    height: 300,
    option: {
      grid: { top: 40 },
      legend: { data: shown.map(({ name }) => name) },
      tooltip: axisTooltip(
        view.periods.map((period, t) =>
          [
            format.period(period),
            ...shown.map(({ name, values }) => `${name} ${format.value(values[t]!, "compact")}`),
          ].join("\n"),
        ),
      ),
      xAxis: { ...periodAxis(view.periods), axisLine: { onZero: false } },
      yAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      series: shown.map(({ name, values }, i) => ({
        type: "line",
        name,
        data: values,
        symbol: "none",
        lineStyle: { width: 1.75, color: color(seriesColor(i)) },
        itemStyle: { color: color(seriesColor(i)) },
      })),
    },
    table: chartTable(
      [["Period", "period"], ...drivers.map(({ name }) => [name, "number"] as const)],
      view.periods.map((period, t) => [period, ...drivers.map(({ values }) => values[t] ?? null)]),
    ),
  };
}
