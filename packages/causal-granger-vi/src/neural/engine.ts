// The `granger-vi-neural` engine behind the common contract, and the same in memory with everything it learned.

import type { CausalEngine, CausalGraph, Diagnostic, RunHooks } from "@mmm/core";
import type { ClusterGraph } from "../discover/model.js";
import { graphOfShops, type ScoredShop } from "../graph-of-shops.js";
import type { Shop, ShopLayout } from "../shops/shop.js";
import { type UnitColumns, unitEngine } from "../unit-engine.js";
import { learnNeural } from "./learn-neural.js";
import { type NeuralModel, neuralClusters } from "./model.js";
import { type NeuralShop, scoreNeural } from "./score-neural.js";
import type { NeuralSettings } from "./settings.js";

const version = "1";

export type NeuralEngineSettings = NeuralSettings & UnitColumns;

export interface NeuralDiscovery {
  readonly model: NeuralModel;
  readonly clusters: readonly ClusterGraph[];
  /** In the order given. */
  readonly shops: readonly NeuralShop[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Learn from shops and score them.
 *
 * @example
 * const { shops } = await discoverNeural(histories, layout, { engine: onnxEngine() });
 */
export async function discoverNeural(
  shops: readonly Shop[],
  layout: ShopLayout,
  settings: NeuralSettings = {},
  hooks?: RunHooks,
): Promise<NeuralDiscovery> {
  const model = await learnNeural(shops, layout, settings, hooks);
  const scored = await scoreNeural(model, shops, settings.engine);
  return {
    model,
    clusters: neuralClusters(model),
    shops: scored,
    diagnostics: [...model.diagnostics, ...scored.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/**
 * One Granger graph per unit by a relational encoder and a response decoder trained together.
 *
 * The same outputs as `grangerVi`, which is exact, faster and the better default; prefer this one as the starting point
 * for encoders and decoders of your own, or to score very many new units in one pass.
 *
 * @example (await grangerViNeural({ target: "sales", engine: onnxEngine() }).discover(data)).graphs?.["shop 7"]
 */
export function grangerViNeural(settings: NeuralEngineSettings = {}): CausalEngine {
  const { target: _target, contextColumns: _context, missing: _missing, ...own } = settings;
  return unitEngine(
    {
      id: "granger-vi-neural",
      version,
      title: "Neural variational Granger graphs, one per unit",
      citations: [
        "Gong et al. (2024), CausalMMM: learning causal structure for marketing mix modeling. WSDM 2024, arXiv 2406.16728.",
        "Kipf et al. (2018), Neural relational inference for interacting systems. ICML 2018, arXiv 1802.04687.",
        "Löwe et al. (2022), Amortized causal discovery. CLeaR 2022.",
        "Jang, Gu and Poole (2017), Categorical reparameterization with Gumbel-softmax. ICLR 2017, arXiv 1611.01144.",
      ],
    },
    settings,
    async (shops, layout, call, hooks) =>
      graphOfNeural(await discoverNeural(shops, layout, { ...own, ...call }, hooks)),
  );
}

/** A discovery in the common graph form; of each shop only its scores are needed. */
export function graphOfNeural({
  model,
  shops,
  diagnostics,
}: Pick<NeuralDiscovery, "model" | "diagnostics"> & { readonly shops: readonly ScoredShop[] }): CausalGraph {
  const { layout, settings, bound, learnedFrom } = model;
  return graphOfShops({
    nodes: layout.nodes,
    shops,
    threshold: settings.threshold,
    engine: { id: "granger-vi-neural", version, settings: { ...settings, bound, learnedFrom } },
    diagnostics,
  });
}
