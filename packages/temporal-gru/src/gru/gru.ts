// A gated recurrent unit of one or more layers as a tensor module. It knows nothing of marketing: sequences in,
// sequences out. For effects that vary over time see the temporal engines in `path/`. The recurrence itself is the
// kernel `gru` of @mmm/tensor.

import type { Random } from "@mmm/core";
import { usageError } from "@mmm/core";
import { dropout as drop, type GruParams, gru, type TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";

export interface GruOptions {
  /** Size of the state. Default 16. */
  readonly hidden?: number;
  /** Default 1. */
  readonly layers?: number;
  /** State before the first period, when none is handed in. Default `zero`. */
  readonly initialState?: "zero" | "learned";
  /**
   * Share of each layer's output that is dropped when a key is given, in [0, 1). The same units of the state are
   * dropped in every period of a sequence. Default 0.
   */
  readonly dropout?: number;
}

/** Weights by layer (`layer0`, `layer1`, …), laid out as in PyTorch; `start` `[hidden]` where it is learned. */
export type GruParameters = {
  readonly [layer: string]: GruParams & { readonly start?: tf.Tensor };
};

export interface GruContext {
  /** 1 where the period counts, `[units, periods]`; elsewhere the state stays. Sequences of any length share a batch. */
  readonly mask?: tf.Tensor;
  /** Drop units by this key, an integer scalar: a new one for each training step, none when predicting. */
  readonly key?: tf.Tensor;
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
 * `r = σ(W_r x + U_r h)`, `z = σ(W_z x + U_z h)`, `n = tanh(W_n x + r ∘ U_n h)`, `h ← (1 − z) ∘ n + z ∘ h`, biases on
 * both products.
 *
 * @returns module from a sequence to {@link GruOutput}
 * @throws MmmError `BAD_SIZE` for sizes below 1, `BAD_RATE` for a dropout outside [0, 1)
 * @example
 * const layers = gruModule({ hidden: 16 });
 * const params = layers.init(createRandom(1), { features: 3 });
 * const { sequence } = layers.apply(params, inputs, {});
 * Source: Cho et al. (2014), arXiv:1406.1078; dropout: Gal & Ghahramani (2016), arXiv:1512.05287.
 */
export function gruModule({
  hidden = 16,
  layers = 1,
  initialState = "zero",
  dropout = 0,
}: GruOptions = {}): TensorModule<GruParameters, tf.Tensor, GruContext, GruOutput> {
  for (const [name, size] of Object.entries({ hidden, layers })) {
    if (!Number.isInteger(size) || size < 1) {
      throw usageError("BAD_SIZE", `A GRU needs a whole number of at least 1 for '${name}', got ${size}.`);
    }
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw usageError("BAD_RATE", `The dropout rate must be at least 0 and below 1, got ${dropout}.`, "Try 0.1.");
  }
  const names = Array.from({ length: layers }, (_, layer) => `layer${layer}`);

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
    apply(params, inputs, { mask, key, state }) {
      const [units, periods] = inputs.shape as [number, number, number];
      const timeFirst = mask && { mask: tf.transpose(mask) };
      let sequence = tf.transpose(inputs, [1, 0, 2]);
      const finalState: Record<string, tf.Tensor> = {};
      for (const name of names) {
        const { start, ...weights } = params[name]!;
        const initial = state?.[name] ?? (start && tf.tile(tf.reshape(start, [1, hidden]), [units, 1]));
        sequence = gru(sequence, weights, { ...timeFirst, ...(initial && { initial }) });
        finalState[name] = tf.reshape(tf.slice(sequence, [periods - 1, 0, 0], [1, units, hidden]), [units, hidden]);
        if (key && dropout > 0) {
          sequence = tf.mul(sequence, drop(tf.ones([1, units, hidden]), dropout, key, { stream: name }));
        }
      }
      return { sequence: tf.transpose(sequence, [1, 0, 2]), finalState };
    },
  };
}

// Uniform within ±1/√hidden, as PyTorch starts.
function initialLayer(random: Random, features: number, hidden: number): GruParams {
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
