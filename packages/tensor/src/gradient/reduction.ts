// Gradients of reductions, running sums and softmax.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { axesOf, type GradientRule, keepDimensions } from "./rule.js";

/** Where several elements tie for the extreme, they share the gradient equally. */
function extreme(kernelName: "Max" | "Min", attribute: "reductionIndices" | "axis"): GradientRule {
  return {
    kernelName,
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => ({
      x: () => {
        const axes = axesOf((attributes as Record<string, unknown>)[attribute], x!.shape);
        const chosen = tf.cast(tf.equal(x!, keepDimensions(y!, x!.shape, axes)), "float32");
        return tf.mul(keepDimensions(dy as Tensor, x!.shape, axes), tf.div(chosen, tf.sum(chosen, axes, true)));
      },
    }),
  };
}

function spread(dy: Tensor, x: Tensor, axis: unknown): Tensor {
  return tf.broadcastTo(keepDimensions(dy, x.shape, axesOf(axis, x.shape)), x.shape as number[]);
}

export const reductionGradients: readonly GradientRule[] = [
  {
    kernelName: "Sum",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], { axis }) => ({ x: () => spread(dy as Tensor, x!, axis) }),
  },
  {
    kernelName: "Mean",
    inputsToSave: ["x"],
    gradFunc: (dy, [x], { axis }) => ({
      x: () => spread(tf.mul(dy as Tensor, (dy as Tensor).size / x!.size), x!, axis),
    }),
  },
  extreme("Max", "reductionIndices"),
  extreme("Min", "axis"),
  {
    kernelName: "Cumsum",
    gradFunc: (dy, _, { axis, exclusive, reverse }) => ({
      x: () => tf.cumsum(dy as Tensor, axis as number, exclusive as boolean, !reverse),
    }),
  },
  {
    kernelName: "Softmax",
    outputsToSave: [true],
    gradFunc: (dy, [y], { dim }) => ({
      logits: () => {
        const weighted = tf.mul(dy as Tensor, y!);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, dim as number, true), y!));
      },
    }),
  },
  {
    kernelName: "LogSoftmax",
    outputsToSave: [true],
    gradFunc: (dy, [y], { axis }) => ({
      logits: () => tf.sub(dy as Tensor, tf.mul(tf.sum(dy as Tensor, axis as number, true), tf.exp(y!))),
    }),
  },
];
