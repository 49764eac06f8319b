// Charts of graphs that differ from unit to unit: one unit's own, the mean graph of each cluster, and all units at once.

import { type Chart, chartTable } from "../chart/chart.js";
import { shortLabels, squeeze } from "../chart/labels.js";
import { axisTooltip, color, formatter, pointTooltip } from "../chart/markers.js";
import { bandSeries, periodAxis } from "../chart/pieces.js";
import { createFormat, type Format } from "../format/format.js";
import { adjacencyHeatmap } from "./adjacency-heatmap.js";
import { graphNetwork } from "./graph-network.js";
import { drawnGraph, type UnitForecast, type UnitGraph, type UnitGraphs } from "./unit-graphs.js";

/** Network, heat map and forecast of one unit. Their ids do not depend on the unit, so one can replace another. */
export function unitCharts(all: UnitGraphs, unit: UnitGraph, format: Format = createFormat()): Chart[] {
  const graph = drawnGraph(all, unit);
  return [
    { ...graphNetwork(graph, format), id: "unit-network", title: `What drives what in ${unit.name}` },
    { ...adjacencyHeatmap(graph, format), id: "unit-heatmap", title: `Every scored pair in ${unit.name}` },
    ...(unit.forecast ? [forecastChart(unit.name, unit.forecast, format)] : []),
  ];
}

/** The mean graph of each cluster, most common first. */
export function clusterNetworks(all: UnitGraphs, format: Format = createFormat()): Chart[] {
  return all.clusters.map((cluster, position) => {
    const members = all.units.filter((unit) => unit.cluster?.position === position).length;
    return {
      ...graphNetwork(drawnGraph(all, cluster), format),
      id: `cluster-${position + 1}`,
      title: cluster.name,
      description: `${format.value(cluster.share, "percent")} of units (${members} most likely here); ${cluster.selected.length} ${cluster.selected.length === 1 ? "edge" : "edges"}.`,
      height: 260,
    };
  });
}

function forecastChart(name: string, forecast: UnitForecast, format: Format): Chart {
  const { node, periods, history, mean, lower, upper } = forecast;
  const interval = `${format.value(forecast.interval, "percent")} interval`;
  const before = history.map(() => null);
  const bridge = [...history.slice(0, -1).map(() => null), history.at(-1) ?? null];
  const written = (value: number | null | undefined): string => format.value(value ?? null, "ratio");
  const tips = periods.map((period, i) => {
    const ahead = i - history.length;
    return ahead < 0
      ? `${period}\n${node} ${written(history[i])}`
      : `${period}\nForecast ${written(mean[ahead])}\n${interval} ${written(lower[ahead])} to ${written(upper[ahead])}`;
  });
  const gaps = (values: readonly (number | null)[]): (number | "-")[] => values.map((value) => value ?? "-");
  return {
    id: "unit-forecast",
    title: `Where ${node} goes next in ${name}`,
    description: `${mean.length} ${mean.length === 1 ? "period" : "periods"} ahead, from ${written(mean[0])} to ${written(mean.at(-1))}; the band is the ${interval}.`,
    height: 260,
    option: {
      grid: { top: 34 },
      legend: { data: ["Observed", "Forecast", interval] },
      tooltip: axisTooltip(tips),
      xAxis: { ...periodAxis(periods), axisLabel: { alignMinLabel: "left", alignMaxLabel: "right" } },
      yAxis: { type: "value", scale: true, axisLabel: { formatter: formatter("compact") }, splitNumber: 4 },
      series: [
        ...bandSeries(interval, [...before, ...lower], [...before, ...upper], "series0"),
        {
          type: "line",
          name: "Observed",
          symbol: "none",
          data: gaps(history),
          lineStyle: { color: color("ink"), width: 1.6 },
          itemStyle: { color: color("ink") },
        },
        {
          type: "line",
          name: "Forecast",
          symbol: "none",
          data: gaps([...bridge, ...mean]),
          lineStyle: { color: color("series0"), width: 2 },
          itemStyle: { color: color("series0") },
        },
      ],
    },
    table: chartTable(
      [
        ["Period", "text"],
        ["Observed", "number"],
        ["Forecast", "number"],
        ["Lower", "number"],
        ["Upper", "number"],
      ],
      periods.map((period, i) => {
        const ahead = i - history.length;
        return ahead < 0
          ? [period, history[i] ?? null, null, null, null]
          : [period, null, mean[ahead]!, lower[ahead]!, upper[ahead]!];
      }),
    ),
  };
}

const mostRows = 120;
const mostPairs = 28;

/**
 * Every unit as a row and every pair as a column, shaded by the probability of the edge: where units agree, a column is
 * of one shade. Units are grouped by cluster; above 120 units an even sample is drawn, and of the pairs the 28 most
 * probable ones. Null when the engine gave no probabilities.
 */
export function unitEdgeHeatmap(all: UnitGraphs, format: Format = createFormat()): Chart | null {
  const { units, pairs, clusters } = all;
  if (units.length < 2 || units.some(({ probabilities }) => probabilities.includes(null))) return null;
  const mean = pairs.map((_, k) => units.reduce((sum, { probabilities }) => sum + probabilities[k]!, 0) / units.length);
  const shown = [...pairs.keys()].sort((a, b) => mean[b]! - mean[a]!).slice(0, mostPairs);
  const sorted = [...units].sort((a, b) => (a.cluster?.position ?? 0) - (b.cluster?.position ?? 0));
  const step = Math.max(1, sorted.length / mostRows);
  const rows = Array.from({ length: Math.min(mostRows, sorted.length) }, (_, i) => sorted[Math.floor(i * step)]!);
  const nodes = shortLabels(all.nodes);
  const pairName = (k: number): string => `${nodes[pairs[k]![0]]} → ${nodes[pairs[k]![1]]}`;
  const height = rows.length > 60 ? 4 : rows.length > 30 ? 9 : 16;
  const sampled = rows.length < units.length ? ` ${rows.length} of ${units.length} units are drawn.` : "";
  const best = shown[0]!;
  return {
    id: "unit-edges",
    title: "How probable each edge is in each unit",
    description: `Rows are units${clusters.length > 1 ? ", grouped by cluster" : ""}; columns are the ${shown.length} most probable of ${pairs.length} pairs. ${pairName(best)} is most common, ${format.value(mean[best]!, "percent")} on average.${sampled}`,
    height: 120 + height * rows.length,
    option: {
      grid: { top: 8 },
      tooltip: pointTooltip(),
      xAxis: {
        type: "category",
        data: shown.map((k) => squeeze(pairName(k), 22)),
        axisLabel: { rotate: 60, width: 160, interval: 0, hideOverlap: false, fontSize: 10 },
        axisLine: { show: false },
      },
      yAxis: { type: "category", inverse: true, show: false, data: rows.map(({ name }) => name) },
      visualMap: { show: false, min: 0, max: 1, inRange: { color: [color("neutral"), color("positive")] } },
      series: [
        {
          type: "heatmap",
          data: rows.flatMap((unit, y) =>
            shown.map((k, x) => ({
              value: [x, y, Math.round(100 * unit.probabilities[k]!) / 100],
              tip: [
                `${unit.name}${unit.cluster && clusters.length > 1 ? `, ${clusters[unit.cluster.position]!.name}` : ""}`,
                `${pairName(k)}: ${format.value(unit.probabilities[k]!, "percent")}`,
              ].join("\n"),
            })),
          ),
        },
      ],
    },
    table: chartTable(
      [["Unit", "text"], ["Cluster", "text"], ...shown.map((k) => [pairName(k), "percent"] as const)],
      rows.map((unit) => [
        unit.name,
        unit.cluster ? clusters[unit.cluster.position]!.name : null,
        ...shown.map((k) => unit.probabilities[k]!),
      ]),
    ),
  };
}
