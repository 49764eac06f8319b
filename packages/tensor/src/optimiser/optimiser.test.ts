import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { setupBackend } from "../backend/backend.js";
import { adam, adamw, sgd } from "./adam.js";
import { clipByGlobalNorm, globalNorm, scale } from "./scale.js";
import { cosineDecay, exponentialDecay, linearSchedule, warmupCosine } from "./schedule.js";
import { applyUpdates, chain, type GradientTransformation } from "./transformation.js";

beforeAll(() => setupBackend("cpu"));

/** Follow an optimiser on fixed gradients. */
function follow(optimiser: GradientTransformation, start: number, gradients: readonly number[]): number[] {
  let params: { p: Tensor } = { p: tf.scalar(start) };
  let state = optimiser.init(params);
  return gradients.map((g) => {
    const result = optimiser.update({ p: tf.scalar(g) }, state, params);
    params = applyUpdates(params, result.updates);
    state = result.state;
    return (params.p.dataSync() as Float32Array)[0]!;
  });
}

function adamByHand(start: number, gradients: readonly number[], rate: number, decay = 0): number[] {
  let [p, m, v] = [start, 0, 0];
  return gradients.map((g, i) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const step = m / (1 - 0.9 ** (i + 1)) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
    p -= rate * (step + decay * p);
    return p;
  });
}

const gradients = [0.5, -2, 0.1, 3, 3, -1e-3];
const close = (actual: readonly number[], expected: readonly number[]): void => {
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 6);
};

it("adam and adamw follow the written-out recurrences", () => {
  close(follow(adam({ learningRate: 0.1 }), 1, gradients), adamByHand(1, gradients, 0.1));
  close(follow(adamw({ learningRate: 0.1, weightDecay: 0.2 }), 1, gradients), adamByHand(1, gradients, 0.1, 0.2));
});

it("momentum accumulates", () => {
  close(follow(sgd({ learningRate: 1, momentum: 0.5 }), 0, [1, 1, 1]), [-1, -2.5, -4.25]);
});

it("clips the norm over all leaves together and leaves small updates alone", () => {
  const clip = (a: number, b: number): number => {
    const result = clipByGlobalNorm(1).update({ a: tf.scalar(a), b: tf.tensor1d([b]) }, {}, {});
    return globalNorm(result.updates).dataSync()[0]!;
  };
  expect(clip(3, 4)).toBeCloseTo(1, 6);
  expect(clip(0.3, 0.4)).toBeCloseTo(0.5, 6);
  expect(clip(0, 0)).toBe(0);
});

it("a chain applies its parts in order", () => {
  close(follow(chain(clipByGlobalNorm(1), scale(-2)), 0, [10]), [-2]);
  close(follow(chain(scale(-2), clipByGlobalNorm(1)), 0, [10]), [-1]);
});

it("schedules reach their marks", () => {
  const at = (schedule: (step: Tensor) => Tensor, step: number): number => schedule(tf.scalar(step)).dataSync()[0]!;
  expect(at(exponentialDecay(0.1, 0.5, 10), 20)).toBeCloseTo(0.025, 6);
  expect(at(cosineDecay(1, 100, 0.1), 0)).toBeCloseTo(1, 6);
  expect(at(cosineDecay(1, 100, 0.1), 50)).toBeCloseTo(0.55, 6);
  expect(at(cosineDecay(1, 100, 0.1), 500)).toBeCloseTo(0.1, 6);
  expect(at(linearSchedule(1, 3, 4), 1)).toBeCloseTo(1.5, 6);
  expect(at(warmupCosine(1, 10, 110), 5)).toBeCloseTo(0.5, 6);
  expect(at(warmupCosine(1, 10, 110), 10)).toBeCloseTo(1, 6);
  expect(at(warmupCosine(1, 10, 110), 60)).toBeCloseTo(0.5, 6);
});

it("a schedule drives the rate by the number of earlier steps", () => {
  close(follow(sgd({ learningRate: linearSchedule(1, 0, 2) }), 0, [1, 1, 1]), [-1, -1.5, -1.5]);
});
