// Engines for same-period graphs. A recipe adds only how to find the graph from checked data.

import type { CausalData, Diagnostic, RunHooks } from "@mmm/core";
import { type EdgeRules, edgeRules } from "../constraints/edge-rules.js";
import type { LagLayer } from "../graph/adjacency.js";
import { checkedMoments, type DataRequirements } from "../moments/check-data.js";
import type { Moments } from "../moments/moments.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { resamplableEngine } from "./discovery-engine.js";

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
  readonly solve: (problem: ContemporaneousProblem, hooks?: RunHooks) => SolvedLayer;
}

export interface SolvedLayer extends LagLayer {
  readonly diagnostics?: readonly Diagnostic[];
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
  const { id, title, citations, kind, weightScale, readsRows = false } = recipe;
  return resamplableEngine({
    id,
    title,
    citations,
    kind,
    weightScale,
    readsRows,
    capabilities: {
      edges: "contemporaneous",
      perUnitGraphs: false,
      probabilities: false,
      constraints: ["tiers", "required", "forbidden"],
      scaleInvariant: recipe.scaleInvariant,
      needsNonGaussian: recipe.needsNonGaussian ?? false,
      maxLag: 0,
    },
    settings: () => recipe.settings,
    prepare: (data, options) => ({
      data,
      moments: checkedMoments(data, recipe.requirements),
      rules: edgeRules(data.columns, options?.constraints),
      seed: options?.seed ?? 0,
    }),
    solve(problem, resampling, hooks) {
      const { diagnostics = [], ...layer } = recipe.solve({ ...problem, resampling }, hooks);
      return { layers: [layer], diagnostics: [...(recipe.diagnose?.(problem.moments) ?? []), ...diagnostics] };
    },
  });
}
