// Forecasting with a GRU: the change against the same period one season earlier is learned from all series together.
// A small general tool, and an example of what the parts of this package are for. Not a marketing model: it knows no
// causes. Prefer a statistical model for a single short series.

import { createRandom, type RunHooks, throwIfCancelled } from "@mmm/core";
import {
  adam,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  compile,
  compileStep,
  cosineDecay,
  eagerEngine,
  type NdArray,
  ndArray,
  setupBackend,
  type TensorEngine,
  type TensorTree,
  valueAndGrad,
} from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { type GruParameters, gruModule } from "../gru/gru.js";
import { batchSeries, describePeriod, inputWidth } from "./sequence.js";

export interface ForecastOptions {
  /** Length of the season in periods, for example 52 for weeks. Default 1: no season, compare with the last value. */
  readonly season?: number;
  /** Size of the network's state. Default 16. */
  readonly hidden?: number;
  /** Share of the state that is dropped in training. Default 0.1. */
  readonly dropout?: number;
  /** Training steps. Default 300. */
  readonly steps?: number;
  /** Default 0.02, falling to 0 along a cosine. */
  readonly learningRate?: number;
  /** Default 1. The same seed gives the same forecast. */
  readonly seed?: number;
  /** Default: the eager engine on the tfjs `wasm` backend. */
  readonly engine?: TensorEngine;
}

export interface Forecast {
  /** The next `horizon` values of each series, in their own units. */
  predict(horizon: number): Promise<Float64Array[]>;
  /** Standard deviation of the one-step errors in training, per series, in its own units. */
  readonly errors: readonly number[];
  /** Mean squared scaled error after each step. */
  readonly losses: readonly number[];
  /** Free what the engine holds; `predict` cannot be called afterwards. */
  dispose(): Promise<void>;
}

type Params = { readonly gru: GruParameters; readonly weights: tf.Tensor };

/**
 * Learn to forecast one or more series, of any lengths.
 *
 * `ŷ_t = y_{t − season} + w · h_t`, `h` the state of a GRU that has seen everything before t.
 *
 * @param series values in time order, one array per series
 * @throws MmmError `SHORT_SERIES`, `NOT_FINITE`
 * @example
 * const forecast = await fitForecast([sales], { season: 52 });
 * const [next] = await forecast.predict(13);
 */
export async function fitForecast(
  series: readonly ArrayLike<number>[],
  {
    season = 1,
    hidden = 16,
    dropout = 0.1,
    steps = 300,
    learningRate = 0.02,
    seed = 1,
    engine = eagerEngine(),
  }: ForecastOptions = {},
  hooks?: RunHooks,
): Promise<Forecast> {
  const batch = batchSeries(series, season);
  const { count, periods } = batch;
  const layers = gruModule({ hidden, dropout });
  const random = createRandom(seed);
  if (!tf.engine().backendName) await setupBackend("wasm");

  const inputs = new Float32Array(count * periods * inputWidth);
  for (let i = 0; i < count; i++) {
    const own = batch.values.subarray(i * periods, i * periods + batch.lengths[i]!);
    for (let t = 0; t < own.length; t++) describePeriod(own, t, season, inputs, (i * periods + t) * inputWidth);
  }
  const data = {
    inputs: ndArray(inputs, [count, periods, inputWidth]),
    values: ndArray(batch.values, [count, periods]),
    mask: ndArray(batch.mask, [count, periods]),
  };
  type Data = { readonly [name in keyof typeof data]: tf.Tensor };

  const run = (params: Params, given: Data, key?: tf.Tensor) => {
    const context = { mask: given.mask, ...(key && { key }) };
    const { sequence, finalState } = layers.apply(params.gru, given.inputs, context);
    return { prediction: readOut(params, sequence, given.inputs), finalState };
  };
  const observed = batch.mask.reduce((sum, one) => sum + one, 0);
  const loss = valueAndGrad((params: Params, given: Data, key: tf.Tensor) => {
    const error = tf.mul(tf.sub(given.values, run(params, given, key).prediction), given.mask);
    return tf.div(tf.sum(tf.square(error)), observed);
  });
  const optimiser = chain(clipByGlobalNorm(1), adam({ learningRate: cosineDecay(learningRate, steps) }));
  const start = tf.tidy(() => {
    const params: Params = { gru: layers.init(random, { features: inputWidth }), weights: tf.zeros([hidden, 1]) };
    return { params, optimiser: optimiser.init(params) };
  });
  const step = await compileStep(
    (state: { readonly params: Params; readonly optimiser: TensorTree }, given: Data, key: tf.Tensor) => {
      const { value, gradient } = loss(state.params, given, key);
      const { updates, state: next } = optimiser.update(gradient, state.optimiser, state.params);
      return { state: { params: applyUpdates(state.params, updates), optimiser: next }, outputs: { loss: value } };
    },
    start,
    [data, 0],
    { engine },
  );
  tf.dispose(start as unknown as tf.TensorContainer);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    throwIfCancelled(hooks);
    losses.push((await step.run(data, seed + i)).loss.data[0]!);
    hooks?.onProgress?.({ phase: "fit", step: i + 1, total: steps, metrics: { loss: losses.at(-1)! } });
  }
  const { params } = await step.readState();
  await step.dispose();

  const fitted = await compile((p: Params, given: Data) => run(p, given), [params, data], { engine });
  const { prediction, finalState } = await fitted(params, data);
  await fitted.dispose();
  const errors = batch.lengths.map((length, i) => {
    let sum = 0;
    for (let t = season + 1; t < length; t++) {
      sum += (prediction.data[i * periods + t]! - batch.values[i * periods + t]!) ** 2;
    }
    return batch.scales[i]! * Math.sqrt(sum / (length - season - 1));
  });

  const one = { inputs: ndArray(new Float32Array(count * inputWidth), [count, 1, inputWidth]), state: finalState };
  const advance = await compile(
    (p: Params, given: { readonly inputs: tf.Tensor; readonly state: { readonly [layer: string]: tf.Tensor } }) => {
      const { sequence, finalState: next } = layers.apply(p.gru, given.inputs, { state: given.state });
      return { prediction: readOut(p, sequence, given.inputs), state: next };
    },
    [params, one],
    { engine },
  );

  return {
    errors,
    losses,
    dispose: () => advance.dispose(),
    async predict(horizon) {
      const paths = batch.lengths.map((length, i) =>
        Array.from(batch.values.subarray(i * periods, i * periods + length)),
      );
      let state: { readonly [layer: string]: NdArray } = finalState;
      for (let ahead = 0; ahead < horizon; ahead++) {
        const next = new Float32Array(count * inputWidth);
        paths.forEach((path, i) => {
          describePeriod(path, path.length, season, next, i * inputWidth);
        });
        const result = await advance(params, { inputs: ndArray(next, [count, 1, inputWidth]), state });
        state = result.state;
        paths.forEach((path, i) => {
          path.push(result.prediction.data[i]!);
        });
      }
      return paths.map((path, i) =>
        Float64Array.from(path.slice(batch.lengths[i]!), (value) => batch.means[i]! + batch.scales[i]! * value),
      );
    },
  };
}

// The reference, the first input, plus what the state says about the change.
function readOut({ weights }: Params, sequence: tf.Tensor, inputs: tf.Tensor): tf.Tensor {
  const [count, periods, hidden] = sequence.shape as [number, number, number];
  const change = tf.reshape(tf.matMul(tf.reshape(sequence, [count * periods, hidden]), weights), [count, periods]);
  return tf.add(tf.reshape(tf.slice(inputs, [0, 0, 0], [count, periods, 1]), [count, periods]), change);
}
