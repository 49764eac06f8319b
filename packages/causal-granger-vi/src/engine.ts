// The `granger-vi` engine behind the common contract: pooled graph plus one graph per unit.

import { type CausalEngine, type CausalGraph, defineCausalEngine } from "@mmm/core";
import { discoverShops, type ShopDiscovery } from "./discover/discover.js";
import type { GrangerViSettings } from "./discover/settings.js";
import { graphOfShops } from "./graph-of-shops.js";
import type { ResponseShape } from "./response/shapes.js";
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
  const { model, shops, diagnostics } = discovery;
  const { layout, seasonPeriod } = model;
  const { shapes, ...settings } = model.settings;
  const tried = <T>(of: (shape: ResponseShape) => T): T[] => [...new Set(shapes.map(of))];
  return graphOfShops({
    nodes: layout.nodes,
    shops,
    threshold: settings.threshold,
    engine: {
      id: "granger-vi",
      version,
      settings: {
        ...settings,
        decays: tried(({ decay }) => decay),
        saturations: tried(({ saturation }) => saturation),
        delays: tried(({ delay }) => delay),
        seasonPeriod,
        clusters: model.mixture.weight.length,
        bound: model.bound,
        learnedFrom: model.learnedFrom,
      },
    },
    diagnostics,
  });
}
