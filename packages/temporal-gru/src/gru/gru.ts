// A gated recurrent unit of one or more layers as a tensor module. It knows nothing of marketing: sequences in,
// sequences out. For effects that vary over time see the temporal engines in `path/`.

import type { Random } from "@mmm/core";
import { usageError } from "@mmm/core";
import type { TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { layerName } from "./dropout.js";
import { type GruLayerParameters, gruSequence } from "./recurrence.js";

export interface GruOptions {
  /** Size of the state. Default 16. */
  readonly hidden?: number;
  /** Default 1. */
  readonly layers?: number;
  /** State before the first period, when none is handed in. Default `zero`. */
  readonly initialState?: "zero" | "learned";
}

export type GruParameters = {
  readonly [layer: string]: GruLayerParameters & { readonly start?: tf.Tensor };
};

export interface GruContext {
  /** 1 where the period counts, `[units, periods]`; elsewhere the state stays. Sequences of any length share a batch. */
  readonly mask?: tf.Tensor;
  /** Masks of `dropoutMasks`, applied to the output of each layer; none when predicting. */
  readonly dropout?: { readonly [layer: string]: tf.Tensor };
  /** State to continue from, `finalState` of an earlier call. */
  readonly state?: { readonly [layer: string]: tf.Tensor };
}

export type GruOutput = {
  /** Output of the last layer, `[units, periods, hidden]`. */
  readonly sequence: tf.Tensor;
  /** State of each layer after the last period, `[units, hidden]`. */
  readonly finalState: { readonly [layer: string]: tf.Tensor };
};

/**
 * GRU layers. Input `[units, periods, features]`; `init` needs `{ features }`.
 *
 * @returns module from a sequence to {@link GruOutput}
 * @throws MmmError `BAD_SIZE` for sizes below 1
 * @example
 * const layers = gruModule({ hidden: 16 });
 * const params = layers.init(createRandom(1), { features: 3 });
 * const { sequence } = layers.apply(params, inputs, {});
 */
export function gruModule({
  hidden = 16,
  layers = 1,
  initialState = "zero",
}: GruOptions = {}): TensorModule<GruParameters, tf.Tensor, GruContext, GruOutput> {
  for (const [name, size] of Object.entries({ hidden, layers })) {
    if (!Number.isInteger(size) || size < 1) {
      throw usageError("BAD_SIZE", `A GRU needs a whole number of at least 1 for '${name}', got ${size}.`);
    }
  }
  const names = Array.from({ length: layers }, (_, layer) => layerName(layer));

  return {
    name: "gru",
    init(random, shape) {
      const features = shape["features"];
      if (features === undefined) {
        throw usageError(
          "MISSING_SHAPE",
          `Module 'gru' needs the length 'features'; given: ${Object.keys(shape).join(", ") || "none"}.`,
          "Call init(random, { features: … }).",
        );
      }
      return Object.fromEntries(
        names.map((name, layer) => [
          name,
          {
            ...initialLayer(random.split(name), layer === 0 ? features : hidden, hidden),
            ...(initialState === "learned" && { start: tf.zeros([hidden]) }),
          },
        ]),
      );
    },
    apply(params, inputs, { mask, dropout, state }) {
      const units = inputs.shape[0]!;
      let sequence = inputs;
      const finalState: Record<string, tf.Tensor> = {};
      for (const name of names) {
        const layer = params[name]!;
        const learned = layer.start ? tf.tile(tf.reshape(layer.start, [1, hidden]), [units, 1]) : undefined;
        const start = state?.[name] ?? learned ?? tf.zeros([units, hidden]);
        sequence = gruSequence(layer, sequence, start, mask);
        const [rows, periods] = sequence.shape as [number, number, number];
        finalState[name] = tf.reshape(tf.slice(sequence, [0, periods - 1, 0], [rows, 1, hidden]), [rows, hidden]);
        if (dropout?.[name]) sequence = tf.mul(sequence, dropout[name]);
      }
      return { sequence, finalState };
    },
  };
}

// Uniform within ±1/√hidden, as PyTorch starts.
function initialLayer(random: Random, features: number, hidden: number): GruLayerParameters {
  const bound = 1 / Math.sqrt(hidden);
  const draw = (...shape: number[]): tf.Tensor =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => bound * (2 * random.uniform() - 1)),
      shape,
    );
  return {
    inputWeights: draw(3 * hidden, features),
    hiddenWeights: draw(3 * hidden, hidden),
    inputBias: draw(3 * hidden),
    hiddenBias: draw(3 * hidden),
  };
}
