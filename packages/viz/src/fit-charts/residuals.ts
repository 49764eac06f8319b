import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { fitFormat, periodNoun } from "../chart/context.js";
import { axisTooltip, color, formatter, pointTooltip } from "../chart/markers.js";
import { gap, periodAxis } from "../chart/pieces.js";
import type { Format } from "../format/format.js";

/** Actual minus predicted per period, summed over units. */
export function residualsOverTime(view: FitView, format: Format = fitFormat(view)): Chart {
  const { byPeriod } = view.residuals;
  const noun = periodNoun(view.frequency);
  const worst = byPeriod.reduce<number>(
    (best, value, t) => (Math.abs(value ?? 0) > Math.abs(byPeriod[best] ?? 0) ? t : best),
    0,
  );
  return {
    id: "residuals-over-time",
    title: "What the model misses over time",
    description: `The largest miss is ${format.value(byPeriod[worst] ?? null, "compact")} in the ${noun} of ${format.period(view.periods[worst] ?? "")}; runs of misses on one side point to something that the model does not know.`,
    height: 220,
    option: {
      grid: {},
      tooltip: axisTooltip(
        view.periods.map(
          (period, t) => `${format.period(period)}\nMiss ${format.value(byPeriod[t] ?? null, "compact")}`,
        ),
      ),
      xAxis: { ...periodAxis(view.periods), boundaryGap: true, axisLine: { onZero: false } },
      yAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      series: [{ type: "bar", data: byPeriod.map(gap), itemStyle: { color: color("series0") }, barCategoryGap: "15%" }],
    },
    table: chartTable(
      [
        ["Period", "period"],
        ["Actual minus predicted", "number"],
      ],
      view.periods.map((period, t) => [period, byPeriod[t] ?? null]),
    ),
  };
}

/** Standardised residuals against the prediction: they should form a level cloud without a funnel. */
export function residualsVsPredicted(view: FitView, format: Format = fitFormat(view)): Chart {
  const { points } = view.residuals;
  const far = points.filter(({ standardised }) => Math.abs(standardised) > 3).length;
  // A report has no use for more dots than pixels; the table keeps the same even selection.
  const stride = Math.ceil(points.length / 800);
  const shown = points.filter((_, i) => i % stride === 0);
  return {
    id: "residuals-vs-predicted",
    title: "Misses against predictions",
    description: `${far} of ${points.length} residuals (${format.value(points.length ? far / points.length : 0, "percent")}) lie more than three standard deviations out; a normal law would give 0.3%.`,
    height: 260,
    option: {
      grid: { top: 12 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "value",
        scale: true,
        splitNumber: 4,
        splitLine: { show: false },
        axisLabel: { formatter: formatter("compact") },
        name: "Predicted",
        nameLocation: "middle",
        nameGap: 26,
      },
      yAxis: { type: "value", axisLabel: { formatter: formatter("ratio") }, splitNumber: 4 },
      series: [
        {
          type: "scatter",
          symbolSize: 5,
          itemStyle: { color: color("series0", 0.5) },
          data: shown.map(({ predicted, standardised }) => ({
            value: [predicted, standardised],
            tip: `Predicted ${format.value(predicted, "compact")}\nMiss ${format.value(standardised, "decimal")} standard deviations`,
          })),
        },
      ],
    },
    table: chartTable(
      [
        ["Predicted", "number"],
        ["Standardised residual", "decimal"],
      ],
      shown.slice(0, 200).map(({ predicted, standardised }) => [predicted, standardised]),
    ),
  };
}

/** Histogram of the standardised residuals with the normal law of the same count. */
export function residualHistogram(view: FitView, format: Format = fitFormat(view)): Chart {
  const { edges, counts } = view.residuals.histogram;
  const total = counts.reduce((a, b) => a + b, 0);
  const middle = counts.map((_, i) => (edges[i]! + edges[i + 1]!) / 2);
  const normal = middle.map(
    (x, i) => (total * (edges[i + 1]! - edges[i]!) * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  );
  const near = counts.reduce((hits, count, i) => hits + (Math.abs(middle[i]!) <= 1 ? count : 0), 0);
  return {
    id: "residual-histogram",
    title: "Shape of the misses",
    description: `${format.value(total ? near / total : 0, "percent")} of the residuals lie within about one standard deviation; a normal law (the line) has 68%.`,
    height: 260,
    option: {
      grid: { top: 12 },
      tooltip: axisTooltip(
        counts.map(
          (count, i) =>
            `${format.value(edges[i]!, "decimal")} to ${format.value(edges[i + 1]!, "decimal")}\n${format.value(count, "number")} cells\nNormal law ${format.value(Math.round(normal[i]!), "number")}`,
        ),
        "shadow",
      ),
      xAxis: { type: "category", data: middle.map((x) => format.value(Math.round(10 * x) / 10, "decimal")) },
      yAxis: { type: "value", axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      series: [
        { type: "bar", data: counts, barCategoryGap: "8%", itemStyle: { color: color("series4") } },
        {
          type: "line",
          data: normal,
          symbol: "none",
          smooth: 0.4,
          smoothMonotone: "x",
          lineStyle: { color: color("ink"), width: 1.5 },
          itemStyle: { color: color("ink") },
        },
      ],
    },
    table: chartTable(
      [
        ["From", "ratio"],
        ["To", "ratio"],
        ["Cells", "number"],
        ["Normal law", "number"],
      ],
      counts.map((count, i) => [edges[i]!, edges[i + 1]!, count, normal[i]!]),
    ),
  };
}

/** Mean within-unit autocorrelation of the residuals with the bounds that white noise would stay in (95%). */
export function residualAutocorrelation(view: FitView, format: Format = fitFormat(view)): Chart {
  const { autocorrelation } = view.residuals;
  const training = view.holdoutStart ?? view.periods.length;
  // A mean over units of correlations from `training` periods; units are taken as independent.
  const bound = 1.96 / Math.sqrt(training * Math.max(1, view.result.units));
  const first = autocorrelation[0] ?? 0;
  const noun = periodNoun(view.frequency);
  return {
    id: "residual-autocorrelation",
    title: "Memory in the misses",
    description: `Neighbouring ${noun}s' misses correlate ${format.value(first, "decimal")}; ${Math.abs(first) > 0.3 ? "that is strong: intervals are narrower than they should be" : Math.abs(first) > bound ? "more than chance alone would give" : "no more than chance would give"}.`,
    height: 260,
    option: {
      grid: { top: 12 },
      tooltip: axisTooltip(
        autocorrelation.map((value, i) => `${i + 1} ${noun}s apart\nCorrelation ${format.value(value, "decimal")}`),
        "shadow",
      ),
      xAxis: { type: "category", data: autocorrelation.map((_, i) => String(i + 1)), axisLine: { onZero: false } },
      yAxis: {
        type: "value",
        min: Math.min(...autocorrelation) < -0.5 ? -1 : -0.5,
        max: Math.max(...autocorrelation) > 0.5 ? 1 : 0.5,
        interval: 0.25,
        axisLabel: { formatter: formatter("decimal") },
      },
      series: [
        {
          type: "bar",
          data: autocorrelation,
          barMaxWidth: 14,
          itemStyle: { color: color("series0") },
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: color("muted"), type: "dashed" },
            data: [{ yAxis: bound }, { yAxis: -bound }],
          },
        },
      ],
    },
    table: chartTable(
      [
        [`Lag (${noun}s)`, "number"],
        ["Autocorrelation", "decimal"],
      ],
      autocorrelation.map((value, i) => [i + 1, value]),
    ),
  };
}
