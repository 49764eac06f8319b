import {
  checkedMoments,
  type DataRequirements,
  dataDiagnostics,
  type EdgeRules,
  edgeRules,
  graphFromLayers,
  type LagLayer,
  laggedDesign,
  type Moments,
  momentsOf,
  type ResamplableEngine,
} from "@mmm/causal";
import {
  type CausalCapabilities,
  type CausalData,
  type CausalEngine,
  type CausalGraph,
  type Diagnostic,
  type DiscoverOptions,
  defineCausalEngine,
  type RunHooks,
  throwIfCancelled,
} from "@mmm/core";

// What all engines here share: checks, constraints, lags, the frame of the result and the bootstrap's fast path. A
// recipe adds only how to find the layers from checked data.

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

export interface Solved {
  readonly layers: readonly LagLayer[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** The engine a recipe describes. */
export function continuousEngine(recipe: ContinuousRecipe): CausalEngine {
  const version = "1";
  const capabilities: CausalCapabilities = {
    edges: recipe.lags === undefined ? "contemporaneous" : "both",
    perUnitGraphs: false,
    probabilities: false,
    constraints: ["tiers", "required", "forbidden"],
    scaleInvariant: recipe.scaleInvariant,
    needsNonGaussian: false,
    maxLag: recipe.lags ?? 0,
  };

  const prepare = (data: CausalData, options: DiscoverOptions | undefined): ContinuousProblem => {
    const rules = edgeRules(data.columns, options?.constraints);
    const moments = checkedMoments(data, recipe.requirements);
    recipe.check?.(data);
    const rows = recipe.lags === undefined ? data : laggedDesign(data, recipe.lags).data;
    return {
      data: rows,
      moments: rows === data ? moments : momentsOf(rows),
      targets: data.columns.length,
      rules,
      seed: options?.seed ?? 0,
    };
  };

  const engine = defineCausalEngine({
    id: recipe.id,
    specVersion: "v1",
    version,
    title: recipe.title,
    citations: recipe.citations,
    capabilities,
    async discover(data: CausalData, options?: DiscoverOptions, hooks?: RunHooks): Promise<CausalGraph> {
      throwIfCancelled(hooks);
      const problem = prepare(data, options);
      const { layers, diagnostics = [] } = await recipe.solve(problem, hooks);
      return graphFromLayers({
        kind: recipe.lags === undefined ? "dag" : "lagged",
        nodes: data.columns,
        layers,
        engine: { id: recipe.id, version, settings: recipe.settings },
        weightScale: recipe.weightScale,
        diagnostics: [...dataDiagnostics(problem.moments), ...diagnostics],
      });
    },
  });
  if (recipe.readsRows) return engine;
  const { solve } = recipe;
  const resampler: ResamplableEngine["resampler"] = (data, options) => {
    const problem = prepare(data, options);
    return {
      rows: problem.data.rows,
      unitOffsets: problem.data.unitOffsets ?? [0, problem.data.rows],
      estimate: (weights) => solve({ ...problem, moments: momentsOf(problem.data, weights) }).layers,
    };
  };
  return Object.freeze({ ...engine, resampler });
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
