// Own kernels with several outputs and hand-written gradients. A kernel is written with tfjs operations, which run
// untaped inside it: only the hand-written gradient is seen by differentiation. It is registered with the current
// backend on first use, so it runs on every backend, and while tracing its operations are recorded like any others.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Named tensors. */
export type Tensors = Readonly<Record<string, Tensor>>;

export interface KernelDefinition<Attributes extends object> {
  /** Unique; begin it with your own prefix. */
  readonly name: string;
  forward(inputs: Tensors, attributes: Attributes): readonly Tensor[];
  readonly gradient?: {
    readonly saveInputs: readonly string[];
    /** Which outputs to save. */
    readonly saveOutputs: readonly boolean[];
    /** One function per input; absent `dy` are outputs nobody used. Each function must make its own tensors. */
    backward(
      dy: readonly (Tensor | undefined)[],
      saved: { readonly inputs: Tensors; readonly outputs: readonly Tensor[] },
      attributes: Attributes,
    ): Readonly<Record<string, () => Tensor>>;
  };
}

/** Make a kernel callable. */
export function defineKernel<Attributes extends object = Record<string, never>>(
  definition: KernelDefinition<Attributes>,
): (inputs: Tensors, attributes: Attributes) => Tensor[] {
  const { name, gradient } = definition;
  let gradientRegistered = false;

  const prepare = (): void => {
    const backend = tf.getBackend();
    if (!tf.getKernel(name, backend)) {
      tf.registerKernel({
        kernelName: name,
        backendName: backend,
        kernelFunc: ({ inputs, attrs }) =>
          tf.tidy(() => definition.forward(inputs as unknown as Tensors, attrs as unknown as Attributes) as Tensor[]),
      });
    }
    if (gradient && !gradientRegistered) {
      gradientRegistered = true;
      tf.registerGradient({
        kernelName: name,
        inputsToSave: [...gradient.saveInputs],
        outputsToSave: [...gradient.saveOutputs],
        gradFunc: (dy, saved, attributes) => {
          const inputs = Object.fromEntries(gradient.saveInputs.map((input, i) => [input, saved[i]!]));
          const incoming = (Array.isArray(dy) ? dy : [dy]).map((one: Tensor | null) => one ?? undefined);
          const outputs = saved.slice(gradient.saveInputs.length);
          return gradient.backward(incoming, { inputs, outputs }, attributes as unknown as Attributes);
        },
      });
    }
  };

  return (inputs, attributes) => {
    prepare();
    const out = tf.engine().runKernel(name, inputs as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap);
    return (Array.isArray(out) ? out : [out]) as Tensor[];
  };
}

/**
 * Gradients of a scalar inside a hand-written gradient. tfjs keeps one tape and drops it after each use, so the tape of
 * the differentiation that is under way is put aside meanwhile.
 */
export function gradientsWithin(fn: () => Tensor, leaves: readonly Tensor[]): Tensor[] {
  const { state } = tf.engine();
  const tape = state.activeTape;
  try {
    const { grads } = tf.engine().gradients(fn, [...leaves], undefined, true);
    return leaves.map((leaf, i) => grads[i] ?? tf.zerosLike(leaf));
  } finally {
    state.activeTape = tape as NonNullable<typeof tape>;
  }
}
