// `graph.json` for programs and `graph.html` for people.

import type { CausalEdge, CausalGraph, Diagnostic } from "@mmm/core";
import { writeFilesAtomic } from "@mmm/data/node";
import {
  comparisonSection,
  honestySection,
  type PageSection,
  renderGraphPage,
  type TruthView,
  truthSection,
  type UnitGraphs,
  unitsSection,
} from "@mmm/viz";
import type { startMeter } from "../runtime/meter.js";
import type { Exploration } from "./explore.js";
import type { GraphFile } from "./graph-schema.js";
import type { GraphVerdict } from "./graph-verdict.js";
import type { Observations } from "./observations.js";

export interface GraphReport {
  readonly exploration: Exploration;
  readonly observations: Observations;
  readonly verdict: GraphVerdict;
  readonly truth: TruthView | null;
  /** Why this engine. */
  readonly reasons: readonly string[];
  readonly title: string;
  readonly source: string;
  readonly seed: number;
  /** What a unit is called: the name of its column. */
  readonly unitLabel: string;
}

/** What `graph.json` holds. */
export function graphFile(report: GraphReport, cost: ReturnType<ReturnType<typeof startMeter>>): GraphFile {
  const { exploration, observations, verdict, truth, reasons, seed } = report;
  const { graph, bootstrap, honesty, comparison, units } = exploration;
  const { data } = observations;
  return {
    schema: "mmm.graph/v1",
    kind: graph.kind,
    engine: { ...graph.engine },
    reasons,
    nodes: graph.nodes,
    edges: graph.edges,
    ...(units
      ? {
          graphs: Object.fromEntries(
            units.units.map(({ name, cluster, forecast }, u) => [
              name,
              {
                edges: graph.graphs![name]!.edges.map((edge, k) => withProfile(edge, units.lagProfiles[u]![k] ?? null)),
                cluster: cluster && units.clusters[cluster.position]!.name,
                clusterProbability: cluster?.probability ?? null,
                ...(forecast && { forecast: forecastRows(forecast) }),
              },
            ]),
          ),
          clusters: units.clusters.map(({ name, share, probabilities, weights, selected }) => ({
            name,
            share,
            edges: units.pairs.map(
              ([from, to, lag], k): CausalEdge => ({
                from: units.nodes[from]!,
                to: units.nodes[to]!,
                lag,
                weight: weights[k]!,
                probability: probabilities[k]!,
                sign: Math.sign(weights[k]!) as -1 | 0 | 1,
                selected: selected.includes(k),
              }),
            ),
          })),
        }
      : graph.graphs && { graphs: Object.fromEntries(Object.entries(graph.graphs)) }),
    weightScale: graph.weightScale,
    verdict,
    bootstrap,
    honesty,
    comparison: comparison && {
      engines: comparison.rows.map(({ engine, graph: other, problem, milliseconds }) => ({
        engine,
        problem,
        seconds: milliseconds / 1000,
        edges: other ? other.edges.filter(({ selected }) => selected) : null,
      })),
      differences: comparison.differences,
      votes: comparison.edges,
    },
    truth,
    data: { rows: data.rows, units: data.units?.length ?? 1, temporal: data.temporal },
    diagnostics: exploration.diagnostics,
    runtime: { ...cost, seed },
  };
}

const withProfile = (edge: CausalEdge, lagProfile: readonly number[] | null): CausalEdge =>
  edge.selected && lagProfile ? ({ ...edge, lagProfile: lagProfile.map(rounded) } as CausalEdge) : edge;

const rounded = (value: number): number => Math.round(1e4 * value) / 1e4;

function forecastRows(forecast: NonNullable<NonNullable<Exploration["units"]>["units"][number]["forecast"]>) {
  const { node, periods, history, mean, lower, upper, interval } = forecast;
  return { node, periods: periods.slice(history.length), mean, lower, upper, interval };
}

/** The page. */
export function graphPage(report: GraphReport): string {
  const { exploration, observations, verdict, truth, reasons, title, source, seed } = report;
  const { engine, graph, honesty, comparison, units } = exploration;
  const { data } = observations;
  const extra: PageSection[] = [
    ...(units ? [unitsSection(named(units, report.unitLabel), { label: capital(report.unitLabel) })] : []),
    ...(honesty ? [honestySection(honesty, { scaleInvariant: engine.capabilities.scaleInvariant })] : []),
    ...(comparison ? [comparisonSection(comparison)] : []),
    ...(truth ? [truthSection(truth)] : []),
  ];
  const shown: CausalGraph = { ...graph, diagnostics: gathered(exploration.diagnostics) };
  return renderGraphPage(shown, extra, {
    title,
    subtitle: `${source}: ${graph.nodes.length} variables, ${data.rows} rows${data.units ? ` of ${new Set(data.units).size} units` : ""}; engine ${engine.id}`,
    verdict,
    method: [
      ["Method", engine.title],
      ["Why this engine", reasons.join(" ")],
      ["Probabilities", probabilityWords(exploration)],
      ["Seed", String(seed)],
      ["Sources", engine.citations.join(" ")],
    ],
  });
}

/** Units with names that say what they are: "shop 7" for "7". */
const named = (all: UnitGraphs, label: string): UnitGraphs => ({
  ...all,
  units: all.units.map((unit) => (/^\d/.test(unit.name) ? { ...unit, name: `${label} ${unit.name}` } : unit)),
});

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function probabilityWords({ engine, bootstrap }: Exploration): string {
  if (engine.capabilities.probabilities) return "given by the engine";
  if (!bootstrap) return "not estimated; --bootstrap 200 does";
  const failed = bootstrap.failed > 0 ? `, of which ${bootstrap.failed} failed` : "";
  return `part of ${bootstrap.replicates} resampled data sets in which the edge is drawn${failed}`;
}

/** Findings that say the same of many units, as one. */
export function gathered(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const finding of diagnostics) groups.set(finding.code, [...(groups.get(finding.code) ?? []), finding]);
  return [...groups.values()].flatMap((group) =>
    group.length <= 3
      ? group
      : [{ ...group[0]!, message: `${group[0]!.message} And ${group.length - 1} more findings of this kind.` }],
  );
}

/** Write both files, or none. Returns their names. */
export function writeGraphFiles(directory: string, file: GraphFile, page: string): string[] {
  const files = { "graph.json": `${JSON.stringify(file, null, file.graphs ? undefined : 2)}\n`, "graph.html": page };
  writeFilesAtomic(directory, files);
  return Object.keys(files);
}
