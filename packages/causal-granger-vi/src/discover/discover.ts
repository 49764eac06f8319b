import type { Diagnostic, RunHooks } from "@mmm/core";
import { checkLayout } from "../shops/check.js";
import type { ShopLayout, ShopSource } from "../shops/shop.js";
import { learnGraphs } from "./learn.js";
import { type ClusterGraph, clusterGraphs, type GrangerModel } from "./model.js";
import { type ShopResult, scoreShops } from "./score.js";
import type { GrangerViSettings } from "./settings.js";

export interface ShopDiscovery {
  readonly model: GrangerModel;
  readonly clusters: readonly ClusterGraph[];
  /** In the order of the source. */
  readonly shops: readonly ShopResult[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Learn from all shops and score them, in memory. For more shops than fit, use `learnGraphs` and then `scoreShops`,
 * which stream.
 *
 * @example
 * const { clusters, shops } = await discoverShops(histories, { nodes: ["tv", "search", "sales"], target: "sales" });
 */
export async function discoverShops(
  source: ShopSource,
  layout: ShopLayout,
  settings: GrangerViSettings = {},
  hooks?: RunHooks,
): Promise<ShopDiscovery> {
  checkLayout(layout);
  const model = await learnGraphs(source, layout, settings, hooks);
  const shops: ShopResult[] = [];
  for await (const shop of scoreShops(model, source, layout, hooks)) shops.push(shop);
  return {
    model,
    clusters: clusterGraphs(model),
    shops,
    diagnostics: [...model.diagnostics, ...shops.flatMap((shop) => shop.diagnostics)],
  };
}
