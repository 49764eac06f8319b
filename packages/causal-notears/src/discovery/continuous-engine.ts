import {
  checkedMoments,
  type DataRequirements,
  discoveryEngine,
  type EdgeRules,
  edgeRules,
  laggedDesign,
  type Moments,
  momentsOf,
  resamplableEngine,
  type Solved,
} from "@mmm/causal";
import type { CausalData, CausalEngine, Diagnostic, DiscoverOptions, RunHooks } from "@mmm/core";

// Engines by continuous optimisation. A recipe adds only how to find the layers from checked data.

export type ContinuousRecipe = RecipeOfMoments | RecipeOfRows;

interface RecipeOfMoments extends RecipeFrame {
  /** True when `solve` reads rows and not only moments; the bootstrap then has no fast path. */
  readonly readsRows?: boolean;
  readonly solve: (problem: ContinuousProblem, hooks?: RunHooks) => Solved;
}

interface RecipeOfRows extends RecipeFrame {
  readonly readsRows: true;
  readonly solve: (problem: ContinuousProblem, hooks?: RunHooks) => Promise<Solved>;
}

interface RecipeFrame {
  readonly id: string;
  readonly title: string;
  readonly citations: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly weightScale: string;
  readonly scaleInvariant: boolean;
  /** Present for engines that read the past; then data must be temporal. */
  readonly lags?: number;
  readonly requirements?: DataRequirements;
  /** Checks of the engine's own, before anything is computed. */
  readonly check?: (data: CausalData) => void;
}

export interface ContinuousProblem {
  /** Column `lag·d + j` is variable j, `lag` periods ago. */
  readonly data: CausalData;
  readonly moments: Moments;
  /** d, the number of variables. */
  readonly targets: number;
  readonly rules: EdgeRules;
  readonly seed: number;
}

/** The engine a recipe describes. */
export function continuousEngine(recipe: ContinuousRecipe): CausalEngine {
  const { id, title, citations, settings, weightScale, lags } = recipe;
  const frame = {
    id,
    title,
    citations,
    weightScale,
    kind: lags === undefined ? ("dag" as const) : ("lagged" as const),
    capabilities: {
      edges: lags === undefined ? ("contemporaneous" as const) : ("both" as const),
      perUnitGraphs: false,
      probabilities: false,
      constraints: ["tiers", "required", "forbidden"] as const,
      scaleInvariant: recipe.scaleInvariant,
      needsNonGaussian: false,
      maxLag: lags ?? 0,
    },
    settings: () => settings,
    prepare(data: CausalData, options: DiscoverOptions | undefined): ContinuousProblem {
      const rules = edgeRules(data.columns, options?.constraints);
      const moments = checkedMoments(data, recipe.requirements);
      recipe.check?.(data);
      const rows = lags === undefined ? data : laggedDesign(data, lags).data;
      return {
        data: rows,
        moments: rows === data ? moments : momentsOf(rows),
        targets: data.columns.length,
        rules,
        seed: options?.seed ?? 0,
      };
    },
  };
  if (recipe.readsRows) {
    const { solve } = recipe;
    return discoveryEngine({ ...frame, solve: (problem, _, hooks) => solve(problem, hooks) });
  }
  const { solve } = recipe;
  return resamplableEngine({ ...frame, solve: (problem, _, hooks) => solve(problem, hooks) });
}

/** Said by every engine whose graph changes with the units of the columns. */
export const scaleWarning: Diagnostic = Object.freeze({
  severity: "info",
  code: "SCALE_DEPENDENT",
  message:
    "This objective compares raw variances: measuring a column in other units can change the graph, and on columns without a common unit directions are no better than chance.",
  fix: "Use it only for columns of one unit and similar noise; otherwise use 'likelihood' or 'order-bic'.",
});

/** For a solver that stopped before its tolerance. */
export function notConverged(acyclicity: number): Diagnostic {
  return {
    severity: "warning",
    code: "NOT_CONVERGED",
    message: `The acyclicity measure stopped at ${acyclicity.toExponential(1)}; the weakest edges of cycles were dropped.`,
    fix: "Allow more outer steps, or use an engine that searches over orders.",
  };
}
