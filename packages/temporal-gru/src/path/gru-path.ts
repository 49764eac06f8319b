// Paths from a GRU: change explained by what is known of each period (time, season, activity, controls). The network
// starts as a constant and is held there by the same roughness prior as the random walk, so that it moves an effect
// only where the data pay for it.

import { usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import { type GruOptions, type GruParameters, gruModule } from "../gru/gru.js";
import {
  centreOverFitted,
  defaultSteps,
  halfSquares,
  holdLast,
  lengthOf,
  roughness,
  type StepPrior,
  type TemporalEngine,
} from "./temporal-engine.js";

export interface GruPathOptions extends GruOptions, StepPrior {
  /**
   * After the fitted periods: `hold` the last level, as the other engines do, or `follow` the network, which is right
   * only when features known ahead are what moves the effect. Default `hold`.
   */
  readonly ahead?: "hold" | "follow";
  /** Standard deviation of the normal prior on the weights from state to path. Default 1. */
  readonly weightScale?: number;
}

export type GruPathParameters = {
  readonly gru: GruParameters;
  /** `[hidden, series]`, zero at the start. */
  readonly weights: tf.Tensor;
};

/**
 * Path from a GRU over features, `d_t = W h_t`, centred.
 *
 * `init` needs `{ series, features }`. Features `[1, periods, …]` give a path shared by all units, features per unit a
 * path per unit. They must be known for future periods too; see `timeFeatures`.
 *
 * @throws MmmError `NO_FEATURES` when applied without features
 * @example timeVaryingEffects(gruPath({ hidden: 8 }))
 */
export function gruPath({
  stepScale = defaultSteps.stepScale,
  certainty = defaultSteps.certainty,
  ahead = "hold",
  weightScale = 1,
  ...options
}: GruPathOptions = {}): TemporalEngine<GruPathParameters> {
  const layers = gruModule(options);
  const hidden = options.hidden ?? 16;
  return {
    name: "gru",
    init: (random, shape) => ({
      gru: layers.init(random, { features: lengthOf("gru", shape, "features") }),
      weights: tf.zeros([hidden, lengthOf("gru", shape, "series")]),
    }),
    apply(params, { periods, fitted = periods, features, key }) {
      if (!features) {
        throw usageError(
          "NO_FEATURES",
          "The temporal engine 'gru' needs features of each period.",
          "Pass features, for example timeFeatures(periods, { fitted }).",
        );
      }
      const { sequence } = layers.apply(params.gru, features, key ? { key } : {});
      const units = sequence.shape[0]!;
      const series = params.weights.shape[1]!;
      const rows = tf.matMul(tf.reshape(sequence, [units * periods, hidden]), params.weights);
      const known = Math.min(fitted, periods);
      const whole = centreOverFitted(tf.reshape(rows, [units, periods, series]), known);
      const past = holdLast(whole, known);
      const penalty = tf.add(
        roughness(past, { stepScale, certainty }),
        halfSquares(tf.div(params.weights, weightScale)),
      );
      return { path: ahead === "hold" ? holdLast(past, periods) : whole, penalty };
    },
  };
}
