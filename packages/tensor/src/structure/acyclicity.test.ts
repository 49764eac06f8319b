import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { setupBackend } from "../backend/backend.js";
import { acyclicityLogDeterminant, acyclicityTraceExponential } from "./acyclicity.js";

beforeAll(() => setupBackend("cpu"));

const order = (): tf.Tensor =>
  tf.tensor2d([
    [0, 0.9, -0.8],
    [0, 0, 0.7],
    [0, 0, 0],
  ]);
const cycle = (): tf.Tensor =>
  tf.tensor2d([
    [0, 0.9, 0],
    [0, 0, 0.8],
    [0.7, 0, 0],
  ]);

it("both measures are 0 on a graph without cycles and above 0 with one", () => {
  for (const measure of [acyclicityTraceExponential, (w: tf.Tensor) => acyclicityLogDeterminant(w)]) {
    expect(measure(order()).dataSync()[0]).toBeCloseTo(0, 6);
    expect(measure(cycle()).dataSync()[0]!).toBeGreaterThan(0.05);
  }
});

it("a cycle of length 3 with product p of squared weights has log-determinant −log(1 − p)", () => {
  const product = (0.9 * 0.8 * 0.7) ** 2;
  expect(acyclicityLogDeterminant(cycle()).dataSync()[0]).toBeCloseTo(-Math.log(1 - product), 5);
});

it("is not a number where the log-determinant is not defined", () => {
  const strong = tf.tensor2d([
    [0, 2],
    [2, 0],
  ]);
  expect(acyclicityLogDeterminant(strong).dataSync()[0]).toBeNaN();
});

it("keeps the precision of a small trace", () => {
  const faint = tf.mul(cycle(), 0.1);
  // Σ over multiples of three of p^(k/3) · 3 / k!, with p = (0.1³ · 0.504)²: the first term rules.
  const product = (0.001 * 0.504) ** 2;
  expect(acyclicityTraceExponential(faint).dataSync()[0]! / (3 * (product / 6))).toBeCloseTo(1, 3);
});
