// Scored shops in the common graph form: the pooled graph, and one graph per shop.

import type { CausalEdge, CausalGraph, Diagnostic } from "@mmm/core";
import type { EdgeResponse } from "./response/curves.js";

/** What a shop's graph needs of its scores. */
export interface ScoredShop {
  readonly unit: string;
  /** Probability of every edge, `[from, to]` row-major. */
  readonly edges: Float64Array;
  readonly responses: { readonly edges: readonly Pick<EdgeResponse, "from" | "to" | "gain">[] };
}

interface ScoredShops {
  readonly nodes: readonly string[];
  readonly shops: readonly ScoredShop[];
  /** Edges at least this probable are selected. */
  readonly threshold: number;
  readonly engine: CausalGraph["engine"];
  readonly diagnostics: readonly Diagnostic[];
}

/** Average probabilities and gains over shops as `edges`, each shop's own as `graphs`. */
export function graphOfShops({ nodes, shops, threshold, engine, diagnostics }: ScoredShops): CausalGraph {
  const size = nodes.length;
  const mean = new Float64Array(size * size);
  const gain = new Float64Array(size * size);
  for (const shop of shops) {
    shop.edges.forEach((probability, e) => {
      mean[e]! += probability / shops.length;
    });
    for (const edge of shop.responses.edges) gain[edge.from * size + edge.to]! += edge.gain / shops.length;
  }
  const edgesOf = (probabilities: Float64Array, weightOf: (e: number) => number): CausalEdge[] =>
    [...probabilities].flatMap((probability, e) => {
      const from = Math.floor(e / size);
      const to = e % size;
      if (from === to) return [];
      const weight = weightOf(e);
      const sign = weight > 0 ? 1 : weight < 0 ? -1 : 0;
      const bounded = Math.min(1, Math.max(0, probability));
      return [
        {
          from: nodes[from]!,
          to: nodes[to]!,
          lag: 1,
          weight,
          probability: bounded,
          sign,
          selected: bounded >= threshold,
        } as const,
      ];
    });
  const graphs = Object.fromEntries(
    shops.map((shop) => {
      const own = new Map(shop.responses.edges.map((edge) => [edge.from * size + edge.to, edge.gain]));
      return [shop.unit, { edges: edgesOf(shop.edges, (e) => own.get(e) ?? 0) }];
    }),
  );
  return {
    kind: "lagged",
    nodes,
    edges: edgesOf(mean, (e) => gain[e]!),
    graphs,
    engine,
    weightScale: "steady-state gain in standard deviations of to per standard deviation of from",
    diagnostics,
  };
}
