// From the gradients before the activations of a GRU's gates to those of its inputs.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../kernel/define-kernel.js";

/** `[time, batch, n]` as `[time · batch, n]`. */
export function asRows(tensor: Tensor): tf.Tensor2D {
  return tf.reshape(tensor, [tensor.shape[0]! * tensor.shape[1]!, tensor.shape[2]!]);
}

/**
 * Gradients of all inputs of a GRU kernel.
 *
 * @param parts.dHidden `[time · batch, 3 · hidden]`: what reaches the hidden weights
 * @param parts.dNew `[time · batch, hidden]`: that of the new gate, which alone differs on the side of the input weights
 * @param parts.previous `[time, batch, hidden]`: the state before each step
 */
export function gruGradients(parts: {
  readonly inputs: Tensors;
  readonly dHidden: tf.Tensor2D;
  readonly dNew: tf.Tensor2D;
  readonly dInitial: Tensor;
  readonly previous: Tensor;
}): Readonly<Record<string, () => Tensor>> {
  const { inputs, dHidden, dNew, dInitial, previous } = parts;
  const x = inputs["x"]!;
  const [time, batch] = x.shape as [number, number, number];
  const hidden = dNew.shape[1];
  const rows = time * batch;
  const gatesOf = (tensor: Tensor): Tensor =>
    tf.slice(
      tensor,
      tensor.shape.map(() => 0),
      [2 * hidden, ...tensor.shape.slice(1)],
    );
  // Column sums as products with ones, which every backend does fastest.
  const columnSums = (tensor: tf.Tensor2D): Tensor =>
    tf.reshape(tf.matMul(tf.ones([1, rows]) as tf.Tensor2D, tensor), [tensor.shape[1]]);
  return {
    x: () => {
      const dGates = tf.concat([tf.slice(dHidden, [0, 0], [rows, 2 * hidden]), dNew], 1);
      return tf.reshape(tf.matMul(dGates, inputs["inputWeights"] as tf.Tensor2D), x.shape);
    },
    initial: () => tf.clone(dInitial),
    inputWeights: () =>
      tf.concat([gatesOf(tf.matMul(dHidden, asRows(x), true, false)), tf.matMul(dNew, asRows(x), true, false)], 0),
    hiddenWeights: () => tf.matMul(dHidden, asRows(previous), true, false),
    inputBias: () => tf.concat([gatesOf(columnSums(dHidden)), columnSums(dNew)], 0),
    hiddenBias: () => columnSums(dHidden),
    keep: () => tf.zeros([time, batch, 1]),
  };
}
