// The network of the forecaster: what the same period one season earlier was, plus a change read from a GRU's state.

import type { Random } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import { type GruContext, type GruParameters, gruModule } from "../gru/gru.js";
import { inputWidth } from "./sequence.js";

export type NetworkParameters = {
  readonly gru: GruParameters;
  /** `[hidden, 1]`, zero at the start: the forecast starts as the seasonal naive one. */
  readonly weights: tf.Tensor;
};

export type NetworkOutput = {
  /** `[series, periods]`, scaled. */
  readonly prediction: tf.Tensor;
  readonly finalState: { readonly [layer: string]: tf.Tensor };
};

export interface Network {
  init(random: Random): NetworkParameters;
  /** Inputs `[series, periods, inputWidth]`, described by `describePeriod`. */
  apply(params: NetworkParameters, inputs: tf.Tensor, context: GruContext): NetworkOutput;
}

export function forecastNetwork(hidden: number, dropout: number): Network {
  const layers = gruModule({ hidden, dropout });
  return {
    init: (random) => ({ gru: layers.init(random, { features: inputWidth }), weights: tf.zeros([hidden, 1]) }),
    apply(params, inputs, context) {
      const { sequence, finalState } = layers.apply(params.gru, inputs, context);
      const [series, periods] = inputs.shape as [number, number, number];
      const rows = tf.reshape(sequence, [series * periods, hidden]);
      const change = tf.reshape(tf.matMul(rows, params.weights), [series, periods]);
      const reference = tf.reshape(tf.slice(inputs, [0, 0, 0], [series, periods, 1]), [series, periods]);
      return { prediction: tf.add(reference, change), finalState };
    },
  };
}
