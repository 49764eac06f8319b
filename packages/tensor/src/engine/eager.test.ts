import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { ndArray } from "../array/nd-array.js";
import { setupBackend } from "../backend/backend.js";
import { compile, compileStep } from "./compile.js";
import { eagerEngine } from "./eager.js";

it("runs engines of two backends beside each other and leaves the current backend alone", async () => {
  await setupBackend("cpu");
  const double = (x: Tensor): Tensor => tf.mul(x, 2);
  const onCpu = await compile(double, [ndArray([1])], { engine: eagerEngine({ backend: "cpu" }) });
  const onWasm = await compile(double, [ndArray([1])], { engine: eagerEngine({ backend: "wasm" }) });
  await setupBackend("cpu");
  const [a, b] = await Promise.all([onCpu(ndArray([1, 2])), onWasm(tf.tensor1d([3, 4]))]);
  expect([...a.data, ...b.data]).toEqual([2, 4, 6, 8]);
  expect(tf.getBackend()).toBe("cpu");
});

it("names leaks, changed state, disposal and foreign engines", async () => {
  const engine = eagerEngine({ backend: "cpu" });
  const leaking = await compile((x: Tensor) => tf.square(tf.keep(tf.neg(x))), [1], { engine });
  await expect(leaking(2)).rejects.toThrow("left 1 tensors behind");

  const growing = await compileStep(
    (x: Tensor) => ({ state: tf.concat([x, x]) as Tensor, outputs: {} }),
    ndArray([1]),
    [],
    { engine },
  );
  await expect(growing.run()).rejects.toThrow("before: state [1]\n  after: state [2]");

  const gone = await compile((x: Tensor) => tf.neg(x), [1], { engine });
  await gone.dispose();
  await expect(gone(1)).rejects.toThrow("was disposed");
  expect(() => compile((x: Tensor) => x, [1], { engine: { ...engine, specVersion: "v0" as "v1" } })).toThrow(
    "version 'v0' was given",
  );
});

it("returns copies, so that arguments and captured tensors survive", async () => {
  const engine = eagerEngine({ backend: "cpu" });
  await setupBackend("cpu");
  const captured = tf.scalar(7);
  const given = tf.scalar(1);
  const pass = await compile((x: Tensor) => ({ x, captured }), [1], { engine });
  expect((await pass(given)).captured.data[0]).toBe(7);
  expect([captured.isDisposed, given.isDisposed]).toEqual([false, false]);
});
