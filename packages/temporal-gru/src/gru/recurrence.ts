// The recurrence of one GRU layer over a whole sequence. The part that depends on the inputs alone is one matrix
// product for all periods; only what depends on the state runs period by period.

import * as tf from "@tensorflow/tfjs-core";

/** Weights of one layer in PyTorch's layout; the rows are reset, update and candidate gate, `hidden` rows each. */
export type GruLayerParameters = {
  /** `[3 · hidden, features]` */
  readonly inputWeights: tf.Tensor;
  /** `[3 · hidden, hidden]` */
  readonly hiddenWeights: tf.Tensor;
  /** `[3 · hidden]` */
  readonly inputBias: tf.Tensor;
  /** `[3 · hidden]` */
  readonly hiddenBias: tf.Tensor;
};

/**
 * Run one layer.
 *
 * `r = σ(W_r x + U_r h)`, `z = σ(W_z x + U_z h)`, `n = tanh(W_n x + r ∘ U_n h)`, `h ← (1 − z) ∘ n + z ∘ h`, biases on
 * both products. Where the mask is 0 the state stays as it was.
 *
 * @param inputs `[units, periods, features]`
 * @param start state before the first period, `[units, hidden]`
 * @param mask `[units, periods]`, 1 where the period counts; all when absent
 * @returns the state after every period, `[units, periods, hidden]`
 * Source: Cho et al. (2014), arXiv:1406.1078, in the variant of cuDNN and PyTorch (reset after the product).
 */
export function gruSequence(
  { inputWeights, hiddenWeights, inputBias, hiddenBias }: GruLayerParameters,
  inputs: tf.Tensor,
  start: tf.Tensor,
  mask?: tf.Tensor,
): tf.Tensor {
  const [units, periods, features] = inputs.shape as [number, number, number];
  const hidden = hiddenWeights.shape[1]!;
  const rows = tf.reshape(inputs, [units * periods, features]);
  const projected = tf.reshape(tf.add(tf.matMul(rows, inputWeights, false, true), inputBias), [
    units,
    periods,
    3 * hidden,
  ]);
  const gates = tf.unstack(tf.slice(projected, [0, 0, 0], [units, periods, 2 * hidden]), 1);
  const candidates = tf.unstack(tf.slice(projected, [0, 0, 2 * hidden], [units, periods, hidden]), 1);
  const counted = mask ? tf.unstack(tf.reshape(mask, [units, periods, 1]), 1) : undefined;

  let state = start;
  const states: tf.Tensor[] = [];
  for (let t = 0; t < periods; t++) {
    const recurrent = tf.add(tf.matMul(state, hiddenWeights, false, true), hiddenBias);
    const gate = tf.sigmoid(tf.add(gates[t]!, tf.slice(recurrent, [0, 0], [units, 2 * hidden])));
    const reset = tf.slice(gate, [0, 0], [units, hidden]);
    const update = tf.slice(gate, [0, hidden], [units, hidden]);
    const memory = tf.mul(reset, tf.slice(recurrent, [0, 2 * hidden], [units, hidden]));
    const candidate = tf.tanh(tf.add(candidates[t]!, memory));
    const next = tf.add(candidate, tf.mul(update, tf.sub(state, candidate)));
    state = counted ? tf.add(state, tf.mul(counted[t]!, tf.sub(next, state))) : next;
    states.push(state);
  }
  return tf.stack(states, 1);
}
