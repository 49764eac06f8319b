// GRU for small batches. The loops hold as few operations as possible: the forward pass keeps only the states, the
// gradient computes all gates again at once, and the reversed loop only multiplies by factors prepared for it.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Tensors } from "../kernel/define-kernel.js";
import { asRows, gruGradients } from "./gru-gradients.js";
import { loop } from "./loop.js";

/** Batches up to this size use this layout. */
export const largestRecomputedBatch = 32;

/** What a tracing backend implements if it has a GRU operator; `undefined` where it cannot use it. */
export interface GruRecorder {
  recordGru(inputs: Tensors): Tensor | undefined;
}

type GruKernel = (inputs: Tensors, attributes: Record<string, never>) => Tensor[];

/** Kernel with one output, the states. */
export const recomputingGru: GruKernel = (inputs, attributes) =>
  (inputs["keep"] ? maskedKernel : plainKernel)(inputs, attributes);

const saved = ["x", "initial", "inputWeights", "hiddenWeights", "inputBias", "hiddenBias"];

// Which inputs a kernel saves is fixed, so with a mask it is another kernel.
const plainKernel = makeKernel("MmmGruRecomputing", saved);
const maskedKernel = makeKernel("MmmGruRecomputingMasked", [...saved, "keep"]);

function makeKernel(name: string, saveInputs: readonly string[]): GruKernel {
  return defineKernel({
    name,
    forward,
    gradient: {
      saveInputs,
      saveOutputs: [true],
      backward: ([dy], { inputs, outputs }) => backward(dy!, inputs, outputs[0]!),
    },
  });
}

function forward(inputs: Tensors): readonly Tensor[] {
  const { initial, hiddenWeights, hiddenBias, keep } = inputs;
  const recorder = tf.backend() as unknown as Partial<GruRecorder>;
  const recorded = keep ? undefined : recorder.recordGru?.(inputs);
  if (recorded) return [recorded];

  const hidden = initial!.shape[1]!;
  const [fromInputGates, fromInputNew] = inputParts(inputs);
  const transposed = tf.transpose(hiddenWeights!) as tf.Tensor2D;
  const { outputs } = loop(
    ([h], [gates, newInput, keepT]) => {
      const product = tf.add(tf.matMul(h as tf.Tensor2D, transposed), hiddenBias!);
      const both = tf.sigmoid(tf.add(tf.slice(product, [0, 0], [-1, 2 * hidden]), gates!));
      const [reset, update] = tf.split(both, 2, 1) as [Tensor, Tensor];
      const z = keepT ? tf.maximum(update, keepT) : update;
      const n = tf.tanh(tf.add(newInput!, tf.mul(reset, tf.slice(product, [0, 2 * hidden], [-1, hidden]))));
      const next = tf.add(n, tf.mul(z, tf.sub(h!, n)));
      return { carry: [next], outputs: [next] };
    },
    [initial!],
    keep ? [fromInputGates, fromInputNew, keep] : [fromInputGates, fromInputNew],
  );
  return outputs;
}

// W x + b of all steps, as [time, batch, 2 · hidden] for both gates and [time, batch, hidden] for the new gate.
function inputParts({ x, inputWeights, inputBias }: Tensors): readonly [Tensor, Tensor] {
  const [time, batch] = x!.shape as [number, number, number];
  const hidden = inputBias!.shape[0]! / 3;
  const all = tf.reshape(tf.add(tf.matMul(asRows(x!), inputWeights as tf.Tensor2D, false, true), inputBias!), [
    time,
    batch,
    3 * hidden,
  ]);
  return [
    tf.slice(all, [0, 0, 0], [time, batch, 2 * hidden]),
    tf.slice(all, [0, 0, 2 * hidden], [time, batch, hidden]),
  ];
}

function backward(dy: Tensor, inputs: Tensors, states: Tensor): Readonly<Record<string, () => Tensor>> {
  const [time, batch, hidden] = states.shape as [number, number, number];
  const { initial, hiddenWeights, hiddenBias, keep } = inputs;
  const first = tf.reshape(initial!, [1, batch, hidden]);
  const previous = time === 1 ? first : tf.concat([first, tf.slice(states, [0, 0, 0], [time - 1, batch, hidden])], 0);

  const [fromInputGates, fromInputNew] = inputParts(inputs);
  const product = tf.reshape(
    tf.add(tf.matMul(asRows(previous), hiddenWeights as tf.Tensor2D, false, true), hiddenBias!),
    [time, batch, 3 * hidden],
  );
  const both = tf.sigmoid(tf.add(fromInputGates, tf.slice(product, [0, 0, 0], [time, batch, 2 * hidden])));
  const [reset, update] = tf.split(both, 2, 2) as [Tensor, Tensor];
  const z = keep ? tf.maximum(update, keep) : update;
  const q = tf.slice(product, [0, 0, 2 * hidden], [time, batch, hidden]);
  const n = tf.tanh(tf.add(fromInputNew, tf.mul(reset, q)));

  const open = tf.sub(1, z);
  const toNew = tf.mul(open, tf.sub(1, tf.mul(n, n)));
  const toProduct = tf.mul(toNew, reset);
  const toReset = tf.mul(tf.mul(toProduct, q), tf.sub(1, reset));
  const toUpdate = tf.mul(tf.sub(previous, n), tf.mul(z, open));
  // What a unit of the state's gradient becomes at the three gates, and what it passes on directly.
  const toGates = tf.concat([toReset, toUpdate, toProduct], 2);
  const factors = tf.concat([toGates, z], 2);
  const passOn = tf.concat([hiddenWeights!, tf.eye(hidden)], 0) as tf.Tensor2D;

  const { carry, outputs } = loop(
    ([later], [dyT, factorsT]) => {
      const dh = tf.add(later!, dyT!);
      const parts = tf.mul(tf.concat([dh, dh, dh, dh], 1), factorsT!) as tf.Tensor2D;
      return { carry: [tf.matMul(parts, passOn)], outputs: [dh] };
    },
    [tf.zerosLike(initial!)],
    [dy, factors],
    { reverse: true },
  );
  const dh = outputs[0]!;
  return gruGradients({
    inputs,
    dHidden: asRows(tf.mul(tf.concat([dh, dh, dh], 2), toGates)),
    dNew: asRows(tf.mul(dh, toNew)),
    dInitial: carry[0]!,
    previous,
  });
}
