// Several engines on one data set: where they agree, an edge does not hang on one method's assumptions.

import {
  type CausalData,
  type CausalEngine,
  type CausalGraph,
  type DiscoverOptions,
  isMmmError,
  type RunHooks,
  throwIfCancelled,
} from "@mmm/core";
import { adjacencyOf } from "../graph/adjacency.js";
import { markDistance } from "../metrics/structure.js";

export interface ComparisonRow {
  readonly engine: string;
  readonly title: string;
  /** Null when the engine refused the data; `problem` says why. */
  readonly graph: CausalGraph | null;
  readonly problem: string | null;
  readonly milliseconds: number;
}

export interface VotedEdge {
  readonly from: string;
  readonly to: string;
  readonly lag: number;
  /** Share of the engines able to draw this lag that drew this direction; an undirected edge counts one half each way. */
  readonly votes: number;
  readonly engines: readonly string[];
}

export interface EngineComparison {
  readonly rows: readonly ComparisonRow[];
  /** Same-period marks that differ between two engines' graphs, `[rows][rows]`; null where one has no such graph. */
  readonly differences: readonly (readonly (number | null)[])[];
  /** Every edge at least one engine drew, most votes first. */
  readonly edges: readonly VotedEdge[];
}

/**
 * Run each engine with the same options. An engine that refuses the data gets a row with the reason.
 *
 * @example const { edges } = await compareEngines(data, [orderBic(), lingam(), pc()], { constraints });
 */
export async function compareEngines(
  data: CausalData,
  engines: readonly CausalEngine[],
  options?: DiscoverOptions,
  hooks?: RunHooks,
): Promise<EngineComparison> {
  const rows: ComparisonRow[] = [];
  for (const [step, engine] of engines.entries()) {
    throwIfCancelled(hooks);
    hooks?.onProgress?.({ phase: "compare", step, total: engines.length, message: engine.id });
    const start = performance.now();
    const outcome = await runOne(engine, data, options);
    rows.push({ engine: engine.id, title: engine.title, ...outcome, milliseconds: performance.now() - start });
  }
  const contemporaneous = rows.map((row, k) =>
    row.graph && engines[k]!.capabilities.edges !== "lagged" ? adjacencyOf(row.graph) : null,
  );
  const differences = contemporaneous.map((first) =>
    contemporaneous.map((second) => (first && second ? markDistance(first, second) : null)),
  );
  return { rows, differences, edges: countVotes(rows, engines) };
}

async function runOne(
  engine: CausalEngine,
  data: CausalData,
  options: DiscoverOptions | undefined,
): Promise<Pick<ComparisonRow, "graph" | "problem">> {
  try {
    return { graph: await engine.discover(data, options), problem: null };
  } catch (error) {
    if (!isMmmError(error) || error.kind === "cancelled") throw error;
    return { graph: null, problem: error.message };
  }
}

function countVotes(rows: readonly ComparisonRow[], engines: readonly CausalEngine[]): VotedEdge[] {
  const edges = new Map<string, { from: string; to: string; lag: number; votes: number; engines: string[] }>();
  const able = (lag: number): number =>
    rows.filter(({ graph }, k) => {
      const { edges: reach, maxLag } = engines[k]!.capabilities;
      return graph !== null && (lag === 0 ? reach !== "lagged" : maxLag >= lag);
    }).length;
  for (const { engine, graph } of rows) {
    for (const edge of graph?.edges ?? []) {
      if (!edge.selected) continue;
      const key = `${edge.from}\u0000${edge.to}\u0000${edge.lag}`;
      const entry = edges.get(key) ?? { from: edge.from, to: edge.to, lag: edge.lag, votes: 0, engines: [] };
      entry.votes += edge.directed === false ? 0.5 : 1;
      entry.engines.push(engine);
      edges.set(key, entry);
    }
  }
  return [...edges.values()]
    .map((entry) => ({ ...entry, votes: entry.votes / able(entry.lag) }))
    .sort((a, b) => b.votes - a.votes || a.lag - b.lag || a.from.localeCompare(b.from) || a.to.localeCompare(b.to));
}
