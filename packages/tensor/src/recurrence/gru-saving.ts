// GRU for large batches. The forward loop saves its gates, the reversed loop does all the gate arithmetic while the
// slices of one step are in the cache, and the weight gradients are single matrix products over all steps. Of the
// layouts measured in ONNX at 190 sequences this was the fastest; unrolling is out of the question there.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Tensors } from "../kernel/define-kernel.js";
import { asRows, gruGradients } from "./gru-gradients.js";
import { loop } from "./loop.js";

/** Kernel with the outputs states, reset, update and new gate, hidden part of the new gate, and previous states. */
export const savingGru: (inputs: Tensors, attributes: Record<string, never>) => Tensor[] = defineKernel({
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
      const [reset, z, n, q, previous] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
      // Made here and not on demand: tfjs disposes what one input's gradient has made before the next input's.
      const [dHiddenByStep, dNewByStep, dInitial] = backwardKernel(
        { dy: dy ?? tf.zerosLike(reset), reset, z, n, q, previous, hiddenWeights: inputs["hiddenWeights"]! },
        {},
      ) as [Tensor, Tensor, Tensor];
      const dHidden = asRows(dHiddenByStep);
      const dNew = asRows(dNewByStep);
      return gruGradients({ inputs, dHidden, dNew, dInitial, previous });
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
