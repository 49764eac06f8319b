import type { TemporalEngine } from "@mmm/temporal-gru";
import { defineSaturation, type ResponseFormula, type SaturationFamily } from "@mmm/transforms";
import * as tf from "@tensorflow/tfjs-core";

/** S(x) = x² / (x² + k²): slow at first, steepest below k, one half at k. */
export const squareHill: SaturationFamily = defineSaturation({
  id: "square-hill",
  title: "Hill with slope 2",
  formula: "x² / (x² + k²)",
  citation: "our own",
  parameters: [{ name: "halfSaturation", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 }],
  apply: (x, values) => x ** 2 / (x ** 2 + values[0]! ** 2),
  derivatives(x, values, out, offset) {
    const k = values[0]!;
    const total = x ** 2 + k ** 2;
    out[offset] = x ** 2 / total;
    out[offset + 1] = (2 * x * k ** 2) / total ** 2;
    out[offset + 2] = (-2 * x ** 2 * k) / total ** 2;
  },
});

/** The same as tensor operations, for networks. */
export const squareHillTensor: ResponseFormula = (x, [k]) => {
  const square = tf.square(x);
  return tf.div(square, tf.add(square, tf.square(k!)));
};

/** Effects that change along a straight line: one slope per channel, shrunk to 0. */
export const straightPath: TemporalEngine<{ readonly slope: tf.Tensor }> = {
  name: "straight",
  init: (_, { series }) => ({ slope: tf.zeros([series!]) }),
  apply({ slope }, { periods, fitted = periods }) {
    const time = Float32Array.from({ length: periods }, (_, t) => Math.min(t, fitted - 1) / (fitted - 1) - 0.5);
    return {
      path: tf.mul(tf.tensor3d(time, [1, periods, 1]), tf.reshape(slope, [1, 1, -1])),
      penalty: tf.mul(0.5, tf.sum(tf.square(tf.div(slope, 0.5)))),
    };
  },
};
