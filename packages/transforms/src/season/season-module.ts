import type { TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { type BasisModuleOptions, type BasisParameters, basisModule } from "../basis/basis-module.js";
import { checkHarmonics } from "./fourier.js";

/**
 * Fourier seasonality as a tensor module; input: positions in the cycle in turns, `[periods]`. Coefficients in the
 * order of {@link fourierNames}.
 *
 * @example fourierSeasonModule({ harmonics: 3 })
 */
export function fourierSeasonModule({
  harmonics = 2,
  ...options
}: BasisModuleOptions & { readonly harmonics?: number } = {}): TensorModule<BasisParameters> {
  checkHarmonics(harmonics);
  return basisModule(
    "season-fourier",
    2 * harmonics,
    (positions) => {
      // Whole turns are dropped first: sine and cosine of large angles lose digits in float32.
      const turn = tf.reshape(tf.sub(positions, tf.floor(positions)), [-1, 1]);
      const angles = tf.mul(turn, tf.reshape(tf.mul(tf.range(1, harmonics + 1), 2 * Math.PI), [1, harmonics]));
      return tf.reshape(tf.stack([tf.sin(angles), tf.cos(angles)], 2), [-1, 2 * harmonics]);
    },
    options,
  );
}
