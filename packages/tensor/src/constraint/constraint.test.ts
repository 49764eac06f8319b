import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { setupBackend } from "../backend/backend.js";
import type { Bijection } from "./bijection.js";
import { interval, unconstrained, unitInterval } from "./interval.js";
import { exponential, positive } from "./positive.js";
import { simplex } from "./simplex.js";

beforeAll(() => setupBackend("cpu"));

const free = [-3, -0.5, 0, 0.7, 4];
const scalarMaps: readonly Bijection[] = [
  positive(),
  positive({ lower: 2 }),
  exponential(),
  unitInterval(),
  interval(-1, 3),
  unconstrained(),
];
const values = (x: tf.Tensor): number[] => Array.from(x.dataSync());

describe.each(scalarMaps.map((map) => [map.name, map] as const))("%s", (_, map) => {
  it("inverse undoes forward", () => {
    const back = values(map.inverse(map.forward(tf.tensor1d(free))));
    for (const [i, x] of free.entries()) expect(back[i]).toBeCloseTo(x, 4);
  });

  it("log-Jacobian is the log of the slope", () => {
    for (const x of free) {
      const step = 1e-2;
      const [low, high] = values(map.forward(tf.tensor1d([x - step, x + step])));
      expect(values(map.logJacobian(tf.tensor1d([x])))[0]).toBeCloseTo(Math.log((high! - low!) / (2 * step)), 2);
    }
  });
});

it("keeps within its bounds", () => {
  const wide = tf.tensor1d([-30, -5, 5, 30]);
  expect(Math.min(...values(positive({ lower: 2 }).forward(wide)))).toBeGreaterThanOrEqual(2);
  const inside = values(interval(-1, 3).forward(wide));
  expect(Math.min(...inside)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...inside)).toBeLessThanOrEqual(3);
  expect(() => interval(2, 2)).toThrow("interval(2, 2) is empty");
});

it("a simplex sums to one, inverts, and has the determinant of its Jacobian", () => {
  const x = [0.3, -1.2];
  const map = simplex();
  const shares = values(map.forward(tf.tensor1d(x)));
  expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
  const back = values(map.inverse(tf.tensor1d(shares)));
  for (const [i, value] of x.entries()) expect(back[i]).toBeCloseTo(value, 5);

  const step = 1e-2;
  const slope = (of: number, by: number): number => {
    const moved = (sign: number): number =>
      values(map.forward(tf.tensor1d(x.map((value, i) => value + (i === by ? sign * step : 0)))))[of]!;
    return (moved(1) - moved(-1)) / (2 * step);
  };
  const determinant = slope(0, 0) * slope(1, 1) - slope(0, 1) * slope(1, 0);
  expect(values(map.logJacobian(tf.tensor1d(x)))[0]).toBeCloseTo(Math.log(determinant), 3);
  expect(map.forward(tf.zeros([4, 5, 2])).shape).toEqual([4, 5, 3]);
});
