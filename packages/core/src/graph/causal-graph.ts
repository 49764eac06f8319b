// The result every causal engine returns, whatever its method. Operations on graphs (Meek rules, d-separation,
// interventions, metrics) live in @mmm/causal.

/** One ordered pair the engine scored: does the past (`lag` > 0) or present (`lag` 0) of `from` drive `to`? */
export interface CausalEdge {
  readonly from: string;
  readonly to: string;
  readonly lag: number;
  /** Effect size in the engine's own scale (stated in `CausalGraph.weightScale`). */
  readonly weight: number;
  /** Probability that the edge exists, in [0, 1]; null where the engine has none. */
  readonly probability: number | null;
  readonly sign: -1 | 0 | 1;
  /** Part of the graph the engine recommends; unselected pairs are kept for scoring. */
  readonly selected: boolean;
  /** In a CPDAG: false when data cannot tell the direction. Absent means directed. */
  readonly directed?: boolean;
}

export type GraphKind = "dag" | "cpdag" | "lagged";

export interface CausalGraph {
  readonly kind: GraphKind;
  readonly nodes: readonly string[];
  readonly edges: readonly CausalEdge[];
  /** Per-unit graphs, for engines that give each unit its own. */
  readonly graphs?: Readonly<Record<string, { readonly edges: readonly CausalEdge[] }>>;
  readonly engine: {
    readonly id: string;
    readonly version: string;
    readonly settings: Readonly<Record<string, unknown>>;
  };
  /** What `weight` is measured in, for example "standardised" or "raw units of to per raw unit of from". */
  readonly weightScale: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A finding about a result, in plain words. `code` is stable and upper-case. */
export interface Diagnostic {
  readonly severity: "error" | "warning" | "info";
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  /** Channels whose effect the finding puts in doubt, by name. */
  readonly channels?: readonly string[];
}
