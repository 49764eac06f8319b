import {
  adam,
  applyUpdates,
  compile,
  compileStep,
  constant,
  eagerEngine,
  lbfgs,
  type NdArray,
  ndArray,
  scalarOf,
  train,
  valueAndGrad,
} from "@mmm/tensor";
import { registerMatchers } from "@mmm/testing";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { onnxEngine } from "./onnx-engine.js";

beforeAll(registerMatchers);

type Params = { readonly first: Tensor; readonly second: Tensor };
type Data = { readonly x: Tensor; readonly y: Tensor };
const wave = (rows: number, columns: number, pace: number): NdArray =>
  ndArray(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(pace * (i + 1))),
    [rows, columns],
  );
const data = { x: wave(30, 4, 1.3), y: wave(30, 1, 0.4) };
const params = { first: wave(4, 6, 0.7), second: wave(6, 1, 2.1) };
const objective = (p: Params, d: Data): Tensor =>
  tf.mean(
    tf.square(
      tf.sub(tf.matMul(tf.tanh(tf.matMul(d.x as tf.Tensor2D, p.first as tf.Tensor2D)), p.second as tf.Tensor2D), d.y),
    ),
  );

it("trains like the eager engine for 50 steps, with early stopping and resume on the way", async () => {
  const options = {
    objective,
    params,
    data,
    optimiser: adam({ learningRate: 0.02 }),
    steps: 50,
    validation: { objective, every: 5, patience: 3 },
  };
  const eager = await train({ ...options, engine: eagerEngine({ backend: "cpu" }) });
  const traced = await train({ ...options, engine: onnxEngine() });
  expect(traced.losses).toBeAllclose(eager.losses, { relative: 1e-5 });
  expect(traced.best!.validation).toBeCloseTo(eager.best!.validation, 5);
  const half = await train({ ...options, engine: onnxEngine(), steps: 25 });
  const rest = await train({ ...options, engine: onnxEngine(), resume: half.checkpoint });
  expect(rest.params).toEqual(traced.params);
});

it("in float64, L-BFGS reaches the least-squares solution to ten digits", async () => {
  const x = [1, 2, 3, 4, 1, -1, 2, 0];
  const fit = await lbfgs({
    engine: onnxEngine({ precision: "float64" }),
    objective: (w: Tensor, d: Data) =>
      tf.mean(tf.square(tf.sub(tf.matMul(d.x as tf.Tensor2D, tf.reshape(w, [2, 1])), d.y))),
    params: ndArray([0, 0]),
    data: { x: ndArray(x, [4, 2]), y: ndArray([5, 11, 4, 4], [4, 1]) },
    gradientTolerance: 1e-11,
    valueTolerance: 0,
  });
  expect((fit.params as NdArray).data).toBeAllclose([400 / 146, 100 / 146], { relative: 1e-10 });
});

it("keeps decimal constants exact in float64, though tfjs rounds them to float32", async () => {
  const engine = onnxEngine({ precision: "float64" });
  const scaled = await compile(
    (x: Tensor) => ({ tenth: tf.mul(x, 0.1), thirds: tf.mul(x, constant([1 / 3, 2 / 3])) }),
    [1],
    {
      engine,
    },
  );
  const out = await scaled(1);
  expect(scalarOf(out.tenth)).toBe(0.1);
  expect([...out.thirds.data]).toEqual([1 / 3, 2 / 3]);
  await scaled.dispose();
});

it("runs 2,000 steps without growing in tensors or memory", async () => {
  const optimiser = adam({ learningRate: 1e-3 });
  const zeros = { first: wave(4, 6, 0), second: wave(6, 1, 0) };
  const step = await compileStep(
    (state: { params: Params; optimiser: ReturnType<typeof optimiser.init> }, d: Data) => {
      const { value, gradient } = valueAndGrad(objective)(state.params, d);
      const { updates, state: next } = optimiser.update(gradient, state.optimiser, state.params);
      return { state: { params: applyUpdates(state.params, updates), optimiser: next }, outputs: { loss: value } };
    },
    { params, optimiser: { "0": { weight1: 0, weight2: 0, mean: zeros, square: zeros }, "1": {} } } as never,
    [data],
    { engine: onnxEngine() },
  );
  for (let i = 0; i < 500; i++) await step.run(data);
  const tensors = tf.memory().numTensors;
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1500; i++) await step.run(data);
  expect(tf.memory().numTensors).toBe(tensors);
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(40);
  await step.dispose();
});

it("says once that new shapes are traced again", async () => {
  const messages: string[] = [];
  const sum = await compile(
    function total(x: Tensor) {
      return tf.sum(x);
    },
    [ndArray([1])],
    { engine: onnxEngine({ onRetrace: (message) => messages.push(message) }) },
  );
  for (const values of [[1], [1, 2], [1, 2, 3], [1, 2]]) await sum(ndArray(values));
  // More shapes than sessions are kept: those let go are traced again.
  const sizes = Array.from({ length: 12 }, (_, i) => i + 1);
  const totals = await Promise.all([...sizes, ...sizes].map((size) => sum(ndArray(sizes.slice(0, size)))));
  expect(totals.map(scalarOf)).toEqual([...sizes, ...sizes].map((size) => (size * (size + 1)) / 2));
  expect(messages).toEqual([
    "The compiled function 'total' was called with new input shapes and is traced again; keep shapes fixed for speed.",
  ]);
  await sum.dispose();
});

it("names an operation without lowering, and takes one from the caller", async () => {
  const inverse = (x: Tensor): Tensor => tf.acosh(x);
  await expect(compile(inverse, [1], { engine: onnxEngine() })).rejects.toMatchObject({
    code: "NO_LOWERING",
    message: "The tfjs operation 'Acosh' has no ONNX lowering.",
    fix: expect.stringContaining("onnxEngine({ lowerings: { Acosh:"),
  });
  const taught = onnxEngine({ lowerings: { Acosh: ({ graph, inputs }) => graph.unary("Acosh", inputs["x"]!) } });
  const fn = await compile(inverse, [1], { engine: taught });
  expect(scalarOf(await fn(1.5))).toBeCloseTo(Math.acosh(1.5), 6);
  await fn.dispose();
});

it("restores the backend after a failed trace, and passes the error on", async () => {
  const before = tf.getBackend();
  await expect(
    compile(
      () => {
        throw new Error("from the user's function");
      },
      [],
      { engine: onnxEngine() },
    ),
  ).rejects.toThrow("from the user's function");
  expect(tf.getBackend()).toBe(before);
});

it("leaves JavaScript's own arithmetic alone, denormal numbers included", async () => {
  const fn = await compile((x: Tensor) => tf.mul(x, 2), [1], { engine: onnxEngine() });
  await fn(1);
  const denormal = Number(process.env["NO_SUCH_VARIABLE"] ?? "1e-310");
  expect(denormal * 0.5).toBe(5e-311);
  await fn.dispose();
});
