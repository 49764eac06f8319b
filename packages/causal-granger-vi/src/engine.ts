// The `granger-vi` engine behind the common contract: pooled graph plus one graph per unit.

import type { CausalEngine, CausalGraph } from "@mmm/core";
import { discoverShops, type ShopDiscovery } from "./discover/discover.js";
import type { GrangerViSettings } from "./discover/settings.js";
import { graphOfShops, type ScoredShop } from "./graph-of-shops.js";
import type { ResponseShape } from "./response/shapes.js";
import { type UnitColumns, unitEngine } from "./unit-engine.js";

const version = "1";

export type GrangerViEngineSettings = GrangerViSettings & UnitColumns;

/**
 * One Granger graph per unit, units sharing strength through a mixture of graphs.
 *
 * Edges are lagged (`lag` 1 = from the next step on, carried over); `probability` is calibrated; `weight` is the
 * steady-state gain in standard deviations. `edges` is the average over units, `graphs` has each unit's own.
 *
 * @example (await grangerVi({ target: "sales" }).discover(data)).graphs?.["shop 7"]
 */
export function grangerVi(settings: GrangerViEngineSettings = {}): CausalEngine {
  const { target: _target, contextColumns: _context, missing: _missing, ...own } = settings;
  return unitEngine(
    {
      id: "granger-vi",
      version,
      title: "Variational Granger graphs, one per unit",
      citations: [
        "Gong et al. (2024), CausalMMM: learning causal structure for marketing mix modeling. WSDM 2024, arXiv 2406.16728.",
        "Löwe et al. (2022), Amortized causal discovery. CLeaR 2022.",
        "Madigan and Raftery (1994), Model selection and accounting for model uncertainty in graphical models. JASA 89.",
      ],
    },
    settings,
    async (shops, layout, call, hooks) =>
      graphOfDiscovery(await discoverShops(shops, layout, { ...own, ...call }, hooks)),
  );
}

/** A discovery in the common graph form; of each shop only its scores are needed. */
export function graphOfDiscovery({
  model,
  shops,
  diagnostics,
}: Pick<ShopDiscovery, "model" | "diagnostics"> & { readonly shops: readonly ScoredShop[] }): CausalGraph {
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
