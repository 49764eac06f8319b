// Gated recurrent unit over a whole sequence, as one kernel with a hand-written gradient. The forward loop saves its
// gates; the reversed loop does all the gate arithmetic; the weight gradients are single matrix products over all
// steps. This layout was the fastest of those measured in ONNX, and unrolling is out of the question there.

import { usageError } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Tensors } from "../kernel/define-kernel.js";
import { loop } from "./loop.js";

/** Weights of one GRU layer, in PyTorch's order of gates: reset, update, new. */
export type GruParams = {
  /** `[3 · hidden, inputs]` */
  readonly inputWeights: Tensor;
  /** `[3 · hidden, hidden]` */
  readonly hiddenWeights: Tensor;
  /** `[3 · hidden]` */
  readonly inputBias: Tensor;
  /** `[3 · hidden]` */
  readonly hiddenBias: Tensor;
};

export interface GruOptions {
  /** State before the first step, `[batch, hidden]`; default zeros. */
  readonly initial?: Tensor;
  /** 1 where a step is present, 0 where the state is carried on unchanged, `[time, batch]`; default all present. */
  readonly mask?: Tensor;
}

/**
 * Hidden states of a GRU for every step.
 *
 * `r = σ(W_r x + b_r + U_r h + c_r)`, `z = σ(W_z x + b_z + U_z h + c_z)`, `n = tanh(W_n x + b_n + r ∘ (U_n h + c_n))`,
 * `h ← n + z ∘ (h − n)`. Where the mask is 0, `z` is 1.
 *
 * Gradients flow to the input, the weights, the biases and the initial state, not to the mask.
 *
 * @param x `[time, batch, inputs]`
 * @returns `[time, batch, hidden]`
 * @throws MmmError `GRU_SHAPE` when shapes do not fit together
 * @example const states = gru(x, params); // x: [104, 20, 8] → [104, 20, hidden]
 *
 * Source: Cho et al. (2014), arXiv:1406.1078; the reset gate acts after the product, as in cuDNN and PyTorch.
 */
export function gru(x: Tensor, params: GruParams, options: GruOptions = {}): Tensor {
  const hidden = checkedHidden(x, params, options);
  const [time, batch] = x.shape as [number, number, number];
  const initial = options.initial ?? tf.zeros([batch, hidden]);
  const inputs: Tensors = {
    x,
    initial,
    inputWeights: params.inputWeights,
    hiddenWeights: params.hiddenWeights,
    inputBias: params.inputBias,
    hiddenBias: params.hiddenBias,
    ...(options.mask && { keep: tf.sub(1, tf.reshape(options.mask, [time, batch, 1])) }),
  };
  return forwardKernel(inputs, {})[0]!;
}

const forwardKernel = defineKernel({
  name: "MmmGru",
  forward({ x, initial, inputWeights, hiddenWeights, inputBias, hiddenBias, keep }) {
    const hidden = initial!.shape[1]!;
    // Reset and update gate share one product; the new gate needs its hidden part apart from its input part.
    const gates = (weights: Tensor): readonly [Tensor, Tensor] => [
      tf.transpose(tf.slice(weights, [0, 0], [2 * hidden, -1])),
      tf.transpose(tf.slice(weights, [2 * hidden, 0], [hidden, -1])),
    ];
    const biases = (bias: Tensor): readonly [Tensor, Tensor] => [
      tf.slice(bias, [0], [2 * hidden]),
      tf.slice(bias, [2 * hidden], [hidden]),
    ];
    const [inputGates, inputNew] = gates(inputWeights!);
    const [hiddenGates, hiddenNew] = gates(hiddenWeights!);
    const [inputGatesBias, inputNewBias] = biases(inputBias!);
    const [hiddenGatesBias, hiddenNewBias] = biases(hiddenBias!);
    const gatesBias = tf.add(inputGatesBias, hiddenGatesBias);

    const { outputs } = loop(
      ([h], [xt, keepT]) => {
        const fromInput = tf.add(tf.matMul(xt as tf.Tensor2D, inputGates as tf.Tensor2D), gatesBias);
        const both = tf.sigmoid(tf.add(tf.matMul(h as tf.Tensor2D, hiddenGates as tf.Tensor2D), fromInput));
        const [reset, update] = tf.split(both, 2, 1) as [Tensor, Tensor];
        const z = keepT ? tf.maximum(update, keepT) : update;
        const q = tf.add(tf.matMul(h as tf.Tensor2D, hiddenNew as tf.Tensor2D), hiddenNewBias);
        const newInput = tf.add(tf.matMul(xt as tf.Tensor2D, inputNew as tf.Tensor2D), inputNewBias);
        const n = tf.tanh(tf.add(newInput, tf.mul(reset, q)));
        const next = tf.add(n, tf.mul(z, tf.sub(h!, n)));
        return { carry: [next], outputs: [next, reset, z, n, q, h!] };
      },
      [initial!],
      keep ? [x!, keep] : [x!],
    );
    return outputs;
  },
  gradient: {
    saveInputs: ["x", "inputWeights", "hiddenWeights"],
    saveOutputs: [false, true, true, true, true, true],
    backward([dy], { inputs, outputs }) {
      const x = inputs["x"]!;
      const [time, batch, features] = x.shape as [number, number, number];
      const [reset, z, n, q, previous] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const hidden = reset.shape[2]!;
      const rows = time * batch;
      const flat = (tensor: Tensor): tf.Tensor2D => tf.reshape(tensor, [rows, tensor.shape[2]!]);

      // Made here and not on demand: tfjs disposes what one input's gradient has made before the next input's.
      const [dHiddenByStep, dNewByStep, dInitial] = backwardKernel(
        { dy: dy ?? tf.zerosLike(reset), reset, z, n, q, previous, hiddenWeights: inputs["hiddenWeights"]! },
        {},
      ) as [Tensor, Tensor, Tensor];
      const dHidden = flat(dHiddenByStep);
      const dNew = flat(dNewByStep);
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
          return tf.reshape(tf.matMul(dGates, inputs["inputWeights"] as tf.Tensor2D), [time, batch, features]);
        },
        initial: () => tf.clone(dInitial),
        inputWeights: () =>
          tf.concat([gatesOf(tf.matMul(dHidden, flat(x), true, false)), tf.matMul(dNew, flat(x), true, false)], 0),
        hiddenWeights: () => tf.matMul(dHidden, flat(previous), true, false),
        inputBias: () => tf.concat([gatesOf(columnSums(dHidden)), columnSums(dNew)], 0),
        hiddenBias: () => columnSums(dHidden),
        keep: () => tf.zeros([time, batch, 1]),
      };
    },
  },
});

// Gradients before the activations of all gates: those that reach the hidden weights [time, batch, 3 · hidden], and
// that of the new gate, which alone differs on the side of the input weights.
const backwardKernel = defineKernel({
  name: "MmmGruBackward",
  forward({ dy, reset, z, n, q, previous, hiddenWeights }) {
    const { carry, outputs } = loop(
      ([later], [dyT, r, zT, nT, qT, h]) => {
        const dh = tf.add(later!, dyT!);
        const open = tf.sub(1, zT!);
        const dNew = tf.mul(tf.mul(dh, open), tf.sub(1, tf.mul(nT!, nT!)));
        const dUpdate = tf.mul(tf.mul(dh, tf.sub(h!, nT!)), tf.mul(zT!, open));
        const dProduct = tf.mul(dNew, r!);
        const dReset = tf.mul(tf.mul(dProduct, qT!), tf.sub(1, r!));
        const dHidden = tf.concat([dReset, dUpdate, dProduct], 1) as tf.Tensor2D;
        const earlier = tf.add(tf.matMul(dHidden, hiddenWeights as tf.Tensor2D), tf.mul(dh, zT!));
        return { carry: [earlier], outputs: [dHidden, dNew] };
      },
      [tf.zeros([z!.shape[1]!, z!.shape[2]!])],
      [dy!, reset!, z!, n!, q!, previous!],
      { reverse: true },
    );
    return [...outputs, ...carry];
  },
});

function checkedHidden(x: Tensor, params: GruParams, { initial, mask }: GruOptions): number {
  const hidden = params.hiddenWeights.shape[1] ?? 0;
  const [time, batch, features] = x.shape;
  const expected: readonly [string, Tensor | undefined, readonly (number | undefined)[]][] = [
    ["x", x, [time, batch, features]],
    ["inputWeights", params.inputWeights, [3 * hidden, features]],
    ["hiddenWeights", params.hiddenWeights, [3 * hidden, hidden]],
    ["inputBias", params.inputBias, [3 * hidden]],
    ["hiddenBias", params.hiddenBias, [3 * hidden]],
    ["initial", initial, [batch, hidden]],
    ["mask", mask, [time, batch]],
  ];
  for (const [name, tensor, shape] of expected) {
    if (tensor && (tensor.shape.join() !== shape.join() || x.rank !== 3)) {
      throw usageError(
        "GRU_SHAPE",
        `gru: '${name}' has shape [${tensor.shape.join(", ")}], expected [${name === "x" ? "time, batch, inputs" : shape.join(", ")}].`,
        "Put time first, then the batch, then the inputs; weights are [3 · hidden, …].",
      );
    }
  }
  return hidden;
}
