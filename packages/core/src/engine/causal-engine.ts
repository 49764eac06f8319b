import type { CausalGraph } from "../graph/causal-graph.js";
import type { RunHooks } from "../progress/progress.js";

/**
 * Numeric observations for causal discovery: `rows` × `columns`, row-major. With `units` the rows of each unit are
 * consecutive and in time order; `unitOffsets` has one entry per unit plus the end, so ragged lengths are normal.
 */
export interface CausalData {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly values: Float64Array;
  readonly units?: readonly string[];
  readonly unitOffsets?: readonly number[];
  /** True when consecutive rows of a unit are consecutive in time. */
  readonly temporal: boolean;
}

/** What is known beforehand. Every name is a column. Edges are `[from, to]`. */
export interface CausalConstraints {
  /** Earlier tiers may cause later ones (and their own tier), never the other way round. */
  readonly tiers?: readonly (readonly string[])[];
  readonly required?: readonly (readonly [from: string, to: string])[];
  readonly forbidden?: readonly (readonly [from: string, to: string])[];
}

export interface CausalCapabilities {
  readonly edges: "contemporaneous" | "lagged" | "both";
  readonly perUnitGraphs: boolean;
  readonly probabilities: boolean;
  readonly constraints: readonly ("tiers" | "required" | "forbidden")[];
  /** Rescaling a column leaves the selected graph unchanged. */
  readonly scaleInvariant: boolean;
  readonly needsNonGaussian: boolean;
  readonly maxLag: number;
}

/** Options every engine understands; an engine's own options are typed by its factory. */
export interface DiscoverOptions {
  readonly seed?: number;
  readonly constraints?: CausalConstraints;
}

/**
 * A way to learn a causal graph from data. A frozen value, usually made by a factory that takes the engine's own
 * settings: `notears({ lambda: 0.1 })`.
 */
export interface CausalEngine {
  readonly id: string;
  readonly specVersion: "v1";
  readonly version: string;
  readonly title: string;
  readonly capabilities: CausalCapabilities;
  /** Papers and software the method comes from, one reference a line. */
  readonly citations: readonly string[];
  discover(data: CausalData, options?: DiscoverOptions, hooks?: RunHooks): Promise<CausalGraph>;
}

/** Freeze an engine value; the place where a later spec version would be adapted. */
export function defineCausalEngine(engine: CausalEngine): CausalEngine {
  return Object.freeze({ ...engine, capabilities: Object.freeze({ ...engine.capabilities }) });
}
