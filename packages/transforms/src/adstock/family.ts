// What every carryover family offers: lag weights and their exact derivatives, in float64, without allocation in the
// hot path. A family says how an impulse of activity spreads over the following periods; `convolve.ts` applies it.
// Saturation is a separate choice.

import { usageError } from "@mmm/core";
import type { FamilyDefinition, TransformFamily } from "../parameter/parameter.js";

export interface LagWeightGradient {
  /** `[lags]`, lag 0 first. */
  readonly weights: Float64Array;
  /** `[parameters, lags]`: the derivative of weight l by parameter p sits at `p * lags + l`. */
  readonly jacobian: Float64Array;
}

/**
 * A family of lag weights. Parameters are constrained values in the order of `parameters`; a value outside the
 * mathematical domain counts as the nearest value inside it, so every result is finite.
 */
export interface AdstockFamily extends TransformFamily {
  /** Whether weights sum to 1 when the caller does not say. */
  readonly normalised: boolean;
  /** Weights of lags 0 … lags−1. */
  weights(parameters: ArrayLike<number>, lags: number, normalised?: boolean): Float64Array;
  /** Weights and their derivatives. */
  gradient(parameters: ArrayLike<number>, lags: number, normalised?: boolean): LagWeightGradient;
  /** The same without allocation: `weights.length` is the number of lags; pass `null` to skip the derivatives. */
  evaluate(
    parameters: ArrayLike<number>,
    weights: Float64Array,
    jacobian: Float64Array | null,
    normalised?: boolean,
  ): void;
}

export interface AdstockDefinition extends FamilyDefinition {
  readonly normalised?: boolean;
  /**
   * Write raw weights, and derivatives where `jacobian` is given. With `anyScale` the weights may carry one common
   * factor, treated as constant in the derivatives: they are divided by their sum afterwards.
   */
  raw(parameters: ArrayLike<number>, weights: Float64Array, jacobian: Float64Array | null, anyScale: boolean): void;
  /** How to divide by the total; by the sum over the window when absent. */
  normalise?(parameters: ArrayLike<number>, weights: Float64Array, jacobian: Float64Array | null): void;
}

/**
 * Make a carryover family from raw weights and derivatives.
 *
 * @example
 * const twoWeeks = defineAdstock({
 *   id: "two-weeks", title: "Two weeks", formula: "w = 1, p, 0, …", citation: "our own",
 *   parameters: [{ name: "second", lower: 0, upper: 1, initial: 0.5 }],
 *   raw([p], w, jacobian) { w.fill(0); w[0] = 1; w[1] = p; if (jacobian) { jacobian.fill(0); jacobian[1] = 1; } },
 * });
 */
export function defineAdstock(definition: AdstockDefinition): AdstockFamily {
  const { id, title, formula, citation, parameters, raw } = definition;
  const normalisedByDefault = definition.normalised ?? true;
  const normalise = definition.normalise ?? divideBySum;
  const count = parameters.length;

  const evaluate: AdstockFamily["evaluate"] = (values, weights, jacobian, normalised = normalisedByDefault) => {
    raw(values, weights, jacobian, normalised);
    if (normalised) normalise(values, weights, jacobian);
  };

  return Object.freeze({
    id,
    title,
    formula,
    citation,
    parameters,
    settings: definition.settings ?? {},
    normalised: normalisedByDefault,
    evaluate,
    weights(values: ArrayLike<number>, lags: number, normalised?: boolean) {
      const weights = new Float64Array(checkedLags(id, lags));
      evaluate(values, weights, null, normalised);
      return weights;
    },
    gradient(values: ArrayLike<number>, lags: number, normalised?: boolean) {
      const weights = new Float64Array(checkedLags(id, lags));
      const jacobian = new Float64Array(count * lags);
      evaluate(values, weights, jacobian, normalised);
      return { weights, jacobian };
    },
  });
}

// w̃ = w/S, dw̃ = (dw − w̃·dS)/S.
function divideBySum(_: ArrayLike<number>, weights: Float64Array, jacobian: Float64Array | null): void {
  const lags = weights.length;
  let sum = 0;
  for (let l = 0; l < lags; l++) sum += weights[l]!;
  for (let l = 0; l < lags; l++) weights[l]! /= sum;
  if (!jacobian) return;
  for (let start = 0; start < jacobian.length; start += lags) {
    let slope = 0;
    for (let l = 0; l < lags; l++) slope += jacobian[start + l]!;
    for (let l = 0; l < lags; l++) jacobian[start + l] = (jacobian[start + l]! - weights[l]! * slope) / sum;
  }
}

function checkedLags(id: string, lags: number): number {
  if (Number.isInteger(lags) && lags >= 1) return lags;
  throw usageError(
    "BAD_LAGS",
    `${id} adstock needs a whole number of lags of at least 1, got ${lags}.`,
    "Count the current period too: `lags: 13` looks back 12 periods.",
  );
}
