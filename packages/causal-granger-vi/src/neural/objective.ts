// The evidence lower bound of a batch of shops: how well the decoder explains each next step under the encoder's edges
// and effects, minus what graphs and effects cost under their priors.

import { gumbelSoftmax, standardNoise } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { effectDivergence, mixtureDivergence } from "../variational/divergence.js";
import { carryOn, type DecoderParams, type DecoderShape, edgeSignals, predictNext, responder } from "./decoder.js";
import { type EncoderParams, encode } from "./encoder.js";
import {
  type EdgeMarks,
  type EvidenceCalibration,
  type GraphPosterior,
  graphPosterior,
  type MixtureParams,
} from "./graph-posterior.js";
import type { ShopBatch } from "./shop-tensors.js";

export type NeuralParams = {
  readonly encoder: EncoderParams;
  readonly decoder: DecoderParams;
  readonly mixture: MixtureParams;
};

export interface ObjectiveOptions extends DecoderShape {
  readonly edges: "expected" | "gumbel" | "straight-through";
  readonly rollOut: number;
  readonly edgePrior: number;
  /** False: every edge keeps the prior probability. */
  readonly learnMixture: boolean;
  readonly marks: EdgeMarks;
  /** Applied where shops are scored, not while training. */
  readonly calibration: EvidenceCalibration;
}

/** The parts of the bound in nats, per shop: [B]. */
export type BoundParts = {
  readonly logLikelihood: Tensor;
  readonly graphDivergence: Tensor;
  readonly effectDivergence: Tensor;
  /** Log density of predictions further ahead, not part of the bound. */
  readonly rolled: Tensor;
  readonly posterior: GraphPosterior;
};

/** The mixture of graphs, or the fixed prior where it is not learned. */
export function priorOf(
  { mixture }: NeuralParams,
  options: Pick<ObjectiveOptions, "learnMixture" | "edgePrior">,
): MixtureParams {
  if (options.learnMixture) return mixture;
  const { edgePrior } = options;
  return { odds: tf.fill(mixture.odds.shape, Math.log(edgePrior / (1 - edgePrior))), share: mixture.share };
}

/** The bound of each shop, with Student-t noise of five degrees of freedom; without a key nothing is drawn. */
export function boundParts(
  params: NeuralParams,
  batch: ShopBatch,
  options: ObjectiveOptions,
  sampling?: { readonly key: Tensor; readonly temperature: Tensor },
): BoundParts {
  const [shops, steps, nodes] = batch.residual.shape as [number, number, number];
  const { marks, target } = options;
  const encoding = encode(params.encoder, batch);
  const mixture = priorOf(params, options);
  const posterior = graphPosterior(tf.reshape(encoding.evidence, [shops, nodes * nodes]), mixture, marks);
  const square = (x: Tensor): Tensor => tf.reshape(x, [shops, nodes, nodes]);

  let present = square(posterior.edges);
  let spread = tf.sub(present, tf.square(present));
  if (sampling && options.edges !== "expected") {
    const pairs = tf.stack([posterior.logits, tf.zerosLike(posterior.logits)], 2);
    const draw = gumbelSoftmax(pairs, sampling.key, {
      temperature: sampling.temperature,
      hard: options.edges === "straight-through",
      stream: "edges",
    });
    const drawn = tf.reshape(tf.slice(draw, [0, 0, 0], [shops, nodes * nodes, 1]), [shops, nodes * nodes]);
    const free = tf.tensor1d(Float32Array.from(marks.free));
    present = square(tf.add(tf.mul(drawn, free), tf.tensor1d(Float32Array.from(marks.required))));
    spread = tf.zerosLike(present);
  }
  const mean = tf.square(encoding.effect);
  const variance = tf.exp(tf.mul(2, encoding.effectLogSd));
  // Var(zβ) = Var(z) m² + E[z²] s².
  const uncertainty = tf.add(tf.mul(spread, mean), tf.mul(tf.add(spread, tf.square(present)), variance));

  const { respond } = responder(params.decoder, batch, options);
  const signals = edgeSignals(respond(batch.carried), encoding.memories, target);
  const weights = tf.mul(present, encoding.effect);
  const predicted = predictNext(encoding, weights, batch.residual, signals);
  const unsure = tf.sum(tf.mul(tf.square(signals), tf.reshape(uncertainty, [shops, nodes, 1, nodes])), 1);

  const after = (x: Tensor, ahead: number): Tensor =>
    tf.slice(x, [0, ahead, ...x.shape.slice(2).map(() => 0)], [shops, steps - ahead, ...x.shape.slice(2)]);
  const before = (x: Tensor, ahead: number): Tensor =>
    tf.slice(
      x,
      x.shape.map(() => 0),
      [shops, steps - ahead, ...x.shape.slice(2)],
    );
  const logScale = tf.reshape(encoding.logScale, [shops, 1, nodes]);
  const density = (error: Tensor, extra: Tensor, log: Tensor): Tensor => {
    const scaled = tf.mul(tf.add(tf.square(error), extra), tf.exp(tf.mul(-2, log)));
    return tf.sum(tf.sub(standardNoise(scaled, "student"), log), 2);
  };
  const rows = after(batch.counted, 1);
  const error = tf.sub(after(batch.residual, 1), before(predicted, 1));
  const logLikelihood = tf.sum(tf.mul(rows, density(error, before(unsure, 1), logScale)), 1);

  // Roll the expected path on from every step, with what was predicted in place of what happened.
  let rolled = tf.zerosLike(logLikelihood);
  let path = predicted;
  let carried = batch.carried;
  let counts = rows;
  for (let ahead = 2; ahead <= options.rollOut; ahead++) {
    const kept = steps - ahead;
    const levels = tf.slice(after(batch.level, ahead - 1), [0, 0, 0], [shops, kept, nodes]);
    path = tf.slice(path, [0, 0, 0], [shops, kept, nodes]);
    carried = carryOn(
      batch,
      levels,
      tf.slice(carried, [0, 0, 0, 0], [shops, kept, nodes, carried.shape[3]!]),
      path,
      options.decays,
    );
    path = predictNext(encoding, weights, path, edgeSignals(respond(carried), encoding.memories, target));
    counts = tf.mul(tf.slice(counts, [0, 0], [shops, kept]), after(batch.counted, ahead));
    const wider = tf.add(logScale, tf.reshape(tf.slice(params.decoder.widening, [ahead - 2], [1]), [1, 1, 1]));
    const miss = tf.sub(after(batch.residual, ahead), path);
    rolled = tf.add(rolled, tf.sum(tf.mul(counts, density(miss, tf.zerosLike(miss), wider)), 1));
  }

  const counted = tf.tensor1d(Float32Array.from(marks.free));
  return {
    logLikelihood,
    graphDivergence: mixtureDivergence(posterior.logits, mixture.odds, tf.logSoftmax(mixture.share), counted),
    effectDivergence: tf.sum(
      tf.mul(
        square(posterior.edges),
        effectDivergence(encoding.effect, encoding.effectLogSd, tf.exp(params.decoder.slab)),
      ),
      [1, 2],
    ),
    rolled,
    posterior,
  };
}

/** −log prior of what all shops share, in nats: Beta on clusters' edges, normal on the saturation shapes. */
export function parameterPrice(params: NeuralParams, options: ObjectiveOptions): Tensor {
  const { odds } = params.mixture;
  const { slopeContext, halfContext } = params.decoder;
  const counted = tf.tensor1d(Float32Array.from(options.marks.free));
  const strength = 2;
  const beta = tf.sub(tf.mul(strength * options.edgePrior, odds), tf.mul(strength, tf.softplus(odds)));
  const shapes = tf.add(tf.sum(tf.square(slopeContext)), tf.sum(tf.square(halfContext)));
  return tf.sub(tf.mul(0.5, shapes), tf.sum(tf.mul(beta, counted)));
}
