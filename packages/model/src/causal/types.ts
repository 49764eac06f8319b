import type { CausalData, CausalEngine, CausalGraph, DiscoverOptions, RunHooks } from "@mmm/core";
import type { TensorEngine } from "@mmm/tensor";

/**
 * Anything that learns a graph from the channels' activity; {@link layerGraph} makes one of a causal layer. A
 * `CausalEngine` needs no wrapping.
 */
export interface GraphLearner {
  readonly id: string;
  /** Most periods back that it looks. Default 0. */
  readonly lags?: number;
  /**
   * @param activity one column per channel, adjusted as described at {@link learnChannelGraph}
   * @param options.engine where the fit computes, for learners that train by gradient steps
   */
  learn(
    activity: CausalData,
    options: DiscoverOptions & { readonly engine?: TensorEngine },
    hooks?: RunHooks,
  ): Promise<CausalGraph>;
}

/** Where the graph over channels comes from: an engine, a layer, a graph that is known, or nowhere. */
export type GraphSource = "none" | CausalEngine | GraphLearner | CausalGraph;

/**
 * How much activity of one channel brings about in others: `[lags + 1, channels, channels]`, cause before effect, in
 * median activities of the unit: `activity_to / scale_to += rate · activity_from / scale_from`. Zero without an edge.
 */
export interface SpillOver {
  readonly lags: number;
  readonly rates: Float64Array;
}

/** The causal graph over the channels of a fit, ready for interventions. */
export interface ChannelGraph {
  /**
   * As the engine gave it, with bootstrap probabilities where the engine can be run again. `selected` is true for edges
   * that interventions follow and for those whose direction is open.
   */
  readonly graph: CausalGraph;
  readonly spillOver: SpillOver;
  /** Bootstrap replicates of structure and rates; posterior draw d goes with replicate `d % draws.length`. */
  readonly draws: readonly SpillOver[];
  /** Edges `[from, to]` that the data refute: the effect was off while the cause ran. */
  readonly contradicted: readonly (readonly [from: string, to: string])[];
  /** False where only rates were resampled, because the engine cannot be run again cheaply. */
  readonly structureResampled: boolean;
}
