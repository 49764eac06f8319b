// The `granger-vi` engine behind the common contract: pooled graph plus one graph per unit.

import { type CausalEdge, type CausalEngine, type CausalGraph, defineCausalEngine } from "@mmm/core";
import { discoverShops, type ShopDiscovery } from "./discover/discover.js";
import type { GrangerViSettings } from "./discover/settings.js";
import type { EdgeResponse } from "./response/curves.js";
import { checkColumns } from "./shops/check.js";
import { shopsFromCausalData } from "./shops/from-causal-data.js";

const version = "1";

export interface GrangerViEngineSettings extends GrangerViSettings {
  /** Node to forecast. Default: the last column. */
  readonly target?: string;
  /** Columns that are constant per unit and shape its responses; not nodes of the graph. */
  readonly contextColumns?: readonly string[];
  /** What to do about NaN: "refuse" like every other engine, or "skip" the steps that need them. Default "refuse". */
  readonly missing?: "refuse" | "skip";
}

/**
 * One Granger graph per unit, units sharing strength through a mixture of graphs.
 *
 * Edges are lagged (`lag` 1 = from the next step on, carried over); `probability` is calibrated; `weight` is the
 * steady-state gain in standard deviations. `edges` is the average over units, `graphs` has each unit's own.
 *
 * @example (await grangerVi({ target: "sales" }).discover(data)).graphs?.["shop 7"]
 */
export function grangerVi(settings: GrangerViEngineSettings = {}): CausalEngine {
  const { target, contextColumns = [], missing = "refuse", ...own } = settings;
  return defineCausalEngine({
    id: "granger-vi",
    specVersion: "v1",
    version,
    title: "Variational Granger graphs, one per unit",
    capabilities: {
      edges: "lagged",
      perUnitGraphs: true,
      probabilities: true,
      constraints: ["tiers", "required", "forbidden"],
      scaleInvariant: true,
      needsNonGaussian: false,
      maxLag: 1,
    },
    citations: [
      "Gong et al. (2024), CausalMMM: learning causal structure for marketing mix modeling. WSDM 2024, arXiv 2406.16728.",
      "Löwe et al. (2022), Amortized causal discovery. CLeaR 2022.",
      "Madigan and Raftery (1994), Model selection and accounting for model uncertainty in graphical models. JASA 89.",
    ],
    async discover(data, options, hooks) {
      const nodes = data.columns.filter((name) => !contextColumns.includes(name));
      const { shops, layout } = shopsFromCausalData(data, target ?? nodes.at(-1) ?? "", contextColumns);
      checkColumns(shops, layout.nodes, missing);
      const discovery = await discoverShops(
        shops,
        layout,
        {
          ...own,
          ...(options?.seed !== undefined && { seed: options.seed }),
          ...(options?.constraints && { constraints: options.constraints }),
        },
        hooks,
      );
      return graphOfDiscovery(discovery);
    },
  });
}

/** A discovery in the common graph form. */
export function graphOfDiscovery(discovery: ShopDiscovery): CausalGraph {
  const { model, shops } = discovery;
  const { layout, settings, seasonPeriod } = model;
  const size = layout.nodes.length;
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
          from: layout.nodes[from]!,
          to: layout.nodes[to]!,
          lag: 1,
          weight,
          probability: bounded,
          sign,
          selected: bounded >= settings.threshold,
        } as const,
      ];
    });
  const graphs = Object.fromEntries(
    shops.map((shop) => {
      const own = new Map(shop.responses.edges.map((edge: EdgeResponse) => [edge.from * size + edge.to, edge.gain]));
      return [shop.unit, { edges: edgesOf(shop.edges, (e) => own.get(e) ?? 0) }];
    }),
  );
  return {
    kind: "lagged",
    nodes: layout.nodes,
    edges: edgesOf(mean, (e) => gain[e]!),
    graphs,
    engine: {
      id: "granger-vi",
      version,
      settings: {
        ...settings,
        seasonPeriod,
        clusters: model.mixture.weight.length,
        bound: model.bound,
        learnedFrom: model.learnedFrom,
      },
    },
    weightScale: "steady-state gain in standard deviations of to per standard deviation of from",
    diagnostics: discovery.diagnostics,
  };
}
