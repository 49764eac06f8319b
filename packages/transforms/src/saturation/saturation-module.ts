// Saturation as a tensor module: one learned response curve per channel.

import type { TensorModule } from "@mmm/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import { type FreeParameters, freeModule, type PriorOptions } from "../parameter/free-parameters.js";
import type { SaturationFamily } from "./family.js";
import { type ResponseFormula, tensorResponse } from "./tensor-response.js";

export interface SaturationModuleOptions extends PriorOptions {
  /** Tensor form of a family of your own. */
  readonly formula?: ResponseFormula;
}

/**
 * Saturating response per channel.
 *
 * Input of any shape whose last axis is channels, best scaled so that typical activity is about 1; output the same
 * shape. `init` needs `{ channels }`.
 *
 * @example
 * const saturation = saturationModule(hill());
 * const response = saturation.apply(saturation.init(createRandom(1), { channels: 3 }), carried, undefined);
 */
export function saturationModule(
  family: SaturationFamily,
  { priors = {}, formula }: SaturationModuleOptions = {},
): TensorModule<FreeParameters> {
  const { allowed, ...module } = freeModule(`saturation-${family.id}`, family.parameters, priors);
  return {
    ...module,
    apply: (params, x: tf.Tensor) => tensorResponse(family, x, allowed(params), formula),
  };
}
