// The form of a gradient rule: one kernel of tfjs, what it saves from the forward pass, and how the incoming gradient
// becomes one per input. A rule never returns the incoming tensor itself, because tfjs may dispose what it is given.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** A rule as tfjs's `registerGradient` takes it; `dy` is an array for kernels with several outputs. */
export type GradientRule = tf.GradConfig;

/** Sum a gradient back to the shape that was broadcast. */
export function unbroadcast(gradient: Tensor, shape: readonly number[]): Tensor {
  const extra = gradient.rank - shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < extra || (shape[axis - extra] === 1 && gradient.shape[axis] !== 1));
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, [...shape]);
}

/** A gradient of zeros, always float32 as tfjs demands even for integer and boolean inputs. */
export function zeroGradient(x: Tensor): Tensor {
  return tf.zeros(x.shape as number[]);
}

/** Insert the reduced axes again with length 1. */
export function keepDimensions(reduced: Tensor, shape: readonly number[], axes: readonly number[]): Tensor {
  return tf.reshape(
    reduced,
    shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

/** Axes as non-negative numbers; all of them when none are given. */
export function axesOf(axis: unknown, shape: readonly number[]): number[] {
  return tf.util.parseAxisParam(axis as number | number[], shape as number[]);
}
