import type { CausalGraph } from "@mmm/core";
import { createFormat, type FormatOptions } from "../format/format.js";
import { adjacencyHeatmap } from "../graph-charts/adjacency-heatmap.js";
import { graphNetwork } from "../graph-charts/graph-network.js";
import type { PageSection } from "../html/blocks.js";
import { type Brand, renderPage } from "../html/page.js";

export interface GraphPageOptions extends FormatOptions {
  readonly title?: string;
  readonly brand?: Brand;
  readonly theme?: "auto" | "light" | "dark";
}

const kinds: Readonly<Record<CausalGraph["kind"], string>> = {
  dag: "Every edge has a direction and none of them close a circle.",
  cpdag: "Edges without a head cannot be directed from these data: both directions explain them equally well.",
  lagged: "An edge says that the past of one variable helps to predict another; dashed edges act with a delay.",
};

/**
 * A page about one causal graph: the network, every scored pair, the findings and how it was made.
 *
 * @param graph from any causal engine
 * @param extra more sections, placed after the graph: stability, scores against a known truth
 * @example await writeFile("graph.html", renderGraphPage(await engine.discover(data)))
 */
export function renderGraphPage(
  graph: CausalGraph,
  extra: readonly PageSection[] = [],
  options: GraphPageOptions = {},
): string {
  const { title = "Causal graph", brand, theme, ...look } = options;
  const format = createFormat(look);
  const settings = Object.entries(graph.engine.settings).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const perUnit = graph.graphs
    ? ` The engine also gave each of ${Object.keys(graph.graphs).length} units its own graph.`
    : "";
  const sections: PageSection[] = [
    {
      id: "graph",
      title: "Graph",
      lead: `${kinds[graph.kind]} Blue edges raise, orange edges lower; wider edges are surer. Weights are ${graph.weightScale}.${perUnit}`,
      blocks: [
        { kind: "chart", chart: graphNetwork(graph, format) },
        { kind: "chart", chart: adjacencyHeatmap(graph, format) },
      ],
    },
    {
      id: "findings",
      title: "Findings",
      lead: "An edge learned from observations is a lead to check, not proof: hidden common causes and wrong assumptions of the engine both make false edges.",
      blocks: [{ kind: "findings", findings: graph.diagnostics, none: "The engine reported nothing unusual." }],
    },
    ...extra,
    {
      id: "method",
      title: "How it was made",
      blocks: [
        {
          kind: "definitions",
          items: [["Engine", `${graph.engine.id} ${graph.engine.version}`], ...settings],
        },
      ],
    },
  ];
  return renderPage(title, sections, {
    ...look,
    subtitle: `${graph.nodes.length} variables, engine ${graph.engine.id}`,
    ...(brand && { brand }),
    ...(theme && { theme }),
    footer: "Made with @mmm/viz. This file is complete in itself: it sends nothing and loads nothing.",
  });
}
