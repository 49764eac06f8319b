// What to make of a graph, in plain words.

import { adjacencyOf, ancestors, type EngineComparison } from "@mmm/causal";
import type { CausalEdge, CausalGraph, Diagnostic } from "@mmm/core";
import { drawnEdges, type Tone, type UnitGraphs } from "@mmm/viz";
import type { Exploration } from "./explore.js";

export interface GraphVerdict {
  readonly tone: Tone;
  readonly label: string;
  readonly text: string;
}

/** Findings that say the graph may rest on nothing. */
const damning = new Set(["VARSORTABLE", "STANDARDISED_COLUMNS", "GAUSSIAN_NOISE", "SCALE_ARTEFACT"]);
const sure = 0.8;

/** Verdict on an exploration; `kpi` adds what drives it. */
export function graphVerdict(exploration: Exploration, kpi: string | null): GraphVerdict {
  const { graph, honesty, comparison, units } = exploration;
  const edges = drawnEdges(graph);
  if (edges.length === 0 && !units) {
    return {
      tone: "plain",
      label: "No edge found",
      text: `Nothing in these data says that one of the ${graph.nodes.length} variables drives another. That is not proof that none does: effects may be small, or the data too few.`,
    };
  }
  const doubts = doubtsOf(exploration, edges);
  const tone: Tone = doubts.some(({ grave }) => grave) ? "bad" : doubts.length > 0 ? "caution" : "good";
  const label = { bad: "Do not act on this graph", caution: "Use with care", good: "A solid lead", plain: "" }[tone];
  return {
    tone,
    label,
    text: [
      units ? unitSummary(units, edges) : summary(graph, edges),
      kpi === null ? "" : driversOf(graph, edges, kpi),
      comparison ? agreement(exploration, edges) : "",
      doubts.length > 0 ? `Doubts: ${doubts.map(({ text }) => text).join("; ")}.` : "",
      honesty === null ? "The data have gaps, so the honesty checks could not be made." : "",
      "Whatever the marks, an arrow here is a lead: confirm it with an experiment before moving money.",
    ]
      .filter((part) => part !== "")
      .join(" "),
  };
}

function summary(graph: CausalGraph, edges: readonly CausalEdge[]): string {
  const open = edges.filter(({ directed }) => directed === false).length;
  const known = edges.filter(({ probability }) => probability !== null);
  const surest = [...edges]
    .sort((a, b) => certainty(b) - certainty(a) || Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 3);
  return [
    `${counted(edges.length, "edge")} between ${graph.nodes.length} variables${known.length > 0 ? `, ${known.filter((edge) => certainty(edge) >= sure).length} of them at least 80% probable` : ""}.`,
    open > 0
      ? `${open} of them ${open === 1 ? "has" : "have"} no direction: the data do not say surely which way ${open === 1 ? "it runs" : "they run"}.`
      : "",
    surest.length > 0
      ? `${known.length > 0 ? "Surest" : "Strongest"}: ${surest.map((edge) => edgeWords(edge)).join("; ")}.`
      : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

const certainty = ({ probability }: CausalEdge): number => probability ?? 0;

function edgeWords({ from, to, lag, sign, probability, directed }: CausalEdge, of = ""): string {
  const verb = sign > 0 ? "raises" : sign < 0 ? "lowers" : "moves";
  const words = directed === false ? `${from} and ${to} belong together` : `${from} ${verb} ${to}`;
  const later = lag > 0 ? ` ${counted(lag, "period")} later` : "";
  return `${words}${later}${probability !== null ? ` (${Math.round(100 * probability)}%${of})` : ""}`;
}

function unitSummary({ units, clusters }: UnitGraphs, edges: readonly CausalEdge[]): string {
  const perUnit = units.reduce((sum, { selected }) => sum + selected.length, 0) / units.length;
  const common = [...edges].sort((a, b) => certainty(b) - certainty(a)).slice(0, 3);
  return [
    `${counted(units.length, "unit")} with ${perUnit.toFixed(1)} edges each on average, ${Math.round(100 * sureShare(units))}% of these at least 80% probable.`,
    clusters.length > 1
      ? `The units form ${clusters.length} clusters of similar graphs.`
      : "The units form no clusters.",
    common.length > 0 ? `Most common: ${common.map((edge) => edgeWords(edge, " of units")).join("; ")}.` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** Part of the selected edges of all units that are at least 80% probable. */
function sureShare(units: UnitGraphs["units"]): number {
  const chosen = units.flatMap(({ selected, probabilities }) => selected.map((k) => probabilities[k] ?? 0));
  return chosen.filter((probability) => probability >= sure).length / Math.max(1, chosen.length);
}

function driversOf(graph: CausalGraph, edges: readonly CausalEdge[], kpi: string): string {
  const direct = [
    ...new Set(edges.filter(({ to, directed }) => to === kpi && directed !== false).map(({ from }) => from)),
  ];
  const marks = adjacencyOf({ nodes: graph.nodes, edges: edges.map((edge) => ({ ...edge, lag: 0 })) });
  const node = graph.nodes.indexOf(kpi);
  const through = [...ancestors(marks, node)]
    .map((index) => graph.nodes[index]!)
    .filter((name) => name !== kpi && !direct.includes(name));
  if (direct.length === 0) return `Nothing here drives ${kpi} directly.`;
  return `${kpi} is driven directly by ${direct.join(", ")}${through.length > 0 ? `, and through others by ${through.join(", ")}` : ""}.`;
}

function agreement({ comparison }: Exploration, edges: readonly CausalEdge[]): string {
  const others = comparison!.rows.slice(1).filter((row) => row.graph !== null);
  if (others.length === 0) return "";
  const backed = backedEdges(comparison!, edges);
  return `${backed} of ${counted(edges.length, "edge")} ${backed === 1 ? "is" : "are"} also drawn by another engine (${others.map(({ engine }) => engine).join(", ")}).`;
}

/** How many edges an engine other than the first draws too, in any direction where the edge has none. */
function backedEdges(comparison: EngineComparison, edges: readonly CausalEdge[]): number {
  const others = comparison.rows.slice(1);
  return edges.filter(({ from, to, lag, directed }) =>
    others.some((row) =>
      row.graph?.edges.some(
        (edge) =>
          edge.selected &&
          edge.lag === lag &&
          ((edge.from === from && edge.to === to) || (directed === false && edge.from === to && edge.to === from)),
      ),
    ),
  ).length;
}

interface Doubt {
  readonly text: string;
  readonly grave: boolean;
}

function doubtsOf(
  { graph, diagnostics, honesty, engine, comparison, units }: Exploration,
  edges: readonly CausalEdge[],
): Doubt[] {
  const doubts: Doubt[] = [];
  const codes = new Set(diagnostics.filter(({ severity }) => severity !== "info").map(({ code }) => code));
  const words: Readonly<Record<string, string>> = {
    SCALE_ARTEFACT: "edges change with the units of measure",
    VARSORTABLE: "sorting by variance would have given the same order",
    STANDARDISED_COLUMNS: "this engine reads variances, and these columns have none to tell",
    GAUSSIAN_NOISE: "the noise is too close to Gaussian for this engine",
    HIDDEN_CAUSE: "something unseen may drive several variables at once",
    FEW_ROWS: "there are few rows for so many variables",
  };
  for (const code of codes)
    doubts.push({ text: words[code] ?? messageOf(diagnostics, code), grave: damning.has(code) });
  if (!engine.capabilities.scaleInvariant && !codes.has("VARSORTABLE") && !codes.has("SCALE_ARTEFACT")) {
    doubts.push({ text: "this engine's directions depend on the units of measure", grave: false });
  }
  const known = edges.filter(({ probability }) => probability !== null);
  if (known.length === 0) doubts.push({ text: "how sure the edges are was not estimated", grave: false });
  else {
    const share = units
      ? sureShare(units.units)
      : known.filter((edge) => certainty(edge) >= sure).length / known.length;
    if (share < 0.5) doubts.push({ text: "most edges are less than 80% probable", grave: false });
  }
  if (edges.filter(({ directed }) => directed === false).length > 0.5 * edges.length) {
    doubts.push({ text: "most directions are open", grave: false });
  }
  const others = comparison?.rows.slice(1).filter((row) => row.graph !== null).length ?? 0;
  if (comparison && others >= 2 && backedEdges(comparison, edges) < 0.5 * edges.length) {
    doubts.push({ text: "other engines draw fewer than half of these edges", grave: false });
  }
  const random = honesty?.yardsticks.find(({ id }) => id === "randsort");
  const samePeriod = edges.filter(({ lag }) => lag === 0).length;
  if (random && samePeriod > 2 && random.distance < 0.25 * samePeriod && graph.kind !== "cpdag") {
    doubts.push({ text: "random orders of the variables give nearly the same graph", grave: false });
  }
  return doubts;
}

const messageOf = (diagnostics: readonly Diagnostic[], code: string): string =>
  diagnostics.find((finding) => finding.code === code)!.message.replace(/\.$/, "");

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
