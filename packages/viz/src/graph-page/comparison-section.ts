// Several engines on the same data. The numbers come from `compareEngines` of @mmm/causal, whose result fits here.

import type { CausalEdge } from "@mmm/core";
import { type Chart, chartTable } from "../chart/chart.js";
import { color, formatter, pointTooltip } from "../chart/markers.js";
import { nameAxis, rowsHeight } from "../chart/pieces.js";
import { createFormat, type Format } from "../format/format.js";
import { drawnEdges } from "../graph-charts/drawn-edges.js";
import type { PageBlock, PageSection } from "../html/blocks.js";

export interface ComparisonView {
  readonly rows: readonly {
    readonly engine: string;
    readonly title: string;
    readonly graph: { readonly edges: readonly CausalEdge[] } | null;
    readonly problem: string | null;
    readonly milliseconds: number;
  }[];
  readonly differences: readonly (readonly (number | null)[])[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly lag: number;
    readonly votes: number;
    readonly engines: readonly string[];
  }[];
}

/** Which edges several engines agree on, and how far their graphs are apart. The first row is the engine shown above. */
export function comparisonSection(comparison: ComparisonView, format: Format = createFormat()): PageSection {
  const { rows, differences } = comparison;
  const edges = comparison.edges.filter(({ from, to }) => from !== to);
  const ran = rows.filter(({ graph }) => graph !== null).length;
  const agreed = edges.filter(({ votes }) => votes >= 0.5);
  const unanimous = edges.filter(({ votes }) => votes === 1).length;
  const blocks: PageBlock[] = [];
  if (edges.length > 0) blocks.push({ kind: "chart", chart: voteChart(edges, ran, format) });
  blocks.push({
    kind: "table",
    title: "The engines",
    description: `Marks that differ are counted between same-period graphs, against ${rows[0]!.engine}.`,
    table: chartTable(
      [
        ["Engine", "text"],
        ["Edges", "number"],
        ["Differs in", "number"],
        ["Seconds", "ratio"],
        ["What it is, or why it did not run", "text"],
      ],
      rows.map(({ engine, title, graph, problem, milliseconds }, i) => [
        engine,
        graph ? drawnEdges(graph).length : null,
        differences[0]?.[i] ?? null,
        milliseconds / 1000,
        problem ?? title,
      ]),
    ),
  });
  return {
    id: "comparison",
    title: "What other engines say",
    short: "Engines",
    lead: `${ran} engines drew ${edges.length} different edges; at least half of those able to agree on ${agreed.length}, all of them on ${unanimous}. An edge that only one engine draws hangs on that engine's assumptions.`,
    blocks,
  };
}

const mostEdges = 24;

function voteChart(edges: ComparisonView["edges"], ran: number, format: Format): Chart {
  const shown = edges.slice(0, mostEdges);
  const name = ({ from, to, lag }: (typeof edges)[number]): string => `${from} → ${to}${lag > 0 ? `, lag ${lag}` : ""}`;
  return {
    id: "engine-votes",
    title: "Edges by the engines that draw them",
    description: `Part of the engines able to draw an edge that drew it in this direction; an edge left undirected counts half each way.${edges.length > shown.length ? ` The first ${shown.length} of ${edges.length}.` : ""}`,
    height: rowsHeight(shown.length, 36),
    option: {
      grid: { top: 8 },
      tooltip: pointTooltip(),
      xAxis: { type: "value", min: 0, max: 1, axisLabel: { formatter: formatter("percent") }, splitNumber: 4 },
      yAxis: nameAxis(
        shown.map((edge) => name(edge).replace("→ ", "→\n")),
        26,
      ),
      series: [
        {
          type: "bar",
          barMaxWidth: 16,
          data: shown.map((edge) => ({
            value: edge.votes,
            itemStyle: { color: color(edge.votes >= 0.5 ? "series0" : "baseline") },
            tip: `${name(edge)}\n${format.value(edge.votes, "percent")} of the engines able to draw it\n${edge.engines.join(", ")}`,
          })),
        },
      ],
    },
    table: chartTable(
      [
        ["From", "text"],
        ["To", "text"],
        ["Lag", "number"],
        ["Votes", "percent"],
        ["Engines", "text"],
      ],
      edges.map(({ from, to, lag, votes, engines }) => [
        from,
        to,
        lag,
        votes,
        `${engines.length} of ${ran}: ${engines.join(", ")}`,
      ]),
    ),
  };
}
