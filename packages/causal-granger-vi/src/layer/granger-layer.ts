// The Granger decoder inside a model: each channel's activity is explained by its own last period and by the carried-over,
// bent past of its parents. Edges and effects have a variational posterior, so the graph comes with probabilities; effects
// act from the next period on, so no acyclicity is needed. Prefer a layer of same-period effects where periods are long
// against the time in which channels answer each other.

import type { CausalLayer, Multipliers } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { explain, price } from "./bound.js";
import { describeLayer, graphOfLayer } from "./findings.js";
import { bendOf, edgeProbabilities, type GrangerLayerParams, initLayer, lagWeights } from "./posterior.js";
import { propagate } from "./propagate.js";
import { type GrangerLayerOptions, layerSettings } from "./settings.js";

/**
 * The in-model Granger layer.
 *
 * x_j[t] = b_j + ρ_j x_j[t−1] + Σ_i z_ij β_ij s_i(Σ_l w_li x_i[t−l]) + σ_j·noise, with z_ij ∈ {0, 1},
 * s_i(u) = tanh(κ_i u)/κ_i, w_li ∝ δ_i^l, and posteriors q(z_ij = 1) = σ(logit), q(β_ij) = N(mean, sd²).
 *
 * Without a key `logLikelihood` is the expectation over edges and effects in closed form (exact for Gaussian noise, a
 * lower bound for Student-t); with a key it is one Gumbel-softmax sample. `penalty` is the divergence from the prior per
 * cell: sparsity, a normal slab on the effects, with `units` a mixture of graphs. `acyclicity` is 0.
 *
 * @throws MmmError of the constraints, `BAD_SETTING`
 * @example
 * const layer = grangerLayer({ channels: ["tv", "search"], cells: 3 * 104 });
 * const loss = (p) => tf.sub(layer.penalty(p), layer.apply(p, { activity }, undefined).logLikelihood);
 * @see Löwe et al., CLeaR 2022; Gong et al., WSDM 2024; spike and slab: Titsias & Lázaro-Gredilla, NeurIPS 2011.
 */
export function grangerLayer(options: GrangerLayerOptions): CausalLayer<GrangerLayerParams> {
  const settings = layerSettings(options);
  return {
    name: "granger",
    channels: settings.channels,
    initialMultipliers: { alpha: 0, rho: 0, previous: 0 },
    nextMultipliers: (now: Multipliers) => now,
    init: (random) => initLayer(settings, random),
    apply: (params, input) => explain(params, input, settings),
    acyclicity: () => tf.scalar(0),
    penalty: (params) => price(params, settings),
    counterfactual(params, activity, change) {
      const effects = tf.mul(edgeProbabilities(params, settings), params.effect);
      const memory = tf.tanh(params.memory);
      const given = { lagWeights: lagWeights(params, settings), bend: bendOf(params), effects, memory };
      return tf.add(activity, propagate(given, activity, change));
    },
    graph: (params) => graphOfLayer(params, settings),
    describe: (params) => describeLayer(params, settings),
  };
}
