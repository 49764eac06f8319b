import type { FitView, ResultEdge, ResultGraph } from "@mmm/model";
import { type Chart, type ChartTable, chartTable } from "../chart/chart.js";
import { counted } from "../chart/context.js";
import { directVsTotal } from "../fit-charts/direct-vs-total.js";
import type { Format } from "../format/format.js";
import { adjacencyHeatmap } from "../graph-charts/adjacency-heatmap.js";
import { graphNetwork } from "../graph-charts/graph-network.js";
import type { PageSection } from "../html/blocks.js";

/** Channels that drive other channels; null when the model was fitted without a graph. */
export function graphSection(view: FitView, format: Format): PageSection | null {
  const { graph, kpi } = view.result;
  if (graph === null) return null;
  const channels = { ...graph, ...betweenChannels(graph, kpi) };
  const followed = channels.edges.filter(({ rate }) => rate !== undefined);
  const selected = channels.edges.some((edge) => edge.selected);
  const source =
    graph.engine === undefined
      ? ""
      : ` The arrows between channels come from '${graph.engine}', which reads only the channels' activity.`;
  const heatmap = channels.nodes.length > 1 ? [adjacencyHeatmap(channels, format)] : [];
  const effects = directVsTotal(view, format);
  return {
    id: "graph",
    title: "How channels drive each other",
    short: "Graph",
    lead: `A direct effect stops at ${kpi}; a total effect includes what a channel sets off in others. Arrows are claims of the model, not proof: check them against what you know.${source}`,
    blocks: [
      ...(selected ? [{ kind: "chart" as const, chart: network(graph, followed, kpi, format) }] : []),
      ...(followed.length > 0
        ? [
            {
              kind: "table" as const,
              title: "How much follows",
              description:
                "Activity of the second channel per unit of activity of the first, in the units of the data, over all units.",
              table: rateTable(followed),
            },
          ]
        : []),
      { kind: "pair", charts: [...heatmap, ...(effects && selected ? [effects] : [])] },
    ],
  };
}

function betweenChannels({ nodes, edges }: ResultGraph, kpi: string): Pick<ResultGraph, "nodes" | "edges"> {
  return {
    nodes: nodes.filter((name) => name !== kpi),
    edges: edges.filter(({ from, to }) => from !== kpi && to !== kpi),
  };
}

function network(graph: ResultGraph, followed: readonly ResultEdge[], kpi: string, format: Format): Chart {
  const strongest = followed.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))[0];
  const description =
    strongest === undefined
      ? `No channel was found to raise another, so total effects equal direct ones. Arrows into ${kpi} are as thick as the channel's share.`
      : `${counted(followed.length, "arrow")} between channels, the strongest ${strongest.from} → ${strongest.to}. Arrows into ${kpi} are as thick as the channel's share.`;
  return { ...graphNetwork(graph, format), description };
}

function rateTable(edges: readonly ResultEdge[]): ChartTable {
  return chartTable(
    [
      ["From", "text"],
      ["To", "text"],
      ["Periods later", "number"],
      ["Rate", "ratio"],
      ["Rate lower", "ratio"],
      ["Rate upper", "ratio"],
      ["Probability", "percent"],
    ],
    edges.map(({ from, to, lag, rate, probability }) => [
      from,
      to,
      lag,
      rate!.mean,
      rate!.lower,
      rate!.upper,
      probability,
    ]),
  );
}
