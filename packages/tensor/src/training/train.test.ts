import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { type NdArray, ndArray } from "../array/nd-array.js";
import { eagerEngine } from "../engine/eager.js";
import { adam, sgd } from "../optimiser/adam.js";
import { dropout } from "../random/keyed.js";
import { decodeCheckpoint, encodeCheckpoint, type TrainingCheckpoint } from "./checkpoint.js";
import { train } from "./train.js";

const engine = eagerEngine({ backend: "cpu" });
type Line = { readonly slope: Tensor; readonly intercept: Tensor };
type Points = { readonly x: Tensor; readonly y: Tensor };

const data = { x: ndArray([0, 1, 2, 3]), y: ndArray([1, 3, 5, 7]) };
const start = { slope: 0, intercept: 0 };
const squared = (line: Line, { x, y }: Points): Tensor =>
  tf.mean(tf.square(tf.sub(tf.add(tf.mul(line.slope, x), line.intercept), y)));
const numbers = (params: unknown): number[] => {
  const { slope, intercept } = params as { slope: NdArray; intercept: NdArray };
  return [slope.data[0]!, intercept.data[0]!];
};

it("finds the line that the points lie on, and leaves no tensor behind", async () => {
  await train({ engine, objective: squared, params: start, data, optimiser: adam(), steps: 1 });
  const before = tf.memory().numTensors;
  const result = await train({
    engine,
    objective: squared,
    params: start,
    data,
    optimiser: adam({ learningRate: 0.1 }),
    steps: 400,
  });
  expect(result.status).toBe("completed");
  expect(result.losses).toHaveLength(400);
  expect(numbers(result.params)[0]).toBeCloseTo(2, 2);
  expect(numbers(result.params)[1]).toBeCloseTo(1, 2);
  expect(tf.memory().numTensors).toBe(before);
});

it("stops when the validation loss rises, and gives back the best parameters", async () => {
  // The validation points lie on a flatter line that training passes on its way.
  const result = await train({
    engine,
    objective: squared,
    params: start,
    data,
    optimiser: sgd({ learningRate: 0.02 }),
    steps: 2000,
    validation: { objective: squared, data: { x: data.x, y: ndArray([0.5, 1.5, 2.5, 3.5]) }, every: 1, patience: 5 },
  });
  expect(result.status).toBe("stopped");
  expect(result.steps).toBe(result.best!.step + 5);
  expect(result.params).toEqual(result.best!.params);
  const [slope, intercept] = numbers(result.params) as [number, number];
  const error = [0, 1, 2, 3].map((x) => slope * x + intercept - (0.5 + x)).reduce((sum, e) => sum + (e * e) / 4, 0);
  expect(result.best!.validation).toBeCloseTo(error, 5);
});

it("continues from a checkpoint exactly, keys of random numbers included", async () => {
  const noisy = (line: Line, { x, y }: Points, key: Tensor): Tensor => squared(line, { x: dropout(x, 0.3, key), y });
  const options = { engine, objective: noisy, params: start, data, optimiser: adam({ learningRate: 0.1 }), seed: 5 };
  const straight = await train({ ...options, steps: 30 });
  const saved: TrainingCheckpoint[] = [];
  await train({ ...options, steps: 20, checkpoint: { every: 10, save: (checkpoint) => void saved.push(checkpoint) } });
  expect(saved.map(({ step }) => step)).toEqual([10, 20]);
  const restored = decodeCheckpoint(encodeCheckpoint(saved[0]!));
  expect(restored).toEqual(saved[0]);
  const resumed = await train({ ...options, steps: 30, resume: restored });
  expect(resumed.params).toEqual(straight.params);
  expect(resumed.losses).toEqual(straight.losses.slice(10));
  await expect(train({ ...options, seed: 6, steps: 30, resume: saved[0]! })).rejects.toThrow(
    "The checkpoint has version 'v1' and seed 5; this run has 'v1' and seed 6.",
  );
});

it("reports divergence with the parameter to look at", async () => {
  const explosive = (line: Line): Tensor =>
    tf.add(tf.square(line.slope), tf.exp(tf.square(tf.mul(20, line.intercept))));
  const result = await train({
    engine,
    objective: explosive,
    params: { slope: 1, intercept: 0.3 },
    data: {},
    optimiser: sgd({ learningRate: 0.1 }),
    steps: 50,
  });
  expect(result.status).toBe("diverged");
  expect(result.divergence!.parameter).toBe("intercept");
  expect(result.divergence!.message).toContain("look at 'intercept' first");
  expect(numbers(result.params).every(Number.isFinite)).toBe(true);
});

it("stops on a signal with a checkpoint that continues the run", async () => {
  const controller = new AbortController();
  const options = {
    engine,
    objective: squared,
    params: start,
    data,
    optimiser: adam({ learningRate: 0.1 }),
    steps: 40,
  };
  const cancelled = await train({
    ...options,
    hooks: { signal: controller.signal },
    checkpoint: { every: 15, save: () => controller.abort() },
  });
  expect([cancelled.status, cancelled.steps]).toEqual(["cancelled", 15]);
  const finished = await train({ ...options, resume: cancelled.checkpoint });
  expect(finished.params).toEqual((await train(options)).params);
});
