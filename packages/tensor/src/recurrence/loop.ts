// A loop over the first axis of tensors, without gradients of its own: the ground on which `gru` and `scan` stand.
// Eagerly it runs step after step; while tracing, the step is recorded once and becomes one loop node.

import { usageError } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Results of a loop: the last carry, and the outputs of all steps stacked along a new first axis. */
export interface LoopResult {
  readonly carry: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export type LoopStep = (carry: readonly Tensor[], slices: readonly Tensor[]) => LoopResult;

/** What a tracing backend implements to record loops; looked for on the current backend by this name. */
export interface LoopRecorder {
  recordLoop(step: LoopStep, initial: readonly Tensor[], scanned: readonly Tensor[], reverse: boolean): LoopResult;
}

/**
 * Run `step` for every index of the first axis of `scanned`.
 *
 * @param scanned at least one tensor; all with the same first length
 * @param options.reverse run from the last index to the first; outputs keep their places
 * @throws MmmError `LOOP` when there is nothing to loop over
 */
export function loop(
  step: LoopStep,
  initial: readonly Tensor[],
  scanned: readonly Tensor[],
  options: { readonly reverse?: boolean } = {},
): LoopResult {
  const length = scanned[0]?.shape[0];
  if (!length || scanned.some((tensor) => tensor.shape[0] !== length)) {
    throw usageError(
      "LOOP",
      `A loop needs tensors of one common first length above 0, got ${scanned.map(({ shape }) => `[${shape.join(", ")}]`).join(", ") || "none"}.`,
      "Put time first, and pass at least one tensor to loop over.",
    );
  }
  const reverse = options.reverse ?? false;
  const recorder = tf.backend() as unknown as Partial<LoopRecorder>;
  if (recorder.recordLoop) return recorder.recordLoop(step, initial, scanned, reverse);

  return tf.tidy(() => {
    const parts = scanned.map((tensor) => tf.unstack(tensor));
    let carry = initial.map((tensor) => tf.clone(tensor));
    const collected: Tensor[][] = [];
    for (let i = 0; i < length; i++) {
      const t = reverse ? length - 1 - i : i;
      const before = carry;
      const result = tf.tidy(() => {
        const { carry: next, outputs } = step(
          before,
          parts.map((slices) => slices[t]!),
        );
        // Copies, so that a step may return its own arguments.
        return { carry: next.map((x) => tf.clone(x)), outputs: outputs.map((x) => tf.clone(x)) };
      });
      for (const tensor of before) tensor.dispose();
      carry = result.carry;
      collected[t] = result.outputs;
    }
    const outputs = collected[0]!.map((_, i) => tf.stack(collected.map((step) => step[i]!)));
    return { carry, outputs } as unknown as tf.TensorContainer;
  }) as unknown as LoopResult;
}
