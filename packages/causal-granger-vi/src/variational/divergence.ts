// Divergences (in nats) of the variational families used by the learned layers and engines: edges are independent
// Bernoullis with a mixture of graphs as prior, effects are normal with a normal slab as prior.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** KL(Bernoulli(σ(logit)) ‖ Bernoulli(σ(prior))), entry by entry, broadcast. */
export function edgeDivergence(logit: Tensor, prior: Tensor): Tensor {
  const present = tf.mul(tf.sigmoid(logit), tf.sub(logit, prior));
  return tf.add(present, tf.sub(tf.softplus(prior), tf.softplus(logit)));
}

/**
 * Divergence of each unit's graph from a mixture of graphs, with the best responsibilities of the clusters:
 * `−log Σ_k w_k exp(−Σ_e KL(q_e ‖ p_ke))`, an upper bound of KL(q ‖ Σ_k w_k p_k).
 *
 * @param logits [units, edges] of the units
 * @param priors [clusters, edges] of the clusters
 * @param logWeights [clusters], log of the clusters' shares
 * @param counted [edges] of 1 and 0: edges that are free
 * @returns [units]
 */
export function mixtureDivergence(logits: Tensor, priors: Tensor, logWeights: Tensor, counted: Tensor): Tensor {
  return tf.neg(tf.logSumExp(clusterLogits(logits, priors, logWeights, counted), 1));
}

/** Unnormalised log responsibilities, [units, clusters]; arguments as in {@link mixtureDivergence}. */
export function clusterLogits(logits: Tensor, priors: Tensor, logWeights: Tensor, counted: Tensor): Tensor {
  const present = tf.sigmoid(logits) as tf.Tensor2D;
  // Σ_e KL(q ‖ p_k) = own − cross_k, without a [units, clusters, edges] tensor.
  const own = tf.sum(tf.mul(tf.sub(tf.mul(present, logits), tf.softplus(logits)), counted), 1, true);
  const weighted = tf.mul(priors, counted) as tf.Tensor2D;
  const absent = tf.sum(tf.mul(tf.softplus(priors), counted), 1);
  const cross = tf.sub(tf.matMul(present, weighted, false, true), absent);
  return tf.add(logWeights, tf.sub(cross, own));
}

/** KL(N(mean, sd²) ‖ N(0, slab²)), entry by entry. */
export function effectDivergence(mean: Tensor, logSd: Tensor, slab: number | Tensor): Tensor {
  const variance = tf.square(slab);
  const spread = tf.div(tf.add(tf.square(mean), tf.exp(tf.mul(logSd, 2))), variance);
  return tf.mul(0.5, tf.sub(tf.sub(spread, 1), tf.sub(tf.mul(logSd, 2), tf.log(variance))));
}
