// Gated recurrent unit over a whole sequence, as one kernel with a hand-written gradient. It has two layouts: for
// small batches, where every operation in the loop costs more than its arithmetic, and for large ones, where memory
// traffic counts. Both give the same numbers up to rounding.

import { usageError } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../kernel/define-kernel.js";
import { largestRecomputedBatch, recomputingGru } from "./gru-recomputing.js";
import { savingGru } from "./gru-saving.js";

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
  return (batch <= largestRecomputedBatch ? recomputingGru : savingGru)(inputs, {})[0]!;
}

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
