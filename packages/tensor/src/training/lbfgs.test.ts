import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { type NdArray, ndArray } from "../array/nd-array.js";
import { eagerEngine } from "../engine/eager.js";
import { lbfgs } from "./lbfgs.js";
import { type EvaluatedPoint, lineSearch } from "./line-search.js";

const engine = eagerEngine({ backend: "cpu" });

it("reaches the minimum of Rosenbrock's valley", async () => {
  const valley = ({ x }: { readonly x: Tensor }): Tensor => {
    const first = tf.slice(x, [0], [1]);
    const second = tf.slice(x, [1], [1]);
    return tf.sum(tf.add(tf.square(tf.sub(1, first)), tf.mul(100, tf.square(tf.sub(second, tf.square(first))))));
  };
  const fit = await lbfgs({
    engine,
    objective: valley,
    params: { x: ndArray([-1.2, 1]) },
    data: {},
    valueTolerance: 0,
  });
  const x = (fit.params as { x: NdArray }).x.data;
  expect(x[0]).toBeCloseTo(1, 2);
  expect(x[1]).toBeCloseTo(1, 2);
  expect(fit.iterations).toBeLessThan(80);
});

it("solves a regression to the precision of the engine", async () => {
  const x = ndArray([1, 2, 3, 4, 1, -1, 2, 0], [4, 2]);
  const y = ndArray([5, 11, 4, 4]);
  const fit = await lbfgs({
    engine,
    objective: (w: Tensor, d: { readonly x: Tensor; readonly y: Tensor }) =>
      tf.mean(tf.square(tf.sub(tf.reshape(tf.matMul(d.x, tf.reshape(w, [2, 1])), [4]), d.y))),
    params: ndArray([0, 0]),
    data: { x, y },
  });
  // The normal equations by hand: XᵀX = [[15, 13], [13, 21]], Xᵀy = [50, 50].
  const determinant = 15 * 21 - 13 * 13;
  expect((fit.params as NdArray).data[0]).toBeCloseTo((50 * 21 - 13 * 50) / determinant, 3);
  expect((fit.params as NdArray).data[1]).toBeCloseTo((15 * 50 - 13 * 50) / determinant, 3);
  expect(["converged", "stalled"]).toContain(fit.status);
});

it("the line search meets both Wolfe conditions on functions of one variable", async () => {
  const functions: readonly [(x: number) => number, (x: number) => number, number][] = [
    [(x) => (x - 3) ** 2, (x) => 2 * (x - 3), 0],
    [(x) => Math.exp(x) - 4 * x, (x) => Math.exp(x) - 4, -3],
    [(x) => x ** 4 - x, (x) => 4 * x ** 3 - 1, -2],
    [(x) => -x / (x * x + 2), (x) => (x * x - 2) / (x * x + 2) ** 2, 0],
  ];
  for (const [f, slope, from] of functions) {
    for (const first of [1e-3, 1, 50]) {
      const at = (x: number): EvaluatedPoint => ({
        x: Float64Array.of(x),
        value: f(x),
        gradient: Float64Array.of(slope(x)),
      });
      const direction = Float64Array.of(-Math.sign(slope(from)));
      const found = await lineSearch({ ...at(from), direction, first, evaluate: async (x) => at(x[0]!) });
      const moved = found!.x[0]! - from;
      expect(found!.value).toBeLessThanOrEqual(f(from) + 1e-4 * moved * slope(from));
      expect(Math.abs(found!.gradient[0]!)).toBeLessThanOrEqual(0.9 * Math.abs(slope(from)));
    }
  }
});

it("gives up on an ascent direction instead of looping", async () => {
  const point = { x: Float64Array.of(1), value: 1, gradient: Float64Array.of(2) };
  const evaluate = async (x: Float64Array) => ({ value: x[0]! ** 2, gradient: Float64Array.of(2 * x[0]!) });
  expect(await lineSearch({ ...point, direction: Float64Array.of(1), first: 1, evaluate })).toBeUndefined();
});
