// Graphs as flat arrays, the form every algorithm here works on, and the way to and from `CausalGraph`.
//
// An adjacency is a Uint8Array of shape [size, size], row-major: `adjacency[i * size + j] = 1` means i → j. In a
// partially directed graph (a CPDAG) both marks set means i — j: an edge whose direction is open. Weights have the
// same layout as Float64Array.

import type { CausalEdge, CausalGraph, Diagnostic, GraphKind } from "@mmm/core";
import { usageError } from "@mmm/core";

/** Marks of shape `[size, size]`, row-major, cause first. */
export type Adjacency = Uint8Array;

/** Number of nodes of a square row-major array. */
export function sizeOf(square: ArrayLike<unknown>): number {
  const size = Math.round(Math.sqrt(square.length));
  if (size * size !== square.length) {
    throw usageError("SHAPE", `A graph of d nodes needs d × d marks; ${square.length} is not a square.`);
  }
  return size;
}

/** Adjacency from index pairs `[cause, effect]`. */
export function adjacencyFromPairs(size: number, pairs: Iterable<readonly [number, number]>): Adjacency {
  const adjacency = new Uint8Array(size * size);
  for (const [cause, effect] of pairs) adjacency[cause * size + effect] = 1;
  return adjacency;
}

/** The edges as index pairs `[cause, effect]`, row by row; an undirected edge appears in both directions. */
export function pairsOf(adjacency: ArrayLike<number>): [number, number][] {
  const size = sizeOf(adjacency);
  const pairs: [number, number][] = [];
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) if (adjacency[i * size + j]) pairs.push([i, j]);
  return pairs;
}

/** Marks where |weight| is above `threshold`; the diagonal is left out. */
export function adjacencyFromWeights(weights: ArrayLike<number>, threshold = 0): Adjacency {
  const size = sizeOf(weights);
  const adjacency = new Uint8Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i !== j && Math.abs(weights[i * size + j]!) > threshold) adjacency[i * size + j] = 1;
    }
  }
  return adjacency;
}

/** Indices of the direct causes of `node` (undirected neighbours excluded). */
export function parentsOf(adjacency: Adjacency, node: number): number[] {
  const size = sizeOf(adjacency);
  const parents: number[] = [];
  for (let i = 0; i < size; i++) {
    if (adjacency[i * size + node] && !adjacency[node * size + i]) parents.push(i);
  }
  return parents;
}

/** Node indices by name. */
export function nodeIndex(nodes: readonly string[]): Map<string, number> {
  return new Map(nodes.map((name, index) => [name, index]));
}

/** The selected edges of one lag as marks; `from`/`to` order follows `graph.nodes`. */
export function adjacencyOf(graph: Pick<CausalGraph, "nodes" | "edges">, lag = 0): Adjacency {
  const size = graph.nodes.length;
  const index = nodeIndex(graph.nodes);
  const adjacency = new Uint8Array(size * size);
  for (const edge of graph.edges) {
    if (!edge.selected || edge.lag !== lag) continue;
    const from = index.get(edge.from)!;
    const to = index.get(edge.to)!;
    adjacency[from * size + to] = 1;
    if (edge.directed === false) adjacency[to * size + from] = 1;
  }
  return adjacency;
}

/** Weights of one lag, `[size, size]`; `selectedOnly` false also takes pairs the engine scored but did not select. */
export function weightsOf(
  graph: Pick<CausalGraph, "nodes" | "edges">,
  { lag = 0, selectedOnly = true }: { readonly lag?: number; readonly selectedOnly?: boolean } = {},
): Float64Array {
  const size = graph.nodes.length;
  const index = nodeIndex(graph.nodes);
  const weights = new Float64Array(size * size);
  for (const edge of graph.edges) {
    if (edge.lag !== lag || (selectedOnly && !edge.selected)) continue;
    weights[index.get(edge.from)! * size + index.get(edge.to)!] = edge.weight;
  }
  return weights;
}

/** The largest lag among the edges. */
export function maxLagOf(graph: Pick<CausalGraph, "edges">): number {
  return graph.edges.reduce((largest, edge) => Math.max(largest, edge.lag), 0);
}

/** What an engine found at one lag. `adjacency` holds the selection, `weights` a score for every ordered pair. */
export interface LagLayer {
  readonly lag: number;
  readonly weights: ArrayLike<number>;
  readonly adjacency: ArrayLike<number>;
  readonly probabilities?: ArrayLike<number>;
}

export interface GraphParts {
  readonly kind: GraphKind;
  readonly nodes: readonly string[];
  readonly layers: readonly LagLayer[];
  readonly engine: CausalGraph["engine"];
  readonly weightScale: string;
  readonly diagnostics?: readonly Diagnostic[];
}

/**
 * A `CausalGraph` that lists every ordered pair of each layer (self edges only at lags above 0).
 *
 * An undirected edge (both marks at lag 0) is listed in both directions, each selected and with `directed: false`.
 */
export function graphFromLayers(parts: GraphParts): CausalGraph {
  const edges = parts.layers.flatMap((layer) => edgesOfLayer(parts.nodes, layer));
  return Object.freeze({
    kind: parts.kind,
    nodes: parts.nodes,
    edges,
    engine: parts.engine,
    weightScale: parts.weightScale,
    diagnostics: parts.diagnostics ?? [],
  });
}

/** The ordered pairs of one layer as edges; see {@link graphFromLayers}. */
export function edgesOfLayer(nodes: readonly string[], layer: LagLayer): CausalEdge[] {
  const size = nodes.length;
  const edges: CausalEdge[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === j && layer.lag === 0) continue;
      const weight = layer.weights[i * size + j]!;
      const selected = layer.adjacency[i * size + j]! !== 0;
      const undirected = layer.lag === 0 && selected && layer.adjacency[j * size + i]! !== 0;
      edges.push({
        from: nodes[i]!,
        to: nodes[j]!,
        lag: layer.lag,
        weight,
        probability: layer.probabilities ? layer.probabilities[i * size + j]! : null,
        sign: Math.sign(weight) as -1 | 0 | 1,
        selected,
        ...(undirected && { directed: false }),
      });
    }
  }
  return edges;
}
