// One additive model, fitted with any temporal engine: level per unit, season, control, and per channel a constant
// effect times a modulation on saturated, carried-over activity. Everything but the engine is the same.

import { createRandom } from "@mmm/core";
import type { TemporalEngine } from "@mmm/temporal-gru";
import { timeFeatures, timeVaryingEffects } from "@mmm/temporal-gru";
import {
  adam,
  chain,
  clipByGlobalNorm,
  compile,
  cosineDecay,
  ndArray,
  type ParameterTree,
  type TensorEngine,
  train,
} from "@mmm/tensor";
import { adstockModule, fourierSeasonModule, geometric, hill, saturationModule } from "@mmm/transforms";
import * as tf from "@tensorflow/tfjs-core";
import type { DriftingPanel } from "./simulate.js";

export interface TemporalFit {
  /** `[units, periods]` */
  readonly prediction: ArrayLike<number>;
  /** `[periods, channels]`, mean over units. */
  readonly modulation: Float64Array;
  readonly noise: number;
  readonly seconds: number;
  readonly losses: readonly number[];
}

export async function fitTemporal(
  panel: DriftingPanel,
  temporal: TemporalEngine,
  engine: TensorEngine,
  { steps = 800, learningRate = 0.05, seed = 1 }: { steps?: number; learningRate?: number; seed?: number } = {},
): Promise<TemporalFit> {
  const { units, periods, fitted, channels } = panel;
  const carryover = adstockModule(geometric(), { lags: 13 });
  const saturation = saturationModule(hill());
  const season = fourierSeasonModule({ harmonics: 2, priorScale: 0.3 });
  const effects = timeVaryingEffects(temporal);
  const features = timeFeatures(periods, { fitted, periodsPerYear: 52 });
  const random = createRandom(seed);
  const initial = tf.tidy(() => ({
    level: tf.fill([units], 0.5),
    size: tf.fill([channels], -1.5),
    control: tf.scalar(0),
    logNoise: tf.scalar(Math.log(0.1)),
    season: season.init(random, {}),
    carryover: carryover.init(random, { channels }),
    saturation: saturation.init(random, { channels }),
    temporal: effects.init(random, {
      series: channels,
      periods: fitted,
      units,
      features: features.shape[2]!,
    }) as ParameterTree,
  }));
  type Params = typeof initial;
  type Past = { readonly [name in "activity" | "control" | "features" | "kpi"]: tf.Tensor };

  const model = (params: Params, activity: tf.Tensor, control: tf.Tensor, inputs: tf.Tensor) => {
    const covered = activity.shape[1]!;
    const carried = carryover.apply(params.carryover, activity, { before: tf.ones([units, channels]) });
    const response = saturation.apply(params.saturation, carried, undefined);
    const { modulation, penalty } = effects.apply(
      params.temporal,
      { periods: covered, fitted, features: inputs },
      undefined,
    );
    const media = tf.sum(tf.mul(tf.mul(response, modulation), tf.softplus(params.size)), 2);
    const positions = tf.div(tf.range(0, covered), 52);
    const base = tf.add(tf.reshape(params.level, [units, 1]), season.apply(params.season, positions, undefined));
    const prediction = tf.add(tf.add(base, tf.mul(control, params.control)), media);
    return { prediction, modulation: tf.mean(modulation, 0), penalty };
  };

  const objective = (params: Params, { activity, control, features: inputs, kpi }: Past) => {
    const { prediction, penalty } = model(params, activity, control, inputs);
    const residual = tf.div(tf.sub(kpi, prediction), tf.exp(params.logNoise));
    const fit = tf.add(tf.mul(0.5, tf.sum(tf.square(residual))), tf.mul(units * fitted, params.logNoise));
    const priors = [
      penalty,
      season.penalty!(params.season),
      carryover.penalty!(params.carryover),
      saturation.penalty!(params.saturation),
      tf.mul(0.5, tf.sum(tf.square(tf.div(tf.add(params.size, 1.5), 1.5)))),
    ];
    return tf.div(tf.add(fit, tf.addN(priors)), units * fitted);
  };

  const window = (values: Float64Array, width: number, count: number): Float64Array => {
    const out = new Float64Array(units * count * width);
    for (let r = 0; r < units; r++) {
      out.set(values.subarray(r * periods * width, (r * periods + count) * width), r * count * width);
    }
    return out;
  };
  const past = {
    activity: ndArray(window(panel.activity, channels, fitted), [units, fitted, channels]),
    control: ndArray(window(panel.control, 1, fitted), [units, fitted]),
    features: ndArray(features.data.slice(0, fitted * features.shape[2]!), [1, fitted, features.shape[2]!]),
    kpi: ndArray(window(panel.kpi, 1, fitted), [units, fitted]),
  };

  const started = performance.now();
  const { params, losses } = await train({
    engine,
    objective,
    params: initial,
    data: past,
    optimiser: chain(clipByGlobalNorm(1), adam({ learningRate: cosineDecay(learningRate, steps, 0.02) })),
    steps,
    seed,
  });

  const whole = [
    ndArray(panel.activity, [units, periods, channels]),
    ndArray(panel.control, [units, periods]),
    features,
  ] as const;
  const predict = await compile(
    (p: ParameterTree, ...data: readonly tf.Tensor[]) => {
      const { prediction, modulation } = model(p as Params, data[0]!, data[1]!, data[2]!);
      return { prediction, modulation, noise: tf.exp((p as Params).logNoise) };
    },
    [params, ...whole],
    { engine },
  );
  const result = await predict(params, ...whole);
  await predict.dispose();
  return {
    prediction: result.prediction.data,
    modulation: Float64Array.from(result.modulation.data),
    noise: result.noise.data[0]!,
    seconds: (performance.now() - started) / 1000,
    losses,
  };
}
