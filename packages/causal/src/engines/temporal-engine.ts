// What all engines for time series share: checks, lag choice, rows with their past, the result's frame, and the
// bootstrap's fast path. A recipe adds only how to find the layers from the lagged rows.

import {
  type CausalCapabilities,
  type CausalData,
  type CausalGraph,
  type DiscoverOptions,
  defineCausalEngine,
  type RunHooks,
  throwIfCancelled,
} from "@mmm/core";
import { type EdgeRules, edgeRules, refuseUnsupported } from "../constraints/edge-rules.js";
import { graphFromLayers, type LagLayer } from "../graph/adjacency.js";
import {
  type LagChoice,
  type LaggedDesign,
  laggedDesign,
  requireFullRegression,
  resolveLags,
} from "../lagged/lagged-design.js";
import { checkedMoments, dataDiagnostics } from "../moments/check-data.js";
import { type Moments, momentsOf } from "../moments/moments.js";
import { type ResamplableEngine, repeatRows } from "../stability/resampler.js";

export interface TemporalRecipe {
  readonly id: string;
  readonly title: string;
  readonly citations: readonly string[];
  readonly edges: "lagged" | "both";
  readonly settings: Readonly<Record<string, unknown>>;
  readonly lags: LagChoice;
  readonly needsNonGaussian?: boolean;
  /** Which constraints the method can honour. Default all. */
  readonly constraints?: CausalCapabilities["constraints"];
  /** True when the method regresses on the whole past at once. */
  readonly fullRegression?: boolean;
  /** Periods of past in each row for a method with `lags` lags. Default `lags`. */
  readonly depth?: (lags: number) => number;
  readonly readsRows?: boolean;
  readonly solve: (problem: TemporalProblem, hooks?: RunHooks) => readonly LagLayer[];
}

export interface TemporalProblem {
  /** Rows with `depth` periods of past. */
  readonly design: LaggedDesign;
  readonly moments: Moments;
  /** Lags the graph may have. */
  readonly lags: number;
  /** Over the variables, for every lag. */
  readonly rules: EdgeRules;
  readonly seed: number;
  /** True inside the bootstrap, where many cheap answers beat one thorough answer. */
  readonly resampling: boolean;
}

/** The engine a recipe describes. */
export function temporalEngine(recipe: TemporalRecipe): ResamplableEngine {
  const version = "1";
  const constraints = recipe.constraints ?? ["tiers", "required", "forbidden"];

  const prepare = (data: CausalData, options: DiscoverOptions | undefined) => {
    refuseUnsupported(recipe.id, options?.constraints, constraints);
    const rules = edgeRules(data.columns, options?.constraints);
    checkedMoments(data);
    const lags = resolveLags(data, recipe.lags);
    const design = laggedDesign(data, recipe.depth?.(lags) ?? lags);
    if (recipe.fullRegression) requireFullRegression(design);
    return { design, lags, rules, seed: options?.seed ?? 0 };
  };

  const engine = defineCausalEngine({
    id: recipe.id,
    specVersion: "v1",
    version,
    title: recipe.title,
    citations: recipe.citations,
    capabilities: {
      edges: recipe.edges,
      perUnitGraphs: false,
      probabilities: false,
      constraints,
      scaleInvariant: true,
      needsNonGaussian: recipe.needsNonGaussian ?? false,
      maxLag: typeof recipe.lags === "number" ? recipe.lags : recipe.lags.atMost,
    },
    async discover(data: CausalData, options?: DiscoverOptions, hooks?: RunHooks): Promise<CausalGraph> {
      throwIfCancelled(hooks);
      const prepared = prepare(data, options);
      const moments = momentsOf(prepared.design.data);
      hooks?.onProgress?.({ phase: recipe.id, step: 0, total: 1 });
      const layers = recipe.solve({ ...prepared, moments, resampling: false }, hooks);
      hooks?.onProgress?.({ phase: recipe.id, step: 1, total: 1 });
      return graphFromLayers({
        kind: "lagged",
        nodes: data.columns,
        layers,
        engine: { id: recipe.id, version, settings: { ...recipe.settings, lags: prepared.lags } },
        weightScale: "standardised",
        diagnostics: dataDiagnostics(moments),
      });
    },
  });
  return Object.freeze({
    ...engine,
    resampler(data: CausalData, options?: DiscoverOptions) {
      const prepared = prepare(data, options);
      const { design } = prepared;
      return {
        rows: design.data.rows,
        unitOffsets: design.data.unitOffsets!,
        estimate(weights: Float64Array) {
          if (!recipe.readsRows)
            return recipe.solve({ ...prepared, moments: momentsOf(design.data, weights), resampling: true });
          const drawn = { ...design, data: repeatRows(design.data, weights) };
          return recipe.solve({ ...prepared, design: drawn, moments: momentsOf(drawn.data), resampling: true });
        },
      };
    },
  });
}
