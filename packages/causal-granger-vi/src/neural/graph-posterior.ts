// From the encoder's evidence and the mixture of graphs to each shop's edge probabilities.

import type { Random } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

export type MixtureParams = {
  /** [clusters, V·V] log odds of the edges in each cluster. */
  readonly odds: Tensor;
  /** [clusters] unnormalised log shares. */
  readonly share: Tensor;
};

/** Which edges are free, [V·V]: 1 where neither forbidden nor required; `required` marks those that must be. */
export interface EdgeMarks {
  readonly free: readonly number[];
  readonly required: readonly number[];
}

/** Line through the evidence: `offset + slope · evidence`. */
export interface EvidenceCalibration {
  readonly offset: number;
  readonly slope: number;
}

export const unchanged: EvidenceCalibration = { offset: 0, slope: 1 };

export type GraphPosterior = {
  /** [B, V·V] probabilities, 0 where forbidden and 1 where required. */
  readonly edges: Tensor;
  /** [B, V·V] log odds, meaningful where edges are free. */
  readonly logits: Tensor;
  /** [B, clusters]. */
  readonly clusters: Tensor;
};

/** Clusters scattered around the prior. */
export function initMixture(random: Random, clusters: number, edges: number, edgePrior: number): MixtureParams {
  const centre = Math.log(edgePrior / (1 - edgePrior));
  const spread = clusters > 1 ? 0.5 : 0;
  return {
    odds: tf.tensor2d(
      Float32Array.from({ length: clusters * edges }, () => centre + spread * random.normal()),
      [clusters, edges],
    ),
    share: tf.zeros([clusters]),
  };
}

/**
 * `r_k ∝ w_k Π_e (1 + p_ke (e^{evidence_e} − 1))`, `q_e = Σ_k r_k σ(odds_ke + evidence_e)`: Bayes' rule for a mixture of
 * graphs whose edges are independent within a cluster.
 */
export function graphPosterior(evidence: Tensor, { odds, share }: MixtureParams, marks: EdgeMarks): GraphPosterior {
  const [shops, edges] = evidence.shape as [number, number];
  const clusters = odds.shape[0]!;
  const free = tf.tensor1d(Float32Array.from(marks.free));
  const sums = tf.add(tf.reshape(evidence, [shops, 1, edges]), tf.reshape(odds, [1, clusters, edges]));
  const gains = tf.sum(tf.mul(tf.sub(tf.softplus(sums), tf.softplus(odds)), free), 2);
  const chances = tf.softmax(tf.add(gains, tf.logSoftmax(share)));
  const mixed = tf.sum(tf.mul(tf.sigmoid(sums), tf.reshape(chances, [shops, clusters, 1])), 1);
  const bounded = tf.clipByValue(mixed, 1e-5, 1 - 1e-5);
  return {
    edges: tf.add(tf.mul(bounded, free), tf.tensor1d(Float32Array.from(marks.required))),
    logits: tf.sub(tf.log(bounded), tf.log(tf.sub(1, bounded))),
    clusters: chances,
  };
}
