import type { CausalGraph } from "@mmm/core";
import { createFormat, type FormatOptions } from "../format/format.js";
import { adjacencyHeatmap } from "../graph-charts/adjacency-heatmap.js";
import { graphNetwork } from "../graph-charts/graph-network.js";
import type { PageBlock, PageSection, Tone } from "../html/blocks.js";
import type { Brand } from "../html/brand.js";
import { renderPage } from "../html/page.js";

export interface GraphPageOptions extends FormatOptions {
  readonly title?: string;
  readonly brand?: Brand;
  readonly theme?: "auto" | "light" | "dark";
  readonly subtitle?: string;
  /** What to make of the graph, above it. */
  readonly verdict?: { readonly tone: Tone; readonly label: string; readonly text: string };
  /** More lines on how the graph was made. */
  readonly method?: readonly (readonly [term: string, meaning: string])[];
}

const kinds: Readonly<Record<CausalGraph["kind"], string>> = {
  dag: "Every edge has a direction and none of them close a circle.",
  cpdag: "Edges without a head cannot be directed from these data: both directions explain them about as well.",
  lagged: "An edge says that one variable helps to predict another, in the same period or later (dashed).",
};

const findingsLead =
  "An edge learned from observations is a lead to check, not proof: hidden common causes and wrong assumptions of the engine both make false edges.";

/**
 * A page about one causal graph: the network, every scored pair, the findings and how it was made.
 *
 * @param graph from any causal engine
 * @param extra more sections, placed after the graph: honesty, engines, units, scores against a known truth
 * @example await writeFile("graph.html", renderGraphPage(await engine.discover(data)))
 */
export function renderGraphPage(
  graph: CausalGraph,
  extra: readonly PageSection[] = [],
  options: GraphPageOptions = {},
): string {
  const { title = "Causal graph", brand, theme, subtitle, verdict, method = [], ...look } = options;
  const format = createFormat(look);
  const settings = Object.entries(graph.engine.settings).map(([name, value]) => [name, settingText(value)] as const);
  const certain = graph.edges.some(({ probability }) => probability !== null) ? ", fainter ones less probable" : "";
  const pastOnly = graph.edges.every(({ lag }) => lag > 0);
  const perUnit = graph.graphs
    ? ` The engine also gave each of ${Object.keys(graph.graphs).length} units its own graph.`
    : "";
  const drawn: PageBlock[] = [
    ...(verdict ? [{ kind: "verdict", ...verdict } as const] : []),
    { kind: "chart", chart: graphNetwork(graph, format) },
    { kind: "chart", chart: adjacencyHeatmap(graph, format) },
  ];
  const sections: PageSection[] = [
    {
      id: "graph",
      title: "Graph",
      lead: `${pastOnly ? "An edge says that the past of one variable helps to predict another." : kinds[graph.kind]} Blue edges raise, orange edges lower; wider edges are stronger${certain}. Weights are ${graph.weightScale}.${perUnit}`,
      blocks: drawn,
    },
    ...extra,
    {
      id: "findings",
      title: "Findings",
      lead: findingsLead,
      blocks: [{ kind: "findings", findings: graph.diagnostics, none: "The engine reported nothing unusual." }],
    },
    {
      id: "method",
      title: "How it was made",
      blocks: [
        {
          kind: "definitions",
          items: [["Engine", `${graph.engine.id} ${graph.engine.version}`], ...method, ...settings],
        },
      ],
    },
  ];
  return renderPage(title, sections, {
    ...look,
    subtitle: subtitle ?? `${graph.nodes.length} variables, engine ${graph.engine.id}`,
    ...(brand && { brand }),
    ...(theme && { theme }),
    footer: "Made with @mmm/viz. This file is complete in itself: it sends nothing and loads nothing.",
  });
}

function settingText(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (Array.isArray(value)) return value.map(settingText).join(", ");
  if (typeof value !== "object") return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name} ${settingText(part)}`);
  return `(${parts.join(", ")})`;
}
