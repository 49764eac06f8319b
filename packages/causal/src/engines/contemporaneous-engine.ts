// What all engines for same-period graphs share: checks, constraints, the result's frame, and the bootstrap's fast
// path. A recipe adds only how to find the graph from checked data.

import {
  type CausalData,
  type CausalGraph,
  type Diagnostic,
  type DiscoverOptions,
  defineCausalEngine,
  type RunHooks,
  throwIfCancelled,
} from "@mmm/core";
import { type EdgeRules, edgeRules } from "../constraints/edge-rules.js";
import { graphFromLayers, type LagLayer } from "../graph/adjacency.js";
import { checkedMoments, type DataRequirements, dataDiagnostics } from "../moments/check-data.js";
import { type Moments, momentsOf } from "../moments/moments.js";
import { type ResamplableEngine, repeatRows } from "../stability/resampler.js";

export interface ContemporaneousRecipe {
  readonly id: string;
  readonly title: string;
  readonly citations: readonly string[];
  readonly kind: "dag" | "cpdag";
  readonly settings: Readonly<Record<string, unknown>>;
  readonly weightScale: string;
  readonly scaleInvariant: boolean;
  readonly needsNonGaussian?: boolean;
  readonly requirements?: DataRequirements;
  /** True when `solve` reads rows and not only moments. */
  readonly readsRows?: boolean;
  readonly diagnose?: (moments: Moments) => readonly Diagnostic[];
  readonly solve: (problem: ContemporaneousProblem, hooks?: RunHooks) => LagLayer;
}

export interface ContemporaneousProblem {
  readonly data: CausalData;
  readonly moments: Moments;
  readonly rules: EdgeRules;
  readonly seed: number;
  /** True inside the bootstrap, where many cheap answers beat one thorough answer. */
  readonly resampling: boolean;
}

/** The engine a recipe describes. */
export function contemporaneousEngine(recipe: ContemporaneousRecipe): ResamplableEngine {
  const version = "1";
  const engine = defineCausalEngine({
    id: recipe.id,
    specVersion: "v1",
    version,
    title: recipe.title,
    citations: recipe.citations,
    capabilities: {
      edges: "contemporaneous",
      perUnitGraphs: false,
      probabilities: false,
      constraints: ["tiers", "required", "forbidden"],
      scaleInvariant: recipe.scaleInvariant,
      needsNonGaussian: recipe.needsNonGaussian ?? false,
      maxLag: 0,
    },
    async discover(data: CausalData, options?: DiscoverOptions, hooks?: RunHooks): Promise<CausalGraph> {
      throwIfCancelled(hooks);
      const moments = checkedMoments(data, recipe.requirements);
      const rules = edgeRules(data.columns, options?.constraints);
      hooks?.onProgress?.({ phase: recipe.id, step: 0, total: 1 });
      const layer = recipe.solve({ data, moments, rules, seed: options?.seed ?? 0, resampling: false }, hooks);
      hooks?.onProgress?.({ phase: recipe.id, step: 1, total: 1 });
      return graphFromLayers({
        kind: recipe.kind,
        nodes: data.columns,
        layers: [layer],
        engine: { id: recipe.id, version, settings: recipe.settings },
        weightScale: recipe.weightScale,
        diagnostics: [...dataDiagnostics(moments), ...(recipe.diagnose?.(moments) ?? [])],
      });
    },
  });
  return Object.freeze({
    ...engine,
    resampler(data: CausalData, options?: DiscoverOptions) {
      checkedMoments(data, recipe.requirements);
      const rules = edgeRules(data.columns, options?.constraints);
      const seed = options?.seed ?? 0;
      const resampling = true;
      return {
        rows: data.rows,
        unitOffsets: data.unitOffsets ?? [0, data.rows],
        estimate(weights: Float64Array) {
          if (!recipe.readsRows)
            return [recipe.solve({ data, moments: momentsOf(data, weights), rules, seed, resampling })];
          const drawn = repeatRows(data, weights);
          return [recipe.solve({ data: drawn, moments: momentsOf(drawn), rules, seed, resampling })];
        },
      };
    },
  });
}
