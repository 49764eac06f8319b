import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndArray } from "./nd-array.js";

/**
 * A tensor of fixed numbers for use inside a function. Unlike `tf.tensor`, it hands doubles to engines that compute in
 * double precision; elsewhere they are rounded to float32 as usual.
 *
 * @example const weights = constant(Float64Array.of(0.1, 0.2, 0.7)); // inside a compiled function
 */
export function constant(
  values: number | readonly number[] | Float64Array | NdArray,
  shape?: readonly number[],
): Tensor {
  const array = typeof values === "object" && "shape" in values ? values : ndArray(values, shape);
  const recorder = tf.backend() as unknown as Partial<ConstantRecorder>;
  if (recorder.recordConstant) return recorder.recordConstant(array);
  return tf.tensor(Float32Array.from(array.data), [...array.shape]);
}

/** What a tracing backend implements to take constants in double precision. */
export interface ConstantRecorder {
  recordConstant(array: NdArray): Tensor;
}
