// Learning rates over steps, as tensor functions without branches, so that a traced step can follow them.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Schedule } from "./transformation.js";

/** The same rate at every step. */
export function constantSchedule(rate: number): Schedule {
  return () => tf.scalar(rate);
}

/** `rate · decay^(step / every)`. */
export function exponentialDecay(rate: number, decay: number, every: number): Schedule {
  return (step) => tf.mul(rate, tf.exp(tf.mul(step, Math.log(decay) / every)));
}

/**
 * Half a cosine from `rate` to `final · rate` over `steps`, constant afterwards.
 *
 * Source: Loshchilov & Hutter (2017), arXiv:1608.03983, equation 5 without restarts.
 */
export function cosineDecay(rate: number, steps: number, final = 0): Schedule {
  return (step) => {
    const wave = tf.cos(tf.mul(progress(step, steps), Math.PI));
    return tf.add(rate * final, tf.mul(rate * (1 - final) * 0.5, tf.add(wave, 1)));
  };
}

/** A straight line from `from` to `to` over `steps`, constant afterwards. */
export function linearSchedule(from: number, to: number, steps: number): Schedule {
  return (step) => tf.add(from, tf.mul(progress(step, steps), to - from));
}

/** A linear rise from 0 over `warmup` steps, then a cosine fall to `final · rate` at `steps`. */
export function warmupCosine(rate: number, warmup: number, steps: number, final = 0): Schedule {
  const fall = cosineDecay(rate, steps - warmup, final);
  return (step) => tf.mul(progress(step, warmup), fall(tf.maximum(tf.sub(step, warmup), 0)));
}

const progress = (step: Tensor, steps: number): Tensor => tf.minimum(tf.div(step, steps), 1);
