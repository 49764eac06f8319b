// Responses as tensor operations, one formula per family; equal to the plain ones (tested) in float32. Gradients are
// finite at zero activity.

import { usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import type { SaturationFamily } from "./family.js";

/**
 * Response to non-negative activity.
 *
 * @param x any shape whose last axis is channels
 * @param values allowed values of the parameters in their order, each `[channels]`
 */
export type ResponseFormula = (x: tf.Tensor, values: readonly tf.Tensor[]) => tf.Tensor;

/**
 * Response of a family as a tensor of the shape of `x`.
 *
 * @throws MmmError `NO_TENSOR_FORM` for a family of your own without a formula
 */
export function tensorResponse(
  family: SaturationFamily,
  x: tf.Tensor,
  values: readonly tf.Tensor[],
  formula: ResponseFormula | undefined = formulas[family.id]?.(family.settings),
): tf.Tensor {
  if (formula) return formula(family.id === "none" ? x : tf.relu(x), values);
  throw usageError(
    "NO_TENSOR_FORM",
    `The saturation family '${family.id}' has no tensor form; known: ${Object.keys(formulas).join(", ")}.`,
    "Pass `formula`, the same response written with tfjs operations.",
  );
}

const positive = (value: tf.Tensor): tf.Tensor => tf.clipByValue(value, 1e-12, 1e12);

const formulas: Readonly<Record<string, (settings: Readonly<Record<string, unknown>>) => ResponseFormula>> = {
  none: () => (x) => x,

  hill: ({ convention, observedRange }) => {
    const [low, high] = convention === "robyn" ? (observedRange as readonly [number, number]) : [0, 1];
    return (x, [slope, half]) => {
      const k = positive(tf.add(tf.mul(half!, high - low), low));
      const distance = tf.sub(tf.log(tf.maximum(x, smallest)), tf.log(k));
      const response = tf.sigmoid(tf.mul(tf.clipByValue(slope!, 0.01, 100), distance));
      return tf.mul(response, tf.cast(tf.greater(x, 0), "float32"));
    };
  },

  logistic:
    () =>
    (x, [efficiency]) =>
      tf.tanh(tf.mul(0.5, tf.mul(positive(efficiency!), x))),

  inverseScaledLogistic:
    () =>
    (x, [half]) =>
      tf.tanh(tf.mul(Math.log(3) / 2, tf.div(x, positive(half!)))),

  tanh: ({ convention }) =>
    convention === "pymc"
      ? (x, [size, cost]) => tf.mul(positive(size!), tf.tanh(tf.div(x, tf.mul(positive(size!), positive(cost!)))))
      : (x, [scale]) => tf.tanh(tf.div(x, positive(scale!))),

  michaelisMenten: ({ convention }) =>
    convention === undefined
      ? (x, [half]) => tf.div(x, tf.add(positive(half!), x))
      : (x, [maximum, half]) => tf.mul(positive(maximum!), tf.div(x, tf.add(positive(half!), x))),

  root:
    () =>
    (x, [exponent]) => {
      const power = tf.exp(tf.mul(tf.clipByValue(exponent!, 1e-3, 1), tf.log(tf.maximum(x, smallest))));
      return tf.mul(power, tf.cast(tf.greater(x, 0), "float32"));
    },

  log:
    () =>
    (x, [scale]) =>
      tf.log1p(tf.div(x, positive(scale!))),
};

const smallest = 1e-30;
