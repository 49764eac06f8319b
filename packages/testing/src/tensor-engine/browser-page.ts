// What the browser test runs, in the page and in Node: a small GRU trained for some steps.

import { adam, eagerEngine, type GruParams, gru, type NdArray, ndArray, sizeOf, train } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";

/** Losses of 15 training steps. */
export async function trainInBrowser(backend: "cpu" | "wasm", wasmDirectory?: string): Promise<number[]> {
  const wave = (...shape: number[]): NdArray =>
    ndArray(
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + i * i)),
      shape,
    );
  const params = { inputWeights: wave(12, 3), hiddenWeights: wave(12, 4), inputBias: wave(12), hiddenBias: wave(12) };
  const result = await train({
    engine: eagerEngine({ backend, ...(wasmDirectory !== undefined && { wasmDirectory }) }),
    objective: (p: GruParams, d: { readonly x: Tensor }) => tf.mean(tf.square(tf.sub(gru(d.x, p), 0.3))),
    params,
    data: { x: wave(6, 2, 3) },
    optimiser: adam({ learningRate: 0.05 }),
    steps: 15,
  });
  return [...result.losses];
}
