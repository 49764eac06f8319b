// Free parameters of a tensor module: one vector per named parameter, mapped to allowed values as in `parameter.ts`.

import { usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import { constrain, type TransformParameter, unconstrain } from "./parameter.js";

/** Unconstrained values by parameter name, each `[channels]`. */
export type FreeParameters = { readonly [name: string]: tf.Tensor };

/** A normal prior on the free scale of a parameter. */
export interface FreePrior {
  readonly mean: number;
  readonly sd: number;
}

/** Start every channel at the initial value of each parameter. */
export function initialFree(
  module: string,
  parameters: readonly TransformParameter[],
  shape: Readonly<Record<string, number>>,
): FreeParameters {
  const channels = lengthOf(module, shape, "channels");
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
export function describeFree(
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

/** A length that `init` needs. @throws MmmError `MISSING_SHAPE` */
export function lengthOf(module: string, shape: Readonly<Record<string, number>>, name: string): number {
  const length = shape[name];
  if (length !== undefined) return length;
  throw usageError(
    "MISSING_SHAPE",
    `Module '${module}' needs the length '${name}'; given: ${Object.keys(shape).join(", ") || "none"}.`,
    `Call init(random, { ${name}: … }).`,
  );
}

const largestExponent = 80;
