// Forecasting with a GRU: the change against the same period one season earlier is learned from all series together.
// A small general tool, and an example of what the parts of this package are for. Not a marketing model: it knows no
// causes. Prefer a statistical model for a single short series.

import { createRandom, MmmError, type RunHooks, throwIfCancelled } from "@mmm/core";
import {
  adam,
  chain,
  clipByGlobalNorm,
  compile,
  cosineDecay,
  eagerEngine,
  type NdArray,
  ndArray,
  setupBackend,
  type TensorEngine,
  train,
  type WithLeaves,
} from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { forecastNetwork, type NetworkParameters } from "./network.js";
import { batchInputs, batchSeries, describePeriod, inputWidth } from "./sequence.js";

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

type Data = { readonly inputs: tf.Tensor; readonly values: tf.Tensor; readonly mask: tf.Tensor };
type Period = { readonly inputs: tf.Tensor; readonly state: { readonly [layer: string]: tf.Tensor } };

/**
 * Learn to forecast one or more series, of any lengths.
 *
 * `ŷ_t = y_{t − season} + w · h_t`, `h` the state of a GRU that has seen everything before t.
 *
 * @param series values in time order, one array per series
 * @throws MmmError `SHORT_SERIES`, `NOT_FINITE`, `CANCELLED`, `DIVERGED`
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
  if (!tf.engine().backendName) await setupBackend("wasm");
  const network = forecastNetwork(hidden, dropout);
  const data = {
    inputs: ndArray(batchInputs(batch, season), [count, periods, inputWidth]),
    values: ndArray(batch.values, [count, periods]),
    mask: ndArray(batch.mask, [count, periods]),
  };
  const observed = batch.mask.reduce((sum, one) => sum + one, 0);
  const start = tf.tidy(() => network.init(createRandom(seed)));
  const trained = await train({
    engine,
    objective(params: NetworkParameters, { inputs, values, mask }: Data, key: tf.Tensor) {
      const { prediction } = network.apply(params, inputs, { mask, key });
      return tf.div(tf.sum(tf.square(tf.mul(tf.sub(values, prediction), mask))), observed);
    },
    params: start,
    data,
    optimiser: chain(clipByGlobalNorm(1), adam({ learningRate: cosineDecay(learningRate, steps) })),
    steps,
    seed,
    ...(hooks && { hooks }),
  });
  tf.dispose(start as tf.TensorContainer);
  throwIfCancelled(hooks);
  if (trained.divergence) {
    throw new MmmError(trained.divergence.message, { code: "DIVERGED", kind: "numerical" });
  }
  const params = trained.params as WithLeaves<NetworkParameters, NdArray>;

  const fitted = await compile(
    (p: NetworkParameters, { inputs, mask }: Data) => network.apply(p, inputs, { mask }),
    [params, data],
    { engine },
  );
  const { prediction, finalState } = await fitted(params, data);
  await fitted.dispose();
  const errors = batch.lengths.map((length, i) => {
    let sum = 0;
    for (let t = season + 1; t < length; t++) {
      sum += (prediction.data[i * periods + t]! - batch.values[i * periods + t]!) ** 2;
    }
    return batch.scales[i]! * Math.sqrt(sum / (length - season - 1));
  });

  const inputShape = [count, 1, inputWidth];
  const advance = await compile(
    (p: NetworkParameters, { inputs, state }: Period) => network.apply(p, inputs, { state }),
    [params, { inputs: ndArray(new Float32Array(count * inputWidth), inputShape), state: finalState }],
    { engine },
  );

  return {
    errors,
    losses: trained.losses,
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
        const result = await advance(params, { inputs: ndArray(next, inputShape), state });
        state = result.finalState;
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
