// Saturation as a tensor module: one learned response curve per channel.

import type { TensorModule } from "@mmm/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import {
  constrainTensor,
  describeFree,
  type FreeParameters,
  type FreePrior,
  freePenalty,
  initialFree,
} from "../parameter/free-parameters.js";
import type { SaturationFamily } from "./family.js";
import { type ResponseFormula, tensorResponse } from "./tensor-response.js";

export interface SaturationModuleOptions {
  /** Normal priors on the free scale by parameter name. Default: around the initial value, sd 1. */
  readonly priors?: Readonly<Record<string, FreePrior>>;
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
  const { parameters } = family;
  const name = `saturation-${family.id}`;
  return {
    name,
    init: (_, shape) => initialFree(name, parameters, shape),
    apply: (params, x: tf.Tensor) =>
      tensorResponse(
        family,
        x,
        parameters.map((parameter) => constrainTensor(parameter, params[parameter.name]!)),
        formula,
      ),
    penalty: (params) => freePenalty(parameters, params, priors),
    describe: (params) => describeFree(parameters, params),
  };
}
