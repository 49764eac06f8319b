// Engines for time series. A recipe adds only how to find the layers from rows with their past.

import type { CausalCapabilities, RunHooks } from "@mmm/core";
import { type EdgeRules, edgeRules, refuseUnsupported } from "../constraints/edge-rules.js";
import type { LagLayer } from "../graph/adjacency.js";
import {
  type LagChoice,
  type LaggedDesign,
  laggedDesign,
  requireFullRegression,
  resolveLags,
} from "../lagged/lagged-design.js";
import { checkedMoments } from "../moments/check-data.js";
import { type Moments, momentsOf } from "../moments/moments.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { resamplableEngine } from "./discovery-engine.js";

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
  const { id, title, citations, readsRows = false, constraints = ["tiers", "required", "forbidden"] } = recipe;
  return resamplableEngine({
    id,
    title,
    citations,
    readsRows,
    kind: "lagged",
    weightScale: "standardised",
    capabilities: {
      edges: recipe.edges,
      perUnitGraphs: false,
      probabilities: false,
      constraints,
      scaleInvariant: true,
      needsNonGaussian: recipe.needsNonGaussian ?? false,
      maxLag: typeof recipe.lags === "number" ? recipe.lags : recipe.lags.atMost,
    },
    prepare(data, options) {
      refuseUnsupported(id, options?.constraints, constraints);
      const rules = edgeRules(data.columns, options?.constraints);
      checkedMoments(data);
      const lags = resolveLags(data, recipe.lags);
      const design = laggedDesign(data, recipe.depth?.(lags) ?? lags);
      if (recipe.fullRegression) requireFullRegression(design);
      return { data: design.data, moments: momentsOf(design.data), design, lags, rules, seed: options?.seed ?? 0 };
    },
    settings: ({ lags }) => ({ ...recipe.settings, lags }),
    solve: ({ data, design, ...problem }, resampling, hooks) => ({
      layers: recipe.solve({ ...problem, design: { ...design, data }, resampling }, hooks),
    }),
  });
}
