import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type KeyedOptions, randomUniform } from "./keyed.js";

export interface GumbelSoftmaxOptions extends KeyedOptions {
  /** Above 0; near 0 the samples approach one-hot. Default 1. */
  readonly temperature?: number | Tensor;
  /** Return one-hot samples whose gradient is that of the soft ones. Default false. */
  readonly hard?: boolean;
}

/**
 * A differentiable sample from categories along the last axis: `softmax((logits + g) / temperature)` with Gumbel noise
 * `g = −log(−log u)`.
 *
 * @param logits `[…, categories]`
 * @param key int32 scalar tensor
 * @returns the shape of `logits`; rows sum to 1
 *
 * Source: Jang, Gu & Poole (2017), arXiv:1611.01144; Maddison, Mnih & Teh (2017), arXiv:1611.00712.
 */
export function gumbelSoftmax(logits: Tensor, key: Tensor, options: GumbelSoftmaxOptions = {}): Tensor {
  const { temperature = 1, hard = false, stream = "gumbel" } = options;
  const noise = tf.neg(tf.log(tf.neg(tf.log(randomUniform(key, logits.shape, { stream })))));
  const soft = tf.softmax(tf.div(tf.add(logits, noise), temperature));
  return hard ? straightThrough(soft) : soft;
}

// One-hot forward; the gradient passes as if it were the soft sample.
function straightThrough(soft: Tensor): Tensor {
  const pass = tf.customGrad((x) => ({
    value: tf.cast(tf.equal(x as Tensor, tf.max(x as Tensor, -1, true)), "float32"),
    gradFunc: (dy: Tensor) => tf.clone(dy),
  }));
  return pass(soft);
}
