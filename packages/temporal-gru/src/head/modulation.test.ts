import { createRandom } from "@mmm/core";
import { adam, applyUpdates, type ParameterTree, setupBackend, valueAndGrad } from "@mmm/tensor";
import { registerMatchers } from "@mmm/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gruPath } from "../path/gru-path.js";
import { knotPath } from "../path/knots.js";
import { localLevel } from "../path/local-level.js";
import { staticPath } from "../path/static.js";
import type { TemporalEngine } from "../path/temporal-engine.js";
import { timeFeatures } from "../path/time-features.js";
import { timeVaryingBaseline, timeVaryingEffects } from "./modulation.js";

registerMatchers();
beforeAll(() => setupBackend("wasm"));

describe("timeVaryingEffects", () => {
  it("stays between 1/(1 + range) and 1 + range whatever the path, and is 1 + path near 1", () => {
    const effects = timeVaryingEffects(localLevel({ stepScale: 1 }), { range: 0.5 });
    const at = (step: number): number[] => [
      ...effects.apply({ steps: tf.tensor3d([[[step]]]) }, { periods: 2 }, undefined).modulation.dataSync(),
    ];
    expect(at(200)[0]).toBeCloseTo(1 / 1.5, 5);
    expect(at(200)[1]).toBeCloseTo(1.5, 5);
    // Levels 0 and 0.02, less their mean: −0.01 and 0.01.
    expect(at(0.02)[0]).toBeCloseTo(0.99, 3);
    expect(at(0.02)[1]).toBeCloseTo(1.01, 3);
  });

  it("refuses a range of 0", () => {
    expect(() => timeVaryingEffects(staticPath(), { range: 0 })).toThrow(/must be above 0, got 0/);
  });
});

describe("timeVaryingBaseline", () => {
  it("starts flat at the initial level of each unit", () => {
    const baseline = timeVaryingBaseline(localLevel({ perUnit: true }), { initial: 2 });
    const params = baseline.init(createRandom(1), { units: 2, periods: 3 });
    expect(baseline.apply(params, { periods: 4, fitted: 3 }, undefined).baseline.dataSync()).toBeAllclose(
      new Array(8).fill(2),
      { relative: 1e-5 },
    );
  });

  it("is never negative", () => {
    const baseline = timeVaryingBaseline(localLevel({ stepScale: 1 }));
    const params = { level: tf.tensor1d([-20, -1, 3]), path: { steps: tf.tensor3d([[[-50], [100]]]) } };
    const values = baseline.apply(params, { periods: 3 }, undefined).baseline.dataSync();
    expect(values.length).toBe(9);
    expect(values.every((value) => value >= 0)).toBe(true);
  });
});

it("timeVaryingBaseline recovers drifting levels of units from noisy observations", () => {
  const random = createRandom(8);
  const [units, periods] = [3, 60];
  const truth = Array.from({ length: units }, (_, r) =>
    Array.from({ length: periods }, (__, t) => (1 + r) * (1 + 0.25 * Math.sin((2 * Math.PI * (t + 10 * r)) / periods))),
  );
  const seen = tf.tensor2d(truth.map((row) => row.map((level) => level * (1 + 0.05 * random.normal()))));
  const head = timeVaryingBaseline(localLevel({ perUnit: true }));
  const optimiser = adam({ learningRate: 0.1 });
  type HeadParams = ReturnType<typeof head.init>;
  const gradient = valueAndGrad((params: HeadParams) => {
    const { baseline, penalty } = head.apply(params, { periods }, undefined);
    const errors = tf.div(tf.sub(tf.div(seen, baseline), 1), 0.05);
    return tf.add(tf.mul(0.5, tf.sum(tf.square(errors))), penalty);
  });
  let params = head.init(createRandom(1), { units, periods });
  let state = optimiser.init(params);
  for (let i = 0; i < 200; i++) {
    const { updates, state: next } = optimiser.update(gradient(params).gradient, state, params);
    [params, state] = [applyUpdates(params, updates), next];
  }
  const found = head.apply(params, { periods }, undefined).baseline.arraySync() as number[][];
  const errors = found.flatMap((row, r) => row.map((level, t) => level / truth[r]![t]! - 1));
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  // A constant level per unit would be off by about 0.25/√2 = 0.18; single observations by 0.05.
  expect(rms).toBeLessThan(0.03);
});

// A small panel: saturated media responses are known, effects drift or not, everything is learned jointly.
function panel(drift: number) {
  const random = createRandom(21);
  const [units, fitted, periods, channels] = [12, 40, 50, 2];
  const shapes = [(s: number) => 1 + drift * (2 * s - 1), (s: number) => 1 + drift * Math.sin(2 * Math.PI * s)];
  const truth = new Float64Array(periods * channels);
  const response = new Float32Array(units * periods * channels);
  const kpi = new Float32Array(units * periods);
  for (let r = 0; r < units; r++) {
    for (let t = 0; t < periods; t++) {
      kpi[r * periods + t] = 1 + 0.03 * random.normal();
      for (let c = 0; c < channels; c++) {
        truth[t * channels + c] = shapes[c]!(t / (fitted - 1));
        response[(r * periods + t) * channels + c] = random.uniform();
        kpi[r * periods + t]! += 0.4 * truth[t * channels + c]! * response[(r * periods + t) * channels + c]!;
      }
    }
  }
  return {
    units,
    fitted,
    periods,
    channels,
    truth,
    response: tf.tensor3d(response, [units, periods, channels]),
    kpi: tf.tensor2d(kpi, [units, periods]),
  };
}

type Params = {
  readonly level: tf.Tensor;
  readonly size: tf.Tensor;
  readonly logNoise: tf.Tensor;
  path: ParameterTree;
};

function fit(data: ReturnType<typeof panel>, engine: TemporalEngine, steps: number) {
  const { units, fitted, periods, channels } = data;
  const effects = timeVaryingEffects(engine);
  const calendar = timeFeatures(periods, { fitted });
  const features = tf.tensor(calendar.data as Float32Array, [...calendar.shape]);
  const model = (params: Params, count: number) => {
    const inputs = tf.slice(features, [0, 0, 0], [1, count, 3]);
    const { modulation, penalty } = effects.apply(params.path, { periods: count, fitted, features: inputs }, undefined);
    const response = tf.slice(data.response, [0, 0, 0], [units, count, channels]);
    const media = tf.sum(tf.mul(tf.mul(response, modulation), tf.softplus(params.size)), 2);
    return { prediction: tf.add(params.level, media), modulation, penalty };
  };
  const kpi = tf.slice(data.kpi, [0, 0], [units, fitted]);
  const gradient = valueAndGrad((params: Params) => {
    const { prediction, penalty } = model(params, fitted);
    const errors = tf.div(tf.sub(kpi, prediction), tf.exp(params.logNoise));
    return tf.add(tf.add(tf.mul(0.5, tf.sum(tf.square(errors))), tf.mul(units * fitted, params.logNoise)), penalty);
  });
  const optimiser = adam({ learningRate: 0.05 });
  let params: Params = {
    level: tf.scalar(0.8),
    size: tf.fill([channels], -0.5),
    logNoise: tf.scalar(-2),
    path: effects.init(createRandom(1), { series: channels, periods: fitted, features: 3 }),
  };
  let state = optimiser.init(params);
  for (let i = 0; i < steps; i++) {
    [params, state] = tf.tidy(() => {
      const { updates, state: next } = optimiser.update(gradient(params).gradient, state, params);
      return [applyUpdates(params, updates), next] as never;
    }) as unknown as [Params, typeof state];
  }
  const { prediction, modulation } = model(params, periods);
  const [y, guess, factor] = [data.kpi.arraySync(), prediction.arraySync(), tf.mean(modulation, 0).dataSync()] as [
    number[][],
    number[][],
    Float32Array,
  ];
  let residual = 0;
  let total = 0;
  for (let r = 0; r < units; r++) {
    const held = y[r]!.slice(fitted);
    const mean = held.reduce((a, b) => a + b) / held.length;
    held.forEach((value, i) => {
      residual += (value - guess[r]![fitted + i]!) ** 2;
      total += (value - mean) ** 2;
    });
  }
  const pathError = Math.sqrt(
    factor.slice(0, fitted * channels).reduce((sum, value, i) => sum + (value - data.truth[i]!) ** 2, 0) /
      (fitted * channels),
  );
  return { r2Within: 1 - residual / total, pathError };
}

describe.each([0.4, 0])("on a panel whose effects drift by %s", (drift) => {
  let data: ReturnType<typeof panel>;
  let flat: ReturnType<typeof fit>;
  beforeAll(() => {
    data = panel(drift);
    flat = fit(data, staticPath(), 120);
  });

  it.each([
    ["local level", { make: (): TemporalEngine => localLevel() }, 120],
    ["knots", { make: (): TemporalEngine => knotPath() }, 120],
    ["gru", { make: (): TemporalEngine => gruPath({ hidden: 4 }) }, 50],
  ] as const)("%s beats static, or is not worse by more than 0.01 where nothing drifts", (_, { make }, steps) => {
    const varying = fit(data, make(), steps);
    if (drift > 0) {
      expect(flat.pathError).toBeGreaterThan(0.2);
      expect(varying.pathError).toBeLessThan(flat.pathError / 2);
      expect(varying.r2Within).toBeGreaterThan(flat.r2Within + 0.02);
    } else {
      expect(flat.pathError).toBe(0);
      expect(varying.pathError).toBeLessThan(0.1);
      expect(varying.r2Within).toBeGreaterThan(flat.r2Within - 0.01);
    }
  });
});
