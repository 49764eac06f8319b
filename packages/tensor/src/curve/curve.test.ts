import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { setupBackend } from "../backend/backend.js";
import { valueAndGrad } from "../gradient/value-and-grad.js";
import { hill } from "./hill.js";
import { lagConvolve } from "./lag-convolve.js";

beforeAll(() => setupBackend("cpu"));

const values = (tensor: Tensor): number[] => Array.from(tensor.dataSync());

it("hill is 0 at 0, one half at its half-saturation, and rises to 1", () => {
  const [zero, half, much] = values(hill(tf.tensor1d([0, 2, 1e6]), tf.scalar(1.5), tf.scalar(2)));
  expect(zero).toBeCloseTo(0, 12);
  expect(half).toBeCloseTo(0.5, 6);
  expect(much).toBeCloseTo(1, 6);
});

it("the slope of hill at 0 is 1 / k for slope 1 and 0 for steeper curves, and parameters get finite gradients there", () => {
  const slopes = (s: number) =>
    valueAndGrad((p: { x: Tensor; s: Tensor; k: Tensor }) => tf.sum(hill(p.x, p.s, p.k)))({
      x: tf.tensor1d([0]),
      s: tf.scalar(s),
      k: tf.scalar(4),
    }).gradient;
  expect(values(slopes(1).x)[0]).toBeCloseTo(0.25, 5);
  expect(values(slopes(2).x)[0]).toBeCloseTo(0, 5);
  expect([...values(slopes(1).s), ...values(slopes(1).k)].every(Number.isFinite)).toBe(true);
});

it("a single weight at lag 2 delays by two periods, by both methods", () => {
  const x = tf.tensor2d([1, 2, 3, 4, 5], [5, 1]);
  const weights = tf.tensor2d([0, 0, 1], [3, 1]);
  for (const method of ["toeplitz", "shifts"] as const) {
    expect(values(lagConvolve(x, weights, { method }))).toEqual([0, 0, 1, 2, 3]);
  }
});

it("names shapes that do not fit", () => {
  expect(() => lagConvolve(tf.zeros([5, 2]), tf.zeros([3, 1]))).toThrow(
    "lagConvolve: x has shape [5, 2] and weights [3, 1].",
  );
});
