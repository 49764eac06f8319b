// Free parameters of a tensor module: one vector per named parameter, mapped to allowed values as in `parameter.ts`.

import { usageError } from "@mmm/core";
import type { TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { constrain, type TransformParameter, unconstrain } from "./parameter.js";

/** Unconstrained values by parameter name, each `[channels]`. */
export type FreeParameters = { readonly [name: string]: tf.Tensor };

/** A normal prior on the free scale of a parameter. */
export interface FreePrior {
  readonly mean: number;
  readonly sd: number;
}

/** Options of every module with free parameters. */
export interface PriorOptions {
  /** Normal priors on the free scale by parameter name. Default: around the initial value, sd 1. */
  readonly priors?: Readonly<Record<string, FreePrior>>;
}

/** What a module with free parameters has besides `apply`. */
export function freeModule(
  name: string,
  parameters: readonly TransformParameter[],
  priors: Readonly<Record<string, FreePrior>>,
): Required<Omit<TensorModule<FreeParameters>, "apply">> & {
  /** Allowed values in the order of the parameters, each `[channels]`. */
  allowed(params: FreeParameters): tf.Tensor[];
} {
  return {
    name,
    init: (_, shape) => initialFree(name, parameters, shape),
    allowed: (params) => parameters.map((parameter) => constrainTensor(parameter, params[parameter.name]!)),
    penalty: (params) => freePenalty(parameters, params, priors),
    describe: (params) => describeFree(parameters, params),
  };
}

/** Start every channel at the initial value of each parameter. @throws MmmError `MISSING_SHAPE` */
function initialFree(
  module: string,
  parameters: readonly TransformParameter[],
  shape: Readonly<Record<string, number>>,
): FreeParameters {
  const channels = shape["channels"];
  if (channels === undefined) {
    throw usageError(
      "MISSING_SHAPE",
      `Module '${module}' needs the length 'channels'; given: ${Object.keys(shape).join(", ") || "none"}.`,
      "Call init(random, { channels: … }).",
    );
  }
  return Object.fromEntries(
    parameters.map((parameter) => [parameter.name, tf.fill([channels], unconstrain(parameter, parameter.initial))]),
  );
}

/** Allowed values of free ones, as tensor operations; same map as {@link constrain}. */
export function constrainTensor(parameter: TransformParameter, free: tf.Tensor): tf.Tensor {
  const { lower, upper } = parameter;
  if (Number.isFinite(upper)) return tf.add(tf.mul(tf.sigmoid(free), upper - lower), lower);
  if (Number.isFinite(lower)) return tf.add(tf.exp(tf.minimum(free, largestExponent)), lower);
  return free;
}

/** `½ Σ ((free − mean)/sd)²` over parameters and channels, a scalar. */
export function freePenalty(
  parameters: readonly TransformParameter[],
  free: FreeParameters,
  priors: Readonly<Record<string, FreePrior>>,
): tf.Tensor {
  return parameters.reduce<tf.Tensor>((total, parameter) => {
    const { mean, sd } = priors[parameter.name] ?? { mean: unconstrain(parameter, parameter.initial), sd: 1 };
    const distance = tf.div(tf.sub(free[parameter.name]!, mean), sd);
    return tf.add(total, tf.mul(0.5, tf.sum(tf.square(distance))));
  }, tf.scalar(0));
}

/** Allowed values by name, read from the tensors. */
function describeFree(
  parameters: readonly TransformParameter[],
  free: FreeParameters,
): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    parameters.map((parameter) => [
      parameter.name,
      Array.from(free[parameter.name]!.dataSync(), (value) => constrain(parameter, value)),
    ]),
  );
}

const largestExponent = 80;
