import { type GruParams, gru, scan, setupBackend, valueAndGrad } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { inOrder } from "../graph/value.js";
import { registerLowerings } from "./lowerings.js";
import { decimal, record } from "./recording.js";

beforeAll(async () => {
  registerLowerings();
  await setupBackend("cpu");
});

/** Count the operators of a recorded function of one real input. */
function operators(
  shape: readonly number[],
  fn: (x: Tensor) => readonly Tensor[],
  precision: "float32" | "float64" = "float32",
) {
  const counts: Record<string, number> = {};
  record(precision, ({ input, value }) => {
    const outputs = fn(input(shape, "real").tensor).map(value);
    for (const { operator } of inOrder(outputs)) counts[operator] = (counts[operator] ?? 0) + 1;
  });
  return counts;
}

it("takes tensors from outside as constants, and leaves them and the current backend alone", () => {
  const outside = tf.tensor1d([1, 2, 3]);
  expect(operators([3], (x) => [tf.mul(x, outside)])).toEqual({ Input: 1, Constant: 1, Mul: 1 });
  expect(Array.from(outside.dataSync())).toEqual([1, 2, 3]);
  expect(tf.getBackend()).toBe("cpu");
});

it("records value and gradient of a sigmoid with the sigmoid computed once", () => {
  const counts = operators([3], (x) => {
    const { value, gradient } = valueAndGrad((p: Tensor) => tf.sum(tf.sigmoid(p)))(x);
    return [value, gradient as Tensor];
  });
  expect(counts).toMatchObject({ Sigmoid: 1, Sub: 1, ReduceSum: 1 });
  // The gradient of a sum is ones, and multiplying by them is dropped.
  expect(counts["Mul"]).toBe(1);
});

it("loops stay loops, whatever their length", () => {
  const total = (x: Tensor): Tensor =>
    scan(
      (_: Readonly<Record<string, never>>, sum: Tensor, now: Tensor) => {
        const next = tf.tanh(tf.add(sum, now));
        return { carry: next, output: next };
      },
      {},
      tf.zeros([2]) as Tensor,
      x,
    ).carry;
  const gradient = (x: Tensor): Tensor[] => [valueAndGrad((p: Tensor) => tf.sum(total(p)))(x).gradient as Tensor];
  const short = operators([5, 2], gradient);
  expect(short["Scan"]).toBe(2);
  expect(operators([500, 2], gradient)).toEqual(short);
});

it("a gru of few sequences becomes the GRU operator in float32, and loops in float64 and for many sequences", () => {
  const params: GruParams = {
    inputWeights: tf.ones([6, 3]),
    hiddenWeights: tf.ones([6, 2]),
    inputBias: tf.ones([6]),
    hiddenBias: tf.ones([6]),
  };
  const states = (x: Tensor): Tensor[] => [gru(x, params)];
  expect(operators([4, 1, 3], states)).toMatchObject({ GRU: 1 });
  expect(operators([4, 1, 3], states, "float64")).toMatchObject({ Scan: 1 });
  expect(operators([4, 100, 3], states)).toMatchObject({ Scan: 1 });
});

it("finds the decimal behind a number that was rounded to float32", () => {
  for (const value of [0.1, 1e-8, 0.3333, 12345.678, -0.7]) expect(decimal(Math.fround(value))).toBe(value);
  // Never further away than float32 itself is.
  for (const value of [1 / 3, Math.PI, Math.E * 1e10]) {
    expect(Math.fround(decimal(Math.fround(value)))).toBe(Math.fround(value));
  }
  expect([decimal(4), decimal(0.5), decimal(Number.POSITIVE_INFINITY)]).toEqual([4, 0.5, Number.POSITIVE_INFINITY]);
});
