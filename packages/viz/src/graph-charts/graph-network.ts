import type { CausalEdge } from "@mmm/core";
import { type Chart, chartTable } from "../chart/chart.js";
import { shortLabels, squeezeAll } from "../chart/labels.js";
import { color, pointTooltip } from "../chart/markers.js";
import { createFormat, type Format } from "../format/format.js";
import { drawnEdges } from "./drawn-edges.js";
import { layeredLayout } from "./layered-layout.js";

/** The part of a causal graph that the charts read; core's `CausalGraph` and `MmmResult.graph` both fit. */
export interface DrawnGraph {
  readonly nodes: readonly string[];
  readonly edges: readonly CausalEdge[];
}

/**
 * The selected edges as arrows between layers of nodes: blue raises, orange lowers, thicker is stronger, fainter is less
 * probable; beside edges of the same period, those that act with a delay are dashed. Edges without a known direction have no head.
 */
export function graphNetwork(graph: DrawnGraph, format: Format = createFormat()): Chart {
  const edges = drawnEdges(graph);
  const places = layeredLayout(
    graph.nodes,
    edges.toSorted((a, b) => a.lag - b.lag || Math.abs(b.weight) - Math.abs(a.weight)),
  );
  const mixed = new Set(edges.map(({ lag }) => lag > 0)).size === 2;
  const bend = bends(edges);
  const layers = 1 + Math.max(0, ...places.map(({ layer }) => layer));
  const widest = Math.max(1, ...Array.from({ length: layers }, (_, i) => places.filter((p) => p.layer === i).length));
  const label = networkLabels(graph.nodes);
  const heaviest = Math.max(...edges.map(({ weight }) => Math.abs(weight)), Number.MIN_VALUE);
  const strength = (edge: CausalEdge): number => Math.abs(edge.weight) / heaviest;
  const tone = (edge: CausalEdge): "positive" | "negative" | "muted" =>
    edge.sign > 0 ? "positive" : edge.sign < 0 ? "negative" : "muted";
  const height = Math.max(240, 60 + 58 * widest);
  return {
    id: "graph-network",
    title: "What drives what",
    description: describe(graph, edges, format),
    height,
    option: {
      tooltip: pointTooltip(),
      grid: { left: 28, right: 28, top: 20, bottom: 24, outerBoundsMode: "none" },
      xAxis: { type: "value", show: false, min: 0, max: Math.max(1, layers - 1) },
      yAxis: { type: "value", show: false, min: 0, max: 1, inverse: true },
      series: [
        {
          type: "graph",
          coordinateSystem: "cartesian2d",
          symbol: "circle",
          symbolSize: 16,
          edgeSymbol: ["none", "arrow"],
          edgeSymbolSize: 10,
          itemStyle: { color: color("ink"), borderColor: color("paper"), borderWidth: 2 },
          label: {
            show: true,
            position: "bottom",
            distance: 4,
            color: color("ink"),
            fontSize: 12,
            backgroundColor: color("paper", 0.75),
            padding: [1, 3],
            formatter: "{b}",
          },
          data: places.map(({ name, layer, position }) => ({
            name: label.get(name)!,
            value: layers === 1 ? [position, 0.5] : [layer, position],
            tip: nodeTip(name, edges),
            label: {
              align: layers === 1 ? "center" : layer === 0 ? "left" : layer === layers - 1 ? "right" : "center",
            },
          })),
          links: edges.map((edge) => ({
            source: label.get(edge.from)!,
            target: label.get(edge.to)!,
            tip: edgeTip(edge, format),
            ...(edge.directed === false && { symbol: ["none", "none"] }),
            lineStyle: {
              color: color(tone(edge)),
              width: 1 + 3.5 * strength(edge),
              opacity: edge.probability === null ? 0.9 : 0.2 + 0.8 * edge.probability,
              type: mixed && edge.lag > 0 ? "dashed" : "solid",
              curveness: bend.get(edge)!,
            },
          })),
        },
      ],
    },
    table: edgeTable(edges),
  };
}

/** Edges that join the same two nodes are bent differently, so that none hides another. */
function bends(edges: readonly CausalEdge[]): ReadonlyMap<CausalEdge, number> {
  const counts = new Map<string, number>();
  return new Map(
    edges.map((edge) => {
      const pair = JSON.stringify([edge.from, edge.to]);
      const before = counts.get(pair) ?? 0;
      counts.set(pair, before + 1);
      return [edge, (before % 2 === 0 ? 1 : -1) * (0.1 + 0.08 * Math.floor(before / 2))];
    }),
  );
}

/** Short names that are still different from each other, since echarts joins nodes and edges by name. */
function networkLabels(nodes: readonly string[]): ReadonlyMap<string, string> {
  const labels = squeezeAll(shortLabels(nodes), 20);
  return new Map(nodes.map((name, i) => [name, labels[i]!]));
}

/** Edges as rows: from, to, lag, weight, probability. */
export function edgeTable(edges: readonly CausalEdge[]): Chart["table"] {
  return chartTable(
    [
      ["From", "text"],
      ["To", "text"],
      ["Lag", "number"],
      ["Weight", "ratio"],
      ["Probability", "percent"],
      ["Direction known", "text"],
    ],
    edges.map((edge) => [
      edge.from,
      edge.to,
      edge.lag,
      edge.weight,
      edge.probability,
      edge.directed === false ? "no" : "yes",
    ]),
  );
}

function edgeTip({ from, to, lag, weight, probability, directed }: CausalEdge, format: Format): string {
  return [
    `${from} ${directed === false ? "–" : "→"} ${to}`,
    `Weight ${format.value(weight, "ratio")}`,
    probability === null ? "No probability from this engine" : `Probability ${format.value(probability, "percent")}`,
    ...(lag > 0 ? [`Acts after ${lag} ${lag === 1 ? "period" : "periods"}`] : []),
  ].join("\n");
}

function nodeTip(name: string, edges: readonly CausalEdge[]): string {
  const causes = edges.filter(({ to }) => to === name).map(({ from }) => from);
  const effects = edges.filter(({ from }) => from === name).map(({ to }) => to);
  return [
    name,
    ...(causes.length > 0 ? [`Driven by ${[...new Set(causes)].join(", ")}`] : []),
    ...(effects.length > 0 ? [`Drives ${[...new Set(effects)].join(", ")}`] : []),
  ].join("\n");
}

function describe(graph: DrawnGraph, edges: readonly CausalEdge[], format: Format): string {
  if (edges.length === 0) return `No edge between the ${graph.nodes.length} variables was selected.`;
  const sure = edges.filter(({ probability }) => probability !== null && probability >= 0.8);
  const top = edges.toSorted(
    (a, b) => (b.probability ?? Math.abs(b.weight)) - (a.probability ?? Math.abs(a.weight)),
  )[0]!;
  const certainty = edges.every(({ probability }) => probability === null)
    ? "this engine gives no probabilities"
    : `${sure.length} of them at least 80% probable`;
  const strongest = `${top.from} ${top.directed === false ? "–" : "→"} ${top.to}${top.probability === null ? "" : ` (${format.value(top.probability, "percent")})`}`;
  return `${edges.length} ${edges.length === 1 ? "edge" : "edges"} between ${graph.nodes.length} variables, ${certainty}; the strongest is ${strongest}.`;
}
