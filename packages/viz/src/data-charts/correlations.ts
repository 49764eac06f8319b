import type { FitView } from "@mmm/model";
import { type Chart, chartTable } from "../chart/chart.js";
import { shortLabels, someWords, squeeze } from "../chart/labels.js";
import { color, pointTooltip } from "../chart/markers.js";
import { nameAxis } from "../chart/pieces.js";
import { createFormat, type Format } from "../format/format.js";

type DataQuality = FitView["dataQuality"];

/** Correlations of channels and controls as a heat map. Null with fewer than two columns. */
export function correlationHeatmap(quality: DataQuality, format: Format = createFormat()): Chart | null {
  const { names, values } = quality.correlations;
  if (names.length < 2) return null;
  const labels = shortLabels(names).map((name) => squeeze(name, 22));
  const pairs = names
    .flatMap((a, i) => names.slice(i + 1).map((b, j) => ({ a, b, value: values[i]![i + 1 + j]! })))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const top = pairs[0];
  const cell = names.length > 14 ? 20 : 30;
  return {
    id: "correlations",
    title: "Which columns move together",
    description: top
      ? `${top.a} and ${top.b} correlate most (${format.value(top.value, "decimal")}); ${Math.abs(top.value) > 0.9 ? "the data can hardly tell their effects apart" : "that alone does not keep their effects from being told apart"}.`
      : "No correlation could be computed.",
    height: 80 + cell * names.length + 40,
    maxWidth: 220 + 64 * names.length,
    option: {
      grid: { top: 8, bottom: 8 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "category",
        data: labels,
        axisLabel: { rotate: 60, width: 180, interval: 0, hideOverlap: false, fontSize: 11 },
        axisLine: { show: false },
      },
      yAxis: { ...nameAxis(labels), axisLine: { show: false } },
      visualMap: {
        show: false,
        min: -1,
        max: 1,
        inRange: { color: [color("negative"), color("neutral"), color("positive")] },
      },
      series: [
        {
          type: "heatmap",
          itemStyle: { borderColor: color("paper"), borderWidth: 2 },
          label: { show: names.length <= 9, fontSize: 11, color: color("ink") },
          data: names.flatMap((a, i) =>
            names.map((b, j) => ({
              value: [j, i, Math.round(100 * values[i]![j]!) / 100],
              ...(Math.abs(values[i]![j]!) > 0.55 && { label: { color: color("paper") } }),
              tip: `${a} and ${b}\nCorrelation ${format.value(values[i]![j]!, "decimal")}`,
            })),
          ),
        },
      ],
    },
    table: chartTable(
      [
        ["Column", "text"],
        ["Other column", "text"],
        ["Correlation", "decimal"],
      ],
      pairs.map(({ a, b, value }) => [a, b, value]),
    ),
  };
}

/** Variance inflation: how much wider a channel's interval is because other columns move with it. */
export function varianceInflation(quality: DataQuality, format: Format = createFormat()): Chart | null {
  const rows = quality.varianceInflation.toSorted((a, b) => b.value - a.value);
  const worst = rows[0];
  if (!worst) return null;
  // A perfectly determined column has an infinite factor; the bar ends at the chart's cap, the label says the value.
  const cap = 30;
  const high = rows.filter(({ value }) => value > 10).map(({ name }) => name);
  return {
    id: "variance-inflation",
    title: "How much of each channel the other columns explain",
    description:
      high.length > 0
        ? `${someWords(high)}: more than 10, so mostly explained by the other columns; their effects are hard to separate.`
        : `The highest factor is ${format.value(worst.value, "ratio")} (${worst.name}); below 10 the effects can be told apart.`,
    height: 60 + rows.length * 28,
    option: {
      grid: { top: 8, right: 48 },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, max: Math.min(cap, Math.max(12, worst.value)), splitNumber: 4 },
      yAxis: nameAxis(rows.map(({ name }) => name)),
      series: [
        {
          type: "bar",
          barMaxWidth: 15,
          data: rows.map(({ name, value }) => ({
            value: Math.min(cap, value),
            tip: `${name}\nVariance inflation ${Number.isFinite(value) ? format.value(value, "ratio") : "without bound"}`,
            itemStyle: { color: color(value > 10 ? "bad" : "series0") },
            label: {
              show: true,
              position: "right",
              color: color("ink"),
              formatter: Number.isFinite(value) ? format.value(value, "ratio") : "∞",
            },
          })),
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: color("muted"), type: "dashed" },
            data: [{ xAxis: 10 }],
          },
        },
      ],
    },
    table: chartTable(
      [
        ["Channel", "text"],
        ["Variance inflation", "ratio"],
      ],
      rows.map(({ name, value }) => [name, value]),
    ),
  };
}
