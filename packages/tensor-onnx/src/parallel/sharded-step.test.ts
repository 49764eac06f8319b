import { createRandom } from "@mmm/core";
import { adam, type GruParams, gru, type NdArray, ndArray, sizeOf, train } from "@mmm/tensor";
import { registerMatchers } from "@mmm/testing";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { onnxEngine } from "../engine/onnx-engine.js";
import { cuts } from "./sharded-step.js";

beforeAll(registerMatchers);

const random = createRandom(3);
const normals = (...shape: number[]): NdArray =>
  ndArray(
    Float32Array.from({ length: sizeOf(shape) }, () => 0.5 * random.normal()),
    shape,
  );

type Params = { readonly gru: GruParams; readonly intercept: Tensor; readonly slope: Tensor };
const [time, units, features, hidden] = [6, 37, 3, 4];
const start = {
  gru: {
    inputWeights: normals(3 * hidden, features),
    hiddenWeights: normals(3 * hidden, hidden),
    inputBias: normals(3 * hidden),
    hiddenBias: normals(3 * hidden),
  },
  intercept: normals(units),
  slope: normals(units, hidden),
};
const data = { x: normals(time, units, features), y: normals(time, units) };

// A mean over units, with parameters of single units, plus a penalty.
const objective = (p: Params, d: { readonly x: Tensor; readonly y: Tensor }): Tensor => {
  const states = gru(d.x, p.gru);
  const prediction = tf.add(tf.sum(tf.mul(states, p.slope), 2), p.intercept);
  return tf.add(tf.mean(tf.square(tf.sub(prediction, d.y))), tf.mul(0.01, tf.sum(tf.square(p.gru.inputWeights))));
};

it("three threads give the losses and parameters of one", async () => {
  const options = { objective, params: start, data, optimiser: adam({ learningRate: 0.03 }), steps: 50 };
  const one = await train({ ...options, engine: onnxEngine() });
  const three = await train({
    ...options,
    engine: onnxEngine({ workers: 3 }),
    unitAxes: { params: { intercept: 0, slope: 0 }, data: { x: 1, y: 1 } },
  });
  expect(three.losses).toBeAllclose(one.losses, { relative: 1e-5 });
  expect(one.losses[49]!).toBeLessThan(0.7 * one.losses[0]!);
  const flat = (params: unknown): NdArray => (params as typeof start).slope;
  expect(flat(three.params)).toBeAllclose(flat(one.params), { relative: 1e-4 });
});

it("cuts units into nearly equal ranges", () => {
  expect(cuts(7, 3)).toEqual([
    [0, 2],
    [2, 5],
    [5, 7],
  ]);
});

it("names a wrong axis", async () => {
  const attempt = train({
    engine: onnxEngine({ workers: 2 }),
    objective,
    params: start,
    data,
    optimiser: adam(),
    steps: 1,
    unitAxes: { params: { intercept: 1 }, data: { x: 1, y: 1 } },
  });
  await expect(attempt).rejects.toThrow("unitAxes.params names axis 1 of 'intercept', but its shape is [37].");
});
