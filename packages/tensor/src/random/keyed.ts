// Random numbers from an explicit key, for dropout and sampling inside compiled functions. The same key, stream and
// shape give the same numbers on every engine, bit for bit; a new key per step gives new ones. tfjs's own random
// operations draw in JavaScript, so a traced function would replay one draw for ever.
//
// Each number is a hash of key, stream and position (splitmix32's mixing function): no state, good enough for
// sampling, not for cryptography.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel } from "../kernel/define-kernel.js";

/** Attributes of the kernel `MmmRandomUniform`, for engines that lower it: input `key`, an int32 scalar. */
export interface RandomUniformAttributes {
  readonly shape: readonly number[];
  /** Hash of the stream's name, 0 … 2³² − 1. */
  readonly stream: number;
}

export interface KeyedOptions {
  /** Independent numbers from the same key; default `""`. */
  readonly stream?: string;
}

/**
 * Uniform numbers between 0 and 1, both excluded.
 *
 * @param key int32 scalar tensor; pass a new value for each step
 * @example const noise = randomUniform(key, [batch, 4], { stream: "noise" });
 */
export function randomUniform(key: Tensor, shape: readonly number[], options: KeyedOptions = {}): Tensor {
  return uniformKernel({ key: tf.cast(key, "int32") }, { shape, stream: hashText(options.stream ?? "") })[0]!;
}

/** Standard normal numbers, by Box and Muller's transform of {@link randomUniform}. */
export function randomNormal(key: Tensor, shape: readonly number[], options: KeyedOptions = {}): Tensor {
  const stream = options.stream ?? "";
  const radius = tf.sqrt(tf.mul(-2, tf.log(randomUniform(key, shape, { stream: `${stream}/radius` }))));
  const angle = tf.mul(2 * Math.PI, randomUniform(key, shape, { stream: `${stream}/angle` }));
  return tf.mul(radius, tf.cos(angle));
}

/**
 * Zero each element with the given probability and scale the others so that the mean stays.
 *
 * Source: Srivastava et al. (2014), Journal of Machine Learning Research 15, with scaling at training time.
 */
export function dropout(x: Tensor, rate: number, key: Tensor, options: KeyedOptions = {}): Tensor {
  if (rate === 0) return x;
  const kept = tf.cast(tf.greater(randomUniform(key, x.shape, options), rate), "float32");
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
}

/** The numbers of {@link randomUniform} as plain arithmetic: what every engine must reproduce. */
export function uniformsOf(key: number, stream: number, count: number): Float32Array {
  const start = mix((key ^ stream) | 0);
  return Float32Array.from({ length: count }, (_, i) => {
    const bits = mix((start + Math.imul(i + 1, 0x9e3779b9)) | 0);
    return ((bits >>> 9) + 0.5) / 8388608;
  });
}

function mix(word: number): number {
  let z = word;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

const uniformKernel = defineKernel<RandomUniformAttributes>({
  name: "MmmRandomUniform",
  forward({ key }, { shape, stream }) {
    const word = (key!.dataSync() as Int32Array)[0]!;
    return [tf.tensor(uniformsOf(word, stream, tf.util.sizeFromShape([...shape])), [...shape])];
  },
  gradient: {
    saveInputs: [],
    saveOutputs: [],
    backward: () => ({ key: () => tf.scalar(0) }),
  },
});
