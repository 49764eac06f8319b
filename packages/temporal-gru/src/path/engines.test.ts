import { createRandom } from "@mmm/core";
import { setupBackend, valueAndGrad } from "@mmm/tensor";
import { registerMatchers } from "@mmm/testing";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type GruPathParameters, gruPath } from "./gru-path.js";
import { knotPath } from "./knots.js";
import { localLevel } from "./local-level.js";
import { staticPath } from "./static.js";
import { roughness, stepPenalty, type TemporalEngine } from "./temporal-engine.js";
import { timeFeatures } from "./time-features.js";

registerMatchers();
beforeAll(() => setupBackend("cpu"));

const [fitted, later, series, units] = [10, 14, 2, 3];
const engines: [string, TemporalEngine][] = [
  ["static", staticPath()],
  ["local level", localLevel()],
  ["local level per unit", localLevel({ perUnit: true })],
  ["knots", knotPath({ spacing: 4 })],
  ["knots per unit", knotPath({ spacing: 4, perUnit: true })],
  ["gru", gruPath({ hidden: 3 })],
];

const features = (periods: number): tf.Tensor => {
  const { data, shape } = timeFeatures(periods, { fitted: Math.min(periods, fitted) });
  return tf.tensor(data as Float32Array, [...shape]);
};

// Parameters away from their start, so that paths move.
const moved = (engine: TemporalEngine): never => {
  const random = createRandom(4);
  const shake = (node: unknown): unknown =>
    node instanceof tf.Tensor
      ? tf.tensor(
          Float32Array.from(node.dataSync(), (value) => value + random.normal()),
          node.shape,
        )
      : Object.fromEntries(Object.entries(node as object).map(([key, child]) => [key, shake(child)]));
  return shake(engine.init(random, { series, periods: fitted, units, features: 3 })) as never;
};

describe.each(engines)("the %s engine", (name, engine) => {
  it("starts constant, without penalty", () => {
    const params = engine.init(createRandom(1), { series, periods: fitted, units, features: 3 });
    const { path, penalty } = engine.apply(params, { periods: later, fitted, features: features(later) }, undefined);
    expect(path.shape).toEqual([name.endsWith("per unit") ? units : 1, later, series]);
    expect(path.dataSync().every((value) => value === 0)).toBe(true);
    expect(penalty.dataSync()[0]).toBe(0);
  });

  it("has mean zero over the fitted periods, and later periods change nothing before them", () => {
    const params = moved(engine);
    const now = engine.apply(params, { periods: fitted, features: features(fitted) }, undefined);
    const ahead = engine.apply(params, { periods: later, fitted, features: features(later) }, undefined);
    const rows = now.path.shape[0]!;
    const past = tf.slice(ahead.path, [0, 0, 0], [rows, fitted, series]);
    expect(past.dataSync()).toBeAllclose(now.path.dataSync(), { absolute: 1e-6 });
    expect(tf.mean(now.path, 1).dataSync()).toBeAllclose(new Float32Array(rows * series), { absolute: 1e-6 });
    expect(ahead.penalty.dataSync()).toBeAllclose(now.penalty.dataSync(), { relative: 1e-5 });
  });

  it("has a penalty that grows with its parameters and has a gradient", () => {
    if (name === "static") return;
    const params = moved(engine);
    const { value, gradient } = valueAndGrad(
      (p: never) => engine.apply(p, { periods: fitted, features: features(fitted) }, undefined).penalty,
    )(params);
    expect(value.dataSync()[0]).toBeGreaterThan(0);
    const slopes = Object.values(gradient as object).filter((leaf) => leaf instanceof tf.Tensor) as tf.Tensor[];
    expect(slopes.some((leaf) => leaf.dataSync().some((slope) => slope !== 0))).toBe(true);
  });

  it("names the length that is missing", () => {
    expect(() => engine.init(createRandom(1), { periods: 5, units: 2, features: 3 })).toThrow(
      /needs the length 'series'; given: periods, units, features/,
    );
  });
});

describe("localLevel", () => {
  it("by hand: steps 1 and 2 of scale ½ give levels 0, ½, 3/2, less their mean 2/3; then the level stays", () => {
    const engine = localLevel({ stepScale: 0.5 });
    const { path, penalty } = engine.apply({ steps: tf.tensor3d([[[1], [2]]]) }, { periods: 5, fitted: 3 }, undefined);
    expect(path.dataSync()).toBeAllclose([-2 / 3, -1 / 6, 5 / 6, 5 / 6, 5 / 6]);
    // ν = 2: (2 + 2)/2 · ln(1 + (1² + 2²)/2)
    expect(penalty.dataSync()[0]).toBeCloseTo(2 * Math.log(3.5), 5);
  });

  it("agrees with the roughness of its path", () => {
    const engine = localLevel({ stepScale: 0.2 });
    const { path, penalty } = engine.apply(moved(engine), { periods: fitted }, undefined);
    expect(roughness(path, { stepScale: 0.2 }).dataSync()).toBeAllclose(penalty.dataSync(), { relative: 1e-4 });
  });
});

describe("knotPath", () => {
  it("by hand: knots at 0, 2 and 4, changes 1 and −1 of scale ½√2; straight lines, then constant", () => {
    const engine = knotPath({ spacing: 2, stepScale: 0.5 });
    const unit = 0.5 * Math.SQRT2;
    const { path } = engine.apply({ changes: tf.tensor3d([[[1], [-1]]]) }, { periods: 6, fitted: 5 }, undefined);
    // Levels 0, ½, 1, ½, 0 over the fitted periods: mean 2/5.
    const levels = [0, 0.5, 1, 0.5, 0, 0].map((level) => (level - 0.4) * unit);
    expect(path.dataSync()).toBeAllclose(levels);
  });

  it("refuses knots closer than one period", () => {
    expect(() => knotPath({ spacing: 0 })).toThrow("at least 1 period apart, got 0");
  });
});

describe("gruPath", () => {
  it("needs features and says so", () => {
    const engine = gruPath({ hidden: 2 });
    const params = engine.init(createRandom(1), { series: 1, features: 3 });
    expect(() => engine.apply(params, { periods: 4 }, undefined)).toThrow(/needs features of each period/);
  });

  it("holds the last level ahead unless told to follow the network", () => {
    const params = moved(gruPath({ hidden: 3 }));
    const input = { periods: later, fitted, features: features(later) };
    const last = (engine: TemporalEngine): number[] => {
      const { path } = engine.apply(params, input, undefined);
      const row = (t: number) => tf.slice(path, [0, t, 0], [1, 1, series]);
      return [...tf.sub(row(later - 1), row(fitted - 1)).dataSync()];
    };
    expect(last(gruPath({ hidden: 3 }))).toEqual([0, 0]);
    expect(Math.max(...last(gruPath({ hidden: 3, ahead: "follow" })).map(Math.abs))).toBeGreaterThan(1e-3);
  });

  it("gives a path per unit when features differ between units", () => {
    const engine = gruPath({ hidden: 3 });
    const params = moved(engine) as GruPathParameters;
    const random = createRandom(2);
    const own = tf.tensor3d(
      Array.from({ length: units * fitted * 3 }, () => random.normal()),
      [units, fitted, 3],
    );
    const { path } = engine.apply(params, { periods: fitted, features: own }, undefined);
    expect(path.shape).toEqual([units, fitted, series]);
    const [first, second] = tf.unstack(path, 0);
    expect([...first!.dataSync()]).not.toEqual([...second!.dataSync()]);
  });
});

describe("stepPenalty", () => {
  it("learns one scale per series: a second series that rests costs nothing more, a unit shares its scale", () => {
    const moving = stepPenalty(tf.tensor3d([[[3], [4]]]), 5).dataSync()[0]!;
    // ν = 5 · 2: (10 + 2)/2 · ln(1 + (3² + 4²)/10)
    expect(moving).toBeCloseTo(6 * Math.log(3.5), 5);
    expect(
      stepPenalty(
        tf.tensor3d([
          [
            [3, 0],
            [4, 0],
          ],
        ]),
        5,
      ).dataSync()[0],
    ).toBeCloseTo(moving, 5);
    // Two units, four steps, ν = 2.5 · 4: (10 + 4)/2 · ln(1 + 25/10)
    const shared = stepPenalty(
      tf.tensor3d([
        [[3], [4]],
        [[0], [0]],
      ]),
      2.5,
    ).dataSync()[0];
    expect(shared).toBeCloseTo(7 * Math.log(3.5), 5);
  });

  it("is the Gaussian penalty when the scale is certain", () => {
    expect(stepPenalty(tf.tensor3d([[[1], [2]]]), 1e4).dataSync()[0]).toBeCloseTo(2.5, 2);
  });
});

describe("timeFeatures", () => {
  it("by hand: time from −1 to 1 over 3 periods, then 1; a quarter turn of the season per period", () => {
    const { data, shape } = timeFeatures(4, { fitted: 3, periodsPerYear: 4 });
    expect(shape).toEqual([1, 4, 3]);
    expect(data).toBeAllclose([-1, 0, 1, 0, 1, 0, 1, 0, -1, 1, -1, 0], { absolute: 1e-6 });
  });

  it("refuses more fitted periods than there are", () => {
    expect(() => timeFeatures(3, { fitted: 4 })).toThrow(/got 3 and 4/);
  });
});
