import type { CausalEdge } from "@mmm/core";
import type { Chart } from "../chart/chart.js";
import { shortLabels, squeeze } from "../chart/labels.js";
import { color, pointTooltip } from "../chart/markers.js";
import { nameAxis } from "../chart/pieces.js";
import { createFormat, type Format } from "../format/format.js";
import { type DrawnGraph, edgeTable } from "./graph-network.js";

/**
 * Every scored pair as a cell, causes in rows and effects in columns: the probability of the edge, or its weight where
 * the engine has no probabilities. With several lags a cell shows its strongest one. Selected edges are framed.
 */
export function adjacencyHeatmap(graph: DrawnGraph, format: Format = createFormat()): Chart {
  const hasProbability = graph.edges.some(({ probability }) => probability !== null);
  const score = (edge: CausalEdge): number => (hasProbability ? (edge.probability ?? 0) : edge.weight);
  const strongest = new Map<string, CausalEdge>();
  for (const edge of graph.edges) {
    const key = JSON.stringify([edge.from, edge.to]);
    const known = strongest.get(key);
    if (!known || Math.abs(score(edge)) > Math.abs(score(known))) strongest.set(key, edge);
  }
  const index = new Map(graph.nodes.map((name, i) => [name, i]));
  // Selected cells come last, so that no neighbour covers their frames.
  const cells = [...strongest.values()]
    .filter(({ from, to }) => index.has(from) && index.has(to))
    .sort((a, b) => Number(a.selected) - Number(b.selected));
  const largest = Math.max(...cells.map((edge) => Math.abs(score(edge))), Number.MIN_VALUE);
  const labels = shortLabels(graph.nodes).map((name) => squeeze(name, 22));
  const cell = graph.nodes.length > 14 ? 22 : 32;
  const selected = cells.filter((edge) => edge.selected).length;
  return {
    id: "adjacency-heatmap",
    title: hasProbability ? "How probable each edge is" : "How strong each edge is",
    description: `Rows are causes, columns are effects; ${selected} of ${cells.length} scored pairs are selected (framed).`,
    height: 110 + cell * graph.nodes.length,
    maxWidth: 220 + 80 * graph.nodes.length,
    option: {
      grid: { top: 8 },
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
        min: hasProbability ? 0 : -largest,
        max: hasProbability ? 1 : largest,
        inRange: {
          color: hasProbability
            ? [color("neutral"), color("positive")]
            : [color("negative"), color("neutral"), color("positive")],
        },
      },
      series: [
        {
          type: "heatmap",
          label: { show: graph.nodes.length <= 9, fontSize: 11, color: color("ink") },
          data: cells.map((edge) => ({
            value: [index.get(edge.to)!, index.get(edge.from)!, Math.round(100 * score(edge)) / 100],
            ...(Math.abs(score(edge)) > 0.55 * (hasProbability ? 1 : largest) && { label: { color: color("paper") } }),
            tip: [
              `${edge.from} → ${edge.to}`,
              edge.probability === null ? "No probability" : `Probability ${format.value(edge.probability, "percent")}`,
              `Weight ${format.value(edge.weight, "ratio")}`,
              ...(edge.lag > 0 ? [`Lag ${edge.lag}`] : []),
            ].join("\n"),
            itemStyle: edge.selected
              ? { borderColor: color("ink"), borderWidth: 1.5 }
              : { borderColor: color("paper"), borderWidth: 1.5 },
          })),
        },
      ],
    },
    table: edgeTable(graph.edges),
  };
}
