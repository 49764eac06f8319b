// The contract of a causal layer: a module that learns a graph among series inside a larger model. It explains each
// series by its parents with a likelihood of its own, which is what identifies the graph; a model that speaks to the
// contract takes any layer.

import type { CausalGraph, Random } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { ParameterTree } from "../tree/tree.js";
import type { TensorModule } from "./module.js";

export interface CausalLayerInput {
  /** [units, periods, C], each channel centred within its unit and divided by its standard deviation. */
  readonly activity: Tensor;
  /** [units, periods] of 1 and 0: cells that count in the likelihood. Default all. */
  readonly observed?: Tensor;
  /** Int32 scalar, new at every step, for layers that sample their graph. Without it nothing is drawn at random. */
  readonly key?: Tensor;
}

export interface CausalLayerOutput {
  /** Activity explained by parents, [units, kept, C]: the last periods, those with enough past. */
  readonly explained: Tensor;
  /** Mean log density of a cell's activities given their parents, or a lower bound: Σ over channels, mean over cells. */
  readonly logLikelihood: Tensor;
}

/** Multipliers of α·h + ρ/2·h², and h when they were last raised. */
export interface Multipliers {
  readonly alpha: number;
  readonly rho: number;
  readonly previous: number;
}

/**
 * A graph learned jointly with a model.
 *
 * Minimise −logLikelihood + penalty together with the model's own objective; every hundred steps or so set the
 * multipliers to `nextMultipliers(multipliers, h)` with h = `acyclicity(params)`. Layers whose graph may have cycles
 * (lagged effects) have h = 0.
 *
 * @example
 * const loss = (p) => tf.sub(layer.penalty(p, multipliers), layer.apply(p, { activity }, undefined).logLikelihood);
 */
export interface CausalLayer<Params extends ParameterTree = ParameterTree>
  extends TensorModule<Params, CausalLayerInput, undefined, CausalLayerOutput> {
  readonly channels: readonly string[];
  init(random: Random): Params;
  /** h ≥ 0 as a scalar, 0 where the graph is allowed. */
  acyclicity(params: Params): Tensor;
  /** What the graph costs, on the scale of `logLikelihood`. Pass the multipliers as tensors when the step is compiled once. */
  penalty(params: Params, multipliers?: { readonly alpha: Tensor | number; readonly rho: Tensor | number }): Tensor;
  readonly initialMultipliers: Multipliers;
  nextMultipliers(now: Multipliers, acyclicity: number): Multipliers;
  /**
   * Activity had `change` been added, everything else alike: effects run along the edges and each channel keeps its own
   * residual. Shapes [units, periods, C].
   */
  counterfactual(params: Params, activity: Tensor, change: Tensor): Tensor;
  /** The graph with standardised weights. Reads values: not while tracing. */
  graph(params: Params): CausalGraph;
}
