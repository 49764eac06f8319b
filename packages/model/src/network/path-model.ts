// The structural model with a temporal engine on its effects, as pure functions of one parameter tree.

import { createRandom, type Frequency, periodsPerYear } from "@mmm/core";
import { type TemporalEngine, timeFeatures } from "@mmm/temporal-gru";
import { mapTree, type NdArray, ndArray, type ParameterTree, setupBackend } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Problem } from "../structural/objective.js";
import { dataOf, type TensorFormulas, tensorStructural } from "../structural/tensor-model.js";

export type ArrayTree = { readonly [name: string]: NdArray | ArrayTree };

export interface PathChoice {
  readonly temporal: TemporalEngine;
  readonly range: number;
  readonly formulas: TensorFormulas;
  readonly seed: number;
  readonly frequency: Frequency;
}

export interface PathModel {
  readonly params: ArrayTree;
  readonly data: ArrayTree;
  /** Penalised objective per training cell that is used. */
  objective(params: ParameterTree, data: ParameterTree, key?: tf.Tensor): tf.Tensor;
  /**
   * Squared errors of the forecast from the end of the fitted periods, scaled KPI, a mean over units for each period
   * after them; the level stays where those periods left it. Data of {@link validationData}.
   */
  ahead(params: ParameterTree, data: ParameterTree): tf.Tensor;
  /** Path on the log scale before it is bounded, `[trainingEnd, channels]`. */
  path(params: ParameterTree, data: ParameterTree): tf.Tensor;
  vectorsOf(params: ArrayTree): { readonly shared: Float64Array; readonly own: Float64Array };
}

/** @param fitted first periods whose KPI counts; the path stays where it is after them */
export async function pathModel(
  problem: Problem,
  start: { readonly shared: Float64Array; readonly own: Float64Array },
  { temporal, range, formulas, seed, frequency }: PathChoice,
  fitted: number,
): Promise<PathModel> {
  const { units, channels, trainingEnd } = problem.design;
  const bound = Math.log(1 + range);
  const features = timeFeatures(trainingEnd, { fitted, periodsPerYear: periodsPerYear[frequency] });
  const cells = problem.weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);

  const apply = (params: ParameterTree, data: ParameterTree, key?: tf.Tensor) => {
    const { temporal: own } = params as { readonly temporal: ParameterTree };
    const known = (data as { readonly features: tf.Tensor }).features;
    const input = { periods: trainingEnd, fitted, features: known, ...(key && { key }) };
    return temporal.apply(own, input, undefined);
  };
  const modulated = (key?: tf.Tensor) =>
    tensorStructural(problem, start.shared, start.own, {
      formulas,
      modulation: (params, data) => tf.exp(tf.mul(bound, tf.tanh(tf.div(apply(params, data, key).path, bound)))),
    });
  const plain = modulated();
  return {
    params: {
      ...(plain.params as ArrayTree),
      temporal: await startOf(temporal, { units, channels, fitted, seed }, features),
    },
    data: { ...(plain.data as ArrayTree), features },
    vectorsOf: plain.vectorsOf,
    objective(params, data, key) {
      const model = key ? modulated(key) : plain;
      return tf.div(tf.add(model.objective(params, data), apply(params, data, key).penalty), cells);
    },
    ahead(params, data) {
      const { kpi, mask, lastLevel } = data as Readonly<Record<string, tf.Tensor>>;
      const window: [number, number] = [units, trainingEnd - fitted];
      const residual = tf.mul(tf.sub(kpi!, plain.predict(params, data)), mask!);
      const level = tf.sum(tf.mul(residual, lastLevel!), 1, true);
      const seen = tf.slice(mask!, [0, fitted], window);
      const error = tf.mul(tf.sub(tf.slice(residual, [0, fitted], window), level), seen);
      return tf.div(tf.sum(tf.square(error), 0), tf.maximum(tf.sum(seen, 0), 1));
    },
    path: (params, data) => {
      const { path } = apply(params, data);
      return tf.reshape(tf.mean(path, 0), [trainingEnd, channels]);
    },
  };
}

/**
 * Data of the whole problem for {@link PathModel.ahead} of a model of its first periods.
 *
 * @param early the problem of the first periods: later ones have no weight
 */
export function validationData(problem: Problem, early: Problem, { data }: PathModel): ArrayTree {
  const { units, trainingEnd } = problem.design;
  const lastLevel = new Float64Array(units * trainingEnd);
  // The level after the last update is linear in the residuals: gain_t · Π (1 − gain) of the periods after t.
  early.filters.forEach(({ gain }, r) => {
    for (let t = trainingEnd - 1, left = 1; t >= 0; left *= 1 - gain[t]!, t--) {
      lastLevel[r * trainingEnd + t] = left * gain[t]!;
    }
  });
  const facts = dataOf(problem) as ArrayTree;
  return { ...facts, features: data["features"]!, lastLevel: ndArray(lastLevel, [units, trainingEnd]) };
}

async function startOf(
  temporal: TemporalEngine,
  { units, channels, fitted, seed }: Record<"units" | "channels" | "fitted" | "seed", number>,
  features: NdArray,
): Promise<ArrayTree> {
  await setupBackend("cpu");
  const random = createRandom(seed).split("network");
  const shape = { series: channels, periods: fitted, units, features: features.shape[2]! };
  const params = tf.tidy(() => temporal.init(random, shape));
  const arrays = mapTree(params, (leaf: tf.Tensor) => ndArray(Float64Array.from(leaf.dataSync()), leaf.shape));
  tf.dispose(params as tf.TensorContainer);
  return arrays as ArrayTree;
}
