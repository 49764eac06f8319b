// What both engines of this package share behind the common contract: which columns are nodes, what they promise, and
// how a call's options meet the settings.

import {
  type CausalConstraints,
  type CausalEngine,
  type CausalGraph,
  defineCausalEngine,
  type RunHooks,
} from "@mmm/core";
import { checkColumns } from "./shops/check.js";
import { shopsFromCausalData } from "./shops/from-causal-data.js";
import type { Shop, ShopLayout } from "./shops/shop.js";

/** How the columns of the common data form are read. */
export interface UnitColumns {
  /** Node to forecast. Default: the last column. */
  readonly target?: string;
  /** Columns that are constant per unit and shape its responses; not nodes of the graph. */
  readonly contextColumns?: readonly string[];
  /** What to do about NaN: "refuse" like every other engine, or "skip" the steps that need them. Default "refuse". */
  readonly missing?: "refuse" | "skip";
}

/** What a call may say instead of the settings. */
export interface CallSettings {
  readonly seed?: number;
  readonly constraints?: CausalConstraints;
}

/** An engine that learns one lagged graph per unit. */
export function unitEngine(
  about: Pick<CausalEngine, "id" | "version" | "title" | "citations">,
  { target, contextColumns = [], missing = "refuse" }: UnitColumns,
  learn: (shops: Shop[], layout: ShopLayout, call: CallSettings, hooks?: RunHooks) => Promise<CausalGraph>,
): CausalEngine {
  return defineCausalEngine({
    ...about,
    specVersion: "v1",
    capabilities: {
      edges: "lagged",
      perUnitGraphs: true,
      probabilities: true,
      constraints: ["tiers", "required", "forbidden"],
      scaleInvariant: true,
      needsNonGaussian: false,
      maxLag: 1,
    },
    async discover(data, options, hooks) {
      const nodes = data.columns.filter((name) => !contextColumns.includes(name));
      const { shops, layout } = shopsFromCausalData(data, target ?? nodes.at(-1) ?? "", contextColumns);
      checkColumns(shops, layout.nodes, missing);
      const call = {
        ...(options?.seed !== undefined && { seed: options.seed }),
        ...(options?.constraints && { constraints: options.constraints }),
      };
      return learn(shops, layout, call, hooks);
    },
  });
}
