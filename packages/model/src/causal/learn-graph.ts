// The graph over the channels of a model, learned from the channels' own activity.
//
// Activities are observed. The likelihood of a model in which channels drive channels and all of them drive the KPI
// therefore factorises: p(activity, KPI | graph, response) = p(activity | graph) · p(KPI | activity, response). With
// priors that do not tie the two together the posterior factorises as well, so learning the graph from the channels'
// own likelihood and the response from the KPI's is exact joint learning, not an approximation to it, and posterior
// draws of the two may be paired in any order. A graph that only mixes inputs of a regression on the KPI has no
// likelihood and is not identified by anything.

import { adjacencyOf, drawRowWeights, findCycle, isResamplable, maxLagOf } from "@mmm/causal";
import {
  type CausalConstraints,
  type CausalEngine,
  type CausalGraph,
  createRandom,
  type RunHooks,
  throwIfCancelled,
  usageError,
  yieldToEventLoop,
} from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";
import type { Design } from "../structural/design.js";
import { type ActivityRows, activityRows, causalDataOf } from "./activity.js";
import { contradictions } from "./contradictions.js";
import { laggedGram, type ParentSets, spillOverRates } from "./rates.js";
import type { ChannelGraph, GraphLearner, GraphSource, SpillOver } from "./types.js";

export interface LearnGraphOptions {
  readonly seed: number;
  readonly constraints?: CausalConstraints;
  /** Where a layer is trained. Default: the learner's own choice. */
  readonly engine?: TensorEngine;
  /** Bootstrap replicates. Default 60, fewer where rows × channels² exceeds a million, at least 20. */
  readonly replicates?: number;
  /** Edges drawn in fewer of the replicates are not followed by interventions. Default 0.9. */
  readonly minimumProbability?: number;
}

/**
 * Learn which channels' activity follows which, and by how much.
 *
 * Activity is scaled per unit and cleared of unit means, season, trend and controls; training periods only. Edges that
 * the data refute ({@link contradictions}) are forbidden. Rates come from least squares on the parents, structure and
 * rates are resampled together (blocks of periods within units). An edge with open direction, or whose rate is negative,
 * is not followed by interventions.
 *
 * @param source see {@link GraphSource}
 * @param names of the channels, in the order of the design
 * @returns null without a source, or with fewer than two channels whose activity varies
 * @throws MmmError `BAD_GRAPH` for a given graph that names none of the channels or has a cycle; what the engine throws
 */
export async function learnChannelGraph(
  design: Design,
  names: readonly string[],
  source: GraphSource,
  options: LearnGraphOptions,
  hooks?: RunHooks,
): Promise<ChannelGraph | null> {
  if (source === "none") return null;
  const rows = activityRows(design);
  if (rows.channels.length < 2) return null;
  if ("edges" in source) return learnRates(rows, names, knownGraph(source, names, rows), options, { known: true });

  const engine = "discover" in source ? source.capabilities : null;
  const most = engine === null ? ((source as GraphLearner).lags ?? 0) : Math.min(3, engine.maxLag);
  const lagged = engine === null ? most > 0 : engine.edges !== "contemporaneous";
  const data = causalDataOf(rows, names, lagged);
  const refuted = contradictions(rows, most).map(([from, to]) => [data.columns[from]!, data.columns[to]!] as const);
  const known = knownEdges(source, options.constraints, refuted);
  const { seed, engine: tensors } = options;
  const discovery = { seed, ...(known && { constraints: known }), ...(tensors && { engine: tensors }) };
  hooks?.onProgress?.({ phase: "graph", step: 0, total: 1, message: source.id });
  const found =
    "discover" in source ? await source.discover(data, discovery, hooks) : await source.learn(data, discovery, hooks);
  throwIfCancelled(hooks);
  const graph = withoutRefuted(found, refuted);
  if ("discover" in source && isResamplable(source)) {
    return resampled(rows, names, graph, refuted, source.resampler(data, discovery), options, hooks);
  }
  return { ...(await learnRates(rows, names, graph, options, { known: false })), contradicted: refuted };
}

function knownEdges(
  source: CausalEngine | GraphLearner,
  given: CausalConstraints | undefined,
  refuted: readonly (readonly [string, string])[],
): CausalConstraints | undefined {
  const able = !("capabilities" in source) || source.capabilities.constraints.includes("forbidden");
  if (!able || refuted.length === 0) return given;
  const required = given?.required ?? [];
  const free = refuted.filter(([from, to]) => !required.some(([a, b]) => a === from && b === to));
  return { ...given, forbidden: [...(given?.forbidden ?? []), ...free] };
}

// For engines that cannot be told beforehand.
function withoutRefuted(graph: CausalGraph, refuted: readonly (readonly [string, string])[]): CausalGraph {
  const isRefuted = (from: string, to: string): boolean => refuted.some(([a, b]) => a === from && b === to);
  return {
    ...graph,
    edges: graph.edges.map((edge) => (isRefuted(edge.from, edge.to) ? { ...edge, selected: false } : edge)),
  };
}

function knownGraph(graph: CausalGraph, names: readonly string[], rows: ActivityRows): CausalGraph {
  const usable = new Set(rows.channels.map((c) => names[c]!));
  const nodes = names.filter((name) => graph.nodes.includes(name));
  if (nodes.length < 2) {
    throw usageError(
      "BAD_GRAPH",
      `The graph is over ${graph.nodes.join(", ")}; the channels are ${names.join(", ")}.`,
      "Give a graph whose nodes carry the names of the channels; other nodes are left out.",
    );
  }
  const edges = graph.edges.filter(({ from, to }) => from !== to && usable.has(from) && usable.has(to));
  const known = { ...graph, nodes: rows.channels.map((c) => names[c]!), edges };
  const cycle = findCycle(adjacencyOf({ nodes: known.nodes, edges: edges.filter(isDirected) }));
  if (cycle === null) return known;
  throw usageError(
    "BAD_GRAPH",
    `The graph has a cycle within a period: ${cycle.map((node) => known.nodes[node]).join(" → ")}.`,
    "Remove one of its edges, or give it a lag.",
  );
}

const isDirected = ({ selected, directed }: { readonly selected: boolean; readonly directed?: boolean }): boolean =>
  selected && directed !== false;

/** Structure as it is, apart from doubt of one that is not known; rates on resampled rows. */
async function learnRates(
  rows: ActivityRows,
  names: readonly string[],
  graph: CausalGraph,
  { seed, replicates = usualReplicates(rows), minimumProbability = 0.9 }: LearnGraphOptions,
  { known }: { readonly known: boolean },
): Promise<ChannelGraph> {
  const lags = maxLagOf({ edges: graph.edges.filter(isDirected) });
  const followed = graph.edges.filter(
    (edge) => isDirected(edge) && (edge.probability === null || edge.probability >= minimumProbability),
  );
  const parents = parentsOfEdges(graph.nodes, followed);
  const ratesOf = (weights: Float64Array | null, of: ParentSets): SpillOver =>
    spillOverRates(laggedGram(rows, lags, weights), graph.nodes.length, lags, of, rows.channels, names.length);
  const plan = drawPlan(rows);
  const spillOver = ratesOf(null, parents);
  const draws =
    followed.length === 0
      ? [spillOver]
      : Array.from({ length: replicates }, (_, k) =>
          ratesOf(
            drawRowWeights(plan, createRandom(seed).split(`graph/${k}`)),
            known ? parents : doubted(parents, seed, k),
          ),
        );
  return {
    graph: markFollowed(graph, spillOver, names, minimumProbability),
    spillOver,
    draws,
    contradicted: [],
    structureResampled: false,
  };
}

/** Part of the replicates in which an edge is taken to be the work of something unseen. */
const edgeDoubt = 0.1;

/** The parents of a replicate, each with probability {@link edgeDoubt} left out. */
function doubted(parents: ParentSets, seed: number, replicate: number): ParentSets {
  const random = createRandom(seed).split(`doubt/${replicate}`);
  return parents.map((set) => set.filter(() => random.uniform() >= edgeDoubt));
}

interface Sampler {
  readonly rows: number;
  readonly unitOffsets: readonly number[];
  estimate(weights: Float64Array): readonly {
    readonly lag: number;
    readonly adjacency: ArrayLike<number>;
  }[];
}

async function resampled(
  rows: ActivityRows,
  names: readonly string[],
  graph: CausalGraph,
  refuted: ChannelGraph["contradicted"],
  sampler: Sampler,
  { seed, replicates = usualReplicates(rows), minimumProbability = 0.9 }: LearnGraphOptions,
  hooks: RunHooks | undefined,
): Promise<ChannelGraph> {
  const size = graph.nodes.length;
  const plan = drawPlan(rows);
  const sampled = { ...plan, rows: sampler.rows, unitOffsets: sampler.unitOffsets };
  const counts = new Map<string, number>();
  const structures: ParentSets[] = [];
  for (let k = 0; k < replicates; k++) {
    throwIfCancelled(hooks);
    const weights = drawRowWeights(sampled, createRandom(seed).split(`graph/${k}`));
    const parents: [number, number][][] = Array.from({ length: size }, () => []);
    for (const { lag, adjacency } of sampler.estimate(weights)) {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          if (i === j || adjacency[i * size + j] !== 1) continue;
          const open = lag === 0 && adjacency[j * size + i] === 1;
          const key = `${lag}/${i}/${j}`;
          counts.set(key, (counts.get(key) ?? 0) + (open ? 0.5 : 1));
          if (!open) parents[j]!.push([lag, i]);
        }
      }
    }
    structures.push(parents);
    hooks?.onProgress?.({ phase: "graph", step: k + 1, total: replicates });
    if (k % 10 === 9) await yieldToEventLoop();
  }
  const share = (lag: number, i: number, j: number): number => (counts.get(`${lag}/${i}/${j}`) ?? 0) / replicates;
  const at = (name: string): number => graph.nodes.indexOf(name);
  const probable: CausalGraph = {
    ...graph,
    edges: graph.edges.map((edge) => ({ ...edge, probability: share(edge.lag, at(edge.from), at(edge.to)) })),
  };
  const followed = probable.edges.filter((edge) => isDirected(edge) && edge.probability! >= minimumProbability);
  const best = parentsOfEdges(graph.nodes, followed);
  // Edges that a replicate has enter its draws, also those that interventions at the mode do not follow: that an edge is
  // doubtful widens the interval of what would follow from it. None is beyond doubt.
  const lags = Math.max(0, ...structures.flatMap((parents) => parents.flatMap((set) => set.map(([lag]) => lag))));
  const ratesOf = (weights: Float64Array | null, parents: ParentSets): SpillOver =>
    spillOverRates(laggedGram(rows, lags, weights), size, lags, parents, rows.channels, names.length);
  const draws = structures.map((parents, k) =>
    ratesOf(drawRowWeights(plan, createRandom(seed).split(`graph/${k}`)), doubted(parents, seed, k)),
  );
  const spillOver = ratesOf(null, best);
  return {
    graph: markFollowed(probable, spillOver, names, minimumProbability),
    spillOver,
    draws,
    contradicted: refuted,
    structureResampled: true,
  };
}

function parentsOfEdges(nodes: readonly string[], edges: CausalGraph["edges"]): ParentSets {
  return nodes.map((to) =>
    edges
      .filter((edge) => edge.to === to && edge.from !== to)
      .map((edge) => [edge.lag, nodes.indexOf(edge.from)] as const),
  );
}

/** `selected` for edges that interventions follow, for open ones, and for negative ones, which are shown and not followed. */
function markFollowed(
  graph: CausalGraph,
  { rates, lags }: SpillOver,
  names: readonly string[],
  minimumProbability: number,
): CausalGraph {
  const total = names.length;
  const edges = graph.edges.map((edge) => {
    if (!edge.selected || edge.directed === false || edge.from === edge.to) return edge;
    const [from, to] = [names.indexOf(edge.from), names.indexOf(edge.to)];
    const rate = edge.lag > lags ? 0 : rates[(edge.lag * total + from) * total + to]!;
    const likely = edge.probability === null || edge.probability >= minimumProbability;
    return { ...edge, selected: likely && (rate > 0 || edge.weight < 0) };
  });
  return { ...graph, edges };
}

function usualReplicates({ rows, channels }: ActivityRows): number {
  return Math.max(20, Math.min(60, Math.floor(6e7 / (rows * channels.length ** 2))));
}

function drawPlan(rows: ActivityRows) {
  const units = rows.unitOffsets.length - 1;
  const blockLength = Math.max(1, Math.ceil(Math.cbrt(rows.rows / units)));
  return { rows: rows.rows, unitOffsets: rows.unitOffsets, blockLength, drawUnits: units >= 5 };
}
