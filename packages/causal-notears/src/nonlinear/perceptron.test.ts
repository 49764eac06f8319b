import { createRandom } from "@mmm/core";
import { setupBackend, valueAndGrad } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { emptyPerceptrons, perceptronPass } from "./perceptron.js";

it("agrees with the tensor engine's autodiff", async () => {
  await setupBackend("cpu");
  const [rows, d, hidden] = [20, 3, 4];
  const random = createRandom(1);
  const values = Float64Array.from({ length: rows * d }, () => random.normal());
  const networks = emptyPerceptrons(d, hidden);
  for (const part of [networks.first, networks.firstBias, networks.second, networks.secondBias]) {
    for (let k = 0; k < part.length; k++) part[k] = random.normal();
  }
  const scale = Float64Array.of(1, 0.5, 2);
  const gradient = emptyPerceptrons(d, hidden);
  const pass = perceptronPass(values, rows, d, hidden);
  const sums = pass.forward(networks);
  const value = sums.reduce((total, sum, j) => total + scale[j]! * sum, 0);
  pass.backward(networks, scale, gradient);

  tf.tidy(() => {
    const x = tf.tensor2d(Float32Array.from(values), [rows, d]);
    const params = {
      first: tf.tensor2d(Float32Array.from(networks.first), [d, d * hidden]),
      firstBias: tf.tensor1d(Float32Array.from(networks.firstBias)),
      second: tf.tensor1d(Float32Array.from(networks.second)),
      secondBias: tf.tensor1d(Float32Array.from(networks.secondBias)),
    };
    const objective = (p: { [name in keyof typeof params]: Tensor }): Tensor => {
      const inner = tf.sigmoid(tf.add(tf.matMul(x, p.first as tf.Tensor2D), p.firstBias));
      const output = tf.add(tf.sum(tf.reshape(tf.mul(inner, p.second), [rows, d, hidden]), 2), p.secondBias);
      const squares = tf.sum(tf.square(tf.sub(output, x)), 0);
      return tf.sum(tf.mul(squares, tf.tensor1d(Float32Array.from(scale))));
    };
    const reference = valueAndGrad(objective)(params);
    expect(value / reference.value.dataSync()[0]!).toBeCloseTo(1, 5);
    for (const name of ["first", "firstBias", "second", "secondBias"] as const) {
      const expected = reference.gradient[name].dataSync();
      const size = Math.max(...Array.from(expected, Math.abs));
      for (let k = 0; k < expected.length; k++) {
        expect(Math.abs(gradient[name][k]! - expected[k]!)).toBeLessThan(1e-5 * size);
      }
    }
  });
});
