import * as tf from "@tensorflow/tfjs-core";
import { lengthOf, type TemporalEngine } from "./temporal-engine.js";

export type StaticParameters = { readonly none: tf.Tensor };

/**
 * Nothing varies: every path is zero. The yardstick for the other engines.
 *
 * @example timeVaryingEffects(staticPath())
 */
export function staticPath(): TemporalEngine<StaticParameters> {
  return {
    name: "static",
    // A tree needs a leaf; this one only carries how many series there are.
    init: (_, shape) => ({ none: tf.zeros([lengthOf("static", shape, "series")]) }),
    apply: ({ none }, { periods }) => ({ path: tf.zeros([1, periods, none.shape[0]!]), penalty: tf.scalar(0) }),
  };
}
