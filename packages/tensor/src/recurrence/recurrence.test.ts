import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { setupBackend } from "../backend/backend.js";
import { valueAndGrad } from "../gradient/value-and-grad.js";
import { type GruParams, gru } from "./gru.js";
import { loop } from "./loop.js";
import { scan } from "./scan.js";

beforeAll(() => setupBackend("cpu"));

const zeros = (): GruParams => ({
  inputWeights: tf.zeros([6, 3]),
  hiddenWeights: tf.zeros([6, 2]),
  inputBias: tf.zeros([6]),
  hiddenBias: tf.zeros([6]),
});

it("a gru without weights halves its state at every step", () => {
  const states = gru(tf.ones([3, 1, 3]), zeros(), { initial: tf.tensor2d([[8, 4]]) });
  expect(Array.from(states.dataSync())).toEqual([4, 2, 2, 1, 1, 0.5]);
});

it("names the gru argument that does not fit", () => {
  expect(() => gru(tf.ones([3, 1, 4]), zeros())).toThrow("gru: 'inputWeights' has shape [6, 3], expected [6, 4].");
  expect(() => gru(tf.ones([3, 1, 3]), zeros(), { mask: tf.ones([1, 3]) })).toThrow(
    "gru: 'mask' has shape [1, 3], expected [3, 1].",
  );
});

it("names what a loop cannot run over", () => {
  const step = () => ({ carry: [], outputs: [] });
  expect(() => loop(step, [], [])).toThrow("got none");
  expect(() => loop(step, [], [tf.zeros([2]), tf.zeros([3])])).toThrow("got [2], [3]");
});

it("a scan inside a scan is differentiable", () => {
  // Outer: level ← level + Σ of the inner running sums of row · g.
  const inner = (g: Tensor, row: Tensor): Tensor =>
    scan(
      (p: { g: Tensor }, sum: Tensor, x: Tensor) => {
        const next = tf.add(sum, tf.mul(p.g, x));
        return { carry: next, output: next };
      },
      { g },
      tf.scalar(0) as Tensor,
      row,
    ).carry;
  const total = (g: Tensor, rows: Tensor): Tensor =>
    scan(
      (p: { g: Tensor }, level: Tensor, row: Tensor) => {
        const next = tf.add(level, inner(p.g, row));
        return { carry: next, output: next };
      },
      { g },
      tf.scalar(0) as Tensor,
      rows,
    ).carry;
  const rows = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const { value, gradient } = valueAndGrad((g: Tensor) => total(g, rows))(tf.scalar(2));
  expect(value.dataSync()[0]).toBe(20);
  expect((gradient as Tensor).dataSync()[0]).toBe(10);
});

it("leaves no tensor behind", () => {
  const x = tf.ones([4, 2, 3]);
  const params = zeros();
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    valueAndGrad((p: GruParams) => tf.sum(gru(x, p)))(params);
  });
  expect(tf.memory().numTensors).toBe(before);
});
