import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { setupBackend } from "../backend/backend.js";
import { valueAndGrad, valueAndGradWithAux } from "./value-and-grad.js";

beforeAll(() => setupBackend("cpu"));

type Params = { readonly a: Tensor; readonly nested: { readonly unused: Tensor } };
const values = (tensor: Tensor): number[] => Array.from(tensor.dataSync());

it("keeps the structure, and gives zeros to leaves without influence", () => {
  const params: Params = { a: tf.tensor1d([1, 2]), nested: { unused: tf.ones([2, 2]) } };
  const { value, gradient } = valueAndGrad((p: Params) => tf.sum(tf.square(p.a)))(params);
  expect(values(value)).toEqual([5]);
  expect(values(gradient.a)).toEqual([2, 4]);
  expect(values(gradient.nested.unused)).toEqual([0, 0, 0, 0]);
});

it("hands out other tensors of the forward pass, parameters among them, and leaks none", () => {
  const a = tf.tensor1d([1, 2]);
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const { aux } = valueAndGradWithAux((p: { a: Tensor }) => {
      const doubled = tf.mul(p.a, 2);
      return { value: tf.sum(doubled), aux: { doubled, a: p.a } };
    })({ a });
    expect(values(aux.doubled)).toEqual([2, 4]);
    expect(values(aux.a)).toEqual([1, 2]);
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(a.isDisposed).toBe(false);
});

it("differentiates twice", () => {
  const first = valueAndGrad((x: Tensor) => tf.sum(tf.mul(tf.square(x), x)));
  const second = valueAndGrad((x: Tensor) => tf.sum(first(x).gradient as Tensor));
  expect(values(second(tf.tensor1d([1, 2])).gradient as Tensor)).toEqual([6, 12]);
});

it("asks for a scalar", () => {
  expect(() => valueAndGrad((x: Tensor) => tf.square(x))(tf.tensor1d([1, 2]))).toThrow(
    "A gradient needs a scalar, got shape [2].",
  );
});

it("shares the gradient of a maximum among ties", () => {
  const { gradient } = valueAndGrad((x: Tensor) => tf.max(x))(tf.tensor1d([3, 1, 3]));
  expect(values(gradient as Tensor)).toEqual([0.5, 0, 0.5]);
});
