// The engines with one graph per unit, as the command runs them: learned from a source of units, then asked block by block.

import {
  type ClusterGraph,
  clusterGraphs,
  type Forecast,
  forecastNeural,
  forecastShop,
  type GrangerViSettings,
  grangerViNeural,
  graphOfDiscovery,
  graphOfNeural,
  learnGraphs,
  learnNeural,
  neuralClusters,
  type ScoredShop,
  type Shop,
  type ShopLayout,
  type ShopResponses,
  type ShopSource,
  scoreNeural,
  scoreShop,
} from "@mmm/causal-granger-vi";
import type { CausalEngine, CausalGraph, Diagnostic, RunHooks } from "@mmm/core";

export interface ScoredUnit {
  readonly unit: string;
  readonly edges: Float64Array;
  readonly clusters: Float64Array;
  readonly responses: ShopResponses;
  readonly diagnostics: readonly Diagnostic[];
  /** Null where nothing is to be forecast. */
  readonly forecast: Forecast | null;
}

export interface LearnedUnits {
  readonly clusters: readonly ClusterGraph[];
  /** Edges at least this probable are selected. */
  readonly threshold: number;
  /** Findings of the learning. */
  readonly diagnostics: readonly Diagnostic[];
  score(block: readonly Shop[], horizon: number): Promise<readonly ScoredUnit[]>;
  graph(shops: readonly ScoredShop[], diagnostics: readonly Diagnostic[]): CausalGraph;
}

/** Learn from a source, which is read once. */
export async function learnUnits(
  engineId: string,
  source: ShopSource,
  layout: ShopLayout,
  settings: GrangerViSettings,
  hooks: RunHooks,
): Promise<LearnedUnits> {
  if (engineId === "granger-vi-neural") return learnNeurally(source, layout, settings, hooks);
  const model = await learnGraphs(source, layout, settings, hooks);
  return {
    clusters: clusterGraphs(model),
    threshold: model.settings.threshold,
    diagnostics: model.diagnostics,
    score: async (block, horizon) =>
      block.map((shop) => {
        const result = scoreShop(model, shop);
        const { unit, edges, clusters, responses, diagnostics } = result;
        const forecast = horizon > 0 ? forecastShop(model, shop, result, { horizon }) : null;
        return { unit, edges, clusters, responses, diagnostics, forecast };
      }),
    graph: (shops, diagnostics) => graphOfDiscovery({ model, shops, diagnostics }),
  };
}

async function learnNeurally(
  source: ShopSource,
  layout: ShopLayout,
  settings: GrangerViSettings,
  hooks: RunHooks,
): Promise<LearnedUnits> {
  const { bestEngine } = await import("@mmm/tensor-onnx");
  const engine = await bestEngine();
  const model = await learnNeural(source, layout, { ...settings, engine }, hooks);
  return {
    clusters: neuralClusters(model),
    threshold: model.settings.threshold,
    diagnostics: model.diagnostics,
    score: async (block, horizon) => {
      const scored = await scoreNeural(model, block, engine);
      const forecasts = horizon > 0 ? await forecastNeural(model, block, { horizon }, engine) : [];
      return scored.map((shop, s) => ({ ...shop, forecast: forecasts[s] ?? null }));
    },
    graph: (shops, diagnostics) => graphOfNeural({ model, shops, diagnostics }),
  };
}

/** The engine on the fastest tensor engine there is, for checks that run it again. */
export async function quickEngine(engine: CausalEngine): Promise<CausalEngine> {
  if (engine.id !== "granger-vi-neural") return engine;
  const { bestEngine } = await import("@mmm/tensor-onnx");
  return grangerViNeural({ engine: await bestEngine() });
}
