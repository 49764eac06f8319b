// Smooth functions of a weighted adjacency matrix that are 0 exactly when its graph has no cycle, with hand-written
// gradients (one matrix exponential or one inverse serves value and gradient).

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel } from "../kernel/define-kernel.js";
import { loop } from "../recurrence/loop.js";

export interface TraceExponentialOptions {
  /** How often the matrix is halved before the series and squared after it; default 6, right up to a norm of about 64. */
  readonly squarings?: number;
}

/**
 * `h(W) = tr(exp(W ∘ W)) − d`, with gradient `2 W ∘ exp(W ∘ W)ᵀ`.
 *
 * @param weights `[nodes, nodes]`
 * @returns scalar, at least 0
 *
 * Source: Zheng et al. (2018), arXiv:1803.01422, by scaling and squaring with a Taylor series of order 8.
 */
export function acyclicityTraceExponential(weights: Tensor, options: TraceExponentialOptions = {}): Tensor {
  return exponentialKernel({ weights }, { squarings: options.squarings ?? 6 })[0]!;
}

/**
 * `h(W) = −log det(s I − W ∘ W) + d log s`, with gradient `2 W ∘ (s I − W ∘ W)⁻ᵀ`. Defined where every eigenvalue of
 * `W ∘ W` lies below s in absolute value; beyond that it is not a number, which a line search must treat as too far.
 *
 * @param weights `[nodes, nodes]`
 * @param s default 1
 * @returns scalar, at least 0
 *
 * Source: Bello, Aragam & Ravikumar (2022), arXiv:2209.08037. The matrix is an M-matrix there, so elimination needs no
 * pivoting.
 */
export function acyclicityLogDeterminant(weights: Tensor, s = 1): Tensor {
  return determinantKernel({ weights }, { s })[0]!;
}

/** The gradient of both: `2 W ∘ Mᵀ`, with the matrix M that the forward pass has left as second output. */
function transposedProduct(dy: Tensor | undefined, weights: Tensor, matrix: Tensor): Tensor {
  return tf.mul(tf.mul(dy ?? tf.scalar(0), 2), tf.mul(weights, tf.transpose(matrix)));
}

const exponentialKernel = defineKernel<Required<TraceExponentialOptions>>({
  name: "MmmAcyclicityExponential",
  forward({ weights }, { squarings }) {
    const nodes = weights!.shape[0]!;
    const identity = tf.eye(nodes);
    const small = tf.mul(tf.square(weights!), 2 ** -squarings) as tf.Tensor2D;
    // exp(A) − I is kept apart from I, so that small traces do not drown in the d ones of the diagonal.
    // Horner: A (I + A/2 (I + A/3 (…))), each bracket without its I.
    let excess = tf.mul(small, 1 / 8) as tf.Tensor2D;
    for (let order = 7; order >= 1; order--) {
      excess = tf.mul(tf.add(small, tf.matMul(small, excess)), 1 / order) as tf.Tensor2D;
    }
    for (let i = 0; i < squarings; i++) excess = tf.add(tf.mul(excess, 2), tf.matMul(excess, excess)) as tf.Tensor2D;
    return [tf.sum(tf.mul(excess, identity)), tf.add(excess, identity)];
  },
  gradient: {
    saveInputs: ["weights"],
    saveOutputs: [false, true],
    backward: ([dy], { inputs, outputs }) => ({
      weights: () => transposedProduct(dy, inputs["weights"]!, outputs[0]!),
    }),
  },
});

const determinantKernel = defineKernel<{ readonly s: number }>({
  name: "MmmAcyclicityDeterminant",
  forward({ weights }, { s }) {
    const nodes = weights!.shape[0]!;
    const identity = tf.eye(nodes);
    const matrix = tf.sub(tf.mul(identity, s), tf.square(weights!));
    // Gauss and Jordan on [A | I], one unit vector after another.
    const { carry, outputs } = loop(
      ([rows], [unit]) => {
        const chosen = tf.reshape(unit!, [1, nodes]);
        const row = tf.matMul(chosen, rows as tf.Tensor2D);
        const padded = tf.concat([unit!, tf.zeros([nodes])], 0);
        const pivot = tf.sum(tf.mul(row, padded));
        const column = tf.matMul(rows as tf.Tensor2D, tf.reshape(padded, [2 * nodes, 1]));
        const scaled = tf.div(row, pivot) as tf.Tensor2D;
        const change = tf.matMul(tf.sub(column, tf.reshape(unit!, [nodes, 1])) as tf.Tensor2D, scaled);
        return { carry: [tf.sub(rows!, change)], outputs: [pivot] };
      },
      [tf.concat([matrix, identity], 1)],
      [identity],
    );
    const inverse = tf.slice(carry[0]!, [0, nodes], [nodes, nodes]);
    const value = tf.sub(nodes * Math.log(s), tf.sum(tf.log(outputs[0]!)));
    return [value, inverse];
  },
  gradient: {
    saveInputs: ["weights"],
    saveOutputs: [false, true],
    backward: ([dy], { inputs, outputs }) => ({
      weights: () => transposedProduct(dy, inputs["weights"]!, outputs[0]!),
    }),
  },
});
