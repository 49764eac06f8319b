// Lag weights as tensor operations, one formula per family; equal to the plain ones (tested) in float32.

import { usageError } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import type { AdstockFamily } from "./family.js";

/**
 * Raw weights of a family.
 *
 * @param values allowed values of the parameters in their order, each `[channels, 1]`
 * @param lag `[1, lags]`: 0, 1, 2, …
 * @param anyScale rows may carry a common factor, because they are normalised afterwards
 * @returns `[channels, lags]`
 */
export type LagWeightFormula = (values: readonly tf.Tensor[], lag: tf.Tensor, anyScale: boolean) => tf.Tensor;

/**
 * Lag weights of a family as a tensor.
 *
 * @param values allowed values of the parameters in their order, each `[channels]`
 * @param formula for a family of your own
 * @returns `[channels, lags]`, lag 0 first
 * @throws MmmError `NO_TENSOR_FORM` for a family of your own without a formula
 */
export function tensorLagWeights(
  family: AdstockFamily,
  values: readonly tf.Tensor[],
  channels: number,
  lags: number,
  normalised: boolean = family.normalised,
  formula: LagWeightFormula | undefined = formulaOf(family),
): tf.Tensor {
  if (!formula) {
    throw usageError(
      "NO_TENSOR_FORM",
      `The adstock family '${family.id}' has no tensor form; known: ${Object.keys(formulas).join(", ")}.`,
      "Pass `formula`, the same weights written with tfjs operations.",
    );
  }
  const columns = values.map((value) => tf.reshape(value, [channels, 1]));
  const raw = tf.broadcastTo(formula(columns, tf.reshape(tf.range(0, lags), [1, lags]), normalised), [channels, lags]);
  if (!normalised) return raw;
  const endless = family.id === "geometric" && family.settings["convention"] === "lmmm";
  return endless ? tf.mul(raw, tf.sub(1, columns[0]!)) : tf.div(raw, tf.sum(raw, 1, true));
}

function formulaOf({ id, settings }: AdstockFamily): LagWeightFormula | undefined {
  return formulas[id]?.(settings["convention"] as string | undefined);
}

const share = (value: tf.Tensor): tf.Tensor => tf.clipByValue(value, 1e-9, 1);

const formulas: Readonly<Record<string, (convention: string | undefined) => LagWeightFormula>> = {
  none: () => (_, lag) => tf.cast(tf.equal(lag, 0), "float32"),

  geometric:
    () =>
    ([decay], lag) =>
      tf.exp(tf.mul(lag, tf.log(share(decay!)))),

  delayed:
    () =>
    ([decay, peak], lag, anyScale) => {
      const log = tf.mul(tf.square(tf.sub(lag, peak!)), tf.log(share(decay!)));
      return tf.exp(anyScale ? tf.sub(log, tf.max(log, 1, true)) : log);
    },

  binomial:
    () =>
    ([decay], lag) => {
      const lags = lag.shape[1]!;
      const exponent = tf.sub(tf.div(1, tf.clipByValue(decay!, 1e-6, 1)), 1);
      return tf.exp(tf.mul(exponent, tf.log1p(tf.div(lag, -lags))));
    },

  weibullCdf:
    (convention) =>
    ([shape, scale], lag) => {
      const [log] = hazard(shape!, scale!, lag, lag.shape[1]!, convention);
      // Lag 0 has no hazard behind it; its time 0 was replaced by 1 to keep the logarithm finite.
      const later = tf.cast(tf.greater(lag, 0), "float32");
      return tf.exp(tf.neg(tf.cumsum(tf.mul(tf.exp(log), later), 1)));
    },

  weibullPdf:
    (convention) =>
    ([shape, scale], lag, anyScale) => {
      const lags = lag.shape[1]!;
      const [logHazard, ratio, k, lambda] = hazard(shape!, scale!, tf.add(lag, 1), lags, convention);
      const log = tf.sub(tf.add(tf.log(tf.div(k, lambda)), tf.mul(tf.sub(k, 1), ratio)), tf.exp(logHazard));
      if (convention === undefined) return tf.exp(anyScale ? tf.sub(log, tf.max(log, 1, true)) : log);
      if (lags === 1) return tf.onesLike(log);
      const density = tf.exp(tf.sub(log, tf.max(log, 1, true)));
      const smallest = tf.min(density, 1, true);
      return tf.div(tf.sub(density, smallest), tf.sub(tf.max(density, 1, true), smallest));
    },
};

// ln (t/scale)^shape, ln (t/scale), shape and scale, all inside the domain and finite in float32.
function hazard(
  shape: tf.Tensor,
  scale: tf.Tensor,
  time: tf.Tensor,
  lags: number,
  convention: string | undefined,
): [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] {
  const k = tf.clipByValue(shape, 0.01, 20);
  const lambda =
    convention === "robyn"
      ? tf.round(tf.add(tf.mul(tf.clipByValue(scale, 0, 1), lags - 1), 1))
      : tf.clipByValue(scale, 0.01, 1e9);
  const ratio = tf.sub(tf.log(tf.maximum(time, 1)), tf.log(lambda));
  return [tf.minimum(tf.mul(k, ratio), 80), ratio, k, lambda];
}
