// The conformance suite of tensor engines. It registers vitest tests; every engine, ours or yours, must pass it.

import {
  adam,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  compile,
  compileStep,
  dropout,
  gumbelSoftmax,
  mapTree,
  type NdArray,
  ndArray,
  randomNormal,
  randomUniform,
  scalarOf,
  type TensorEngine,
  uniformsOf,
  valueAndGrad,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerMatchers } from "../matcher/allclose.js";
import { arrangementCases } from "./arrangement-cases.js";
import { elementwiseCases } from "./elementwise-cases.js";
import { kernelCases } from "./kernel-cases.js";
import { differences, type Inputs, type OperationCase, weightsFor } from "./operation-case.js";
import { reductionCases } from "./reduction-cases.js";

/**
 * Register the conformance tests of one engine.
 *
 * They check values and gradients of every supported operation against double-precision references, optimiser steps
 * against written-out arithmetic, state feedback, resuming, changed shapes, and that nothing leaks.
 *
 * @param makeEngine called once, in a `beforeAll`
 * @example testTensorEngine("my engine", () => myEngine());
 */
export function testTensorEngine(name: string, makeEngine: () => TensorEngine | Promise<TensorEngine>): void {
  describe(name, () => {
    let engine: TensorEngine;
    beforeAll(async () => {
      registerMatchers();
      engine = await makeEngine();
    });
    const relative = (): number => (engine.capabilities.precision === "float64" ? 1e-6 : 2e-5);

    describe("operations", () => {
      for (const operation of [...elementwiseCases, ...reductionCases, ...arrangementCases, ...kernelCases]) {
        it(operation.name, async () => {
          const { value, gradients } = await evaluate(engine, operation);
          const expected = operation.reference(mapInputs(operation.inputs, (array) => Float64Array.from(array.data)));
          expect(value).toBeAllclose({ data: expected, shape: operation.shape }, { relative: relative() });
          const wanted = operation.smooth === false ? undefined : differences(operation);
          for (const [input, gradient] of Object.entries(gradients)) {
            const reference = wanted?.[input] ?? new Float64Array(gradient.data.length);
            expect(gradient).toBeAllclose(reference, { relative: 4 * relative(), absolute: 1e-6 });
          }
        });
      }
    });

    it("passes integers and booleans in and out", async () => {
      const picked = await compile(
        (values: Tensor, index: Tensor) => ({
          row: tf.gather(values, index),
          next: tf.add(index, tf.onesLike(index)),
          big: tf.greater(values, 2),
        }),
        [ndArray([1, 2, 3]), ndArray(Int32Array.of(0, 1))],
        { engine },
      );
      const out = await picked(ndArray([1, 2, 3]), ndArray(Int32Array.of(2, 0)));
      expect([...out.row.data]).toEqual([3, 1]);
      expect(out.next.data).toEqual(Int32Array.of(3, 1));
      expect([...out.big.data].map(Number)).toEqual([0, 0, 1]);
      await picked.dispose();
    });

    it("draws the same numbers from a key on every engine, and others from another key or stream", async () => {
      const draw = await compile(
        (key: Tensor) => ({
          uniform: randomUniform(key, [50, 2], { stream: "a" }),
          other: randomUniform(key, [100], { stream: "b" }),
          normal: randomNormal(key, [2000]),
          dropped: dropout(tf.ones([2000]), 0.25, key),
          sample: gumbelSoftmax(tf.log(tf.tensor2d(Array.from({ length: 900 }, () => [0.6, 0.3, 0.1]))), key, {
            hard: true,
          }),
        }),
        [ndArray(Int32Array.of(1), [])],
        { engine },
      );
      const first = await draw(ndArray(Int32Array.of(-7), []));
      const again = await draw(ndArray(Int32Array.of(-7), []));
      const second = await draw(ndArray(Int32Array.of(8), []));
      expect(first).toEqual(again);
      expect(first.uniform.data).not.toEqual(second.uniform.data);
      expect(first.uniform.data).not.toEqual(first.other.data);
      // FNV-1a of "a".
      expect(first.uniform).toBeAllclose(uniformsOf(-7, 0xe40c292c, 100), { relative: 0, absolute: 0 });
      const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(mean(first.normal.data))).toBeLessThan(0.1);
      expect(mean(Float64Array.from(first.normal.data, (x) => x * x))).toBeCloseTo(1, 0);
      expect(mean(first.dropped.data)).toBeCloseTo(1, 1);
      const shares = [0, 1, 2].map((k) => mean(Array.from(first.sample.data).filter((_, i) => i % 3 === k)));
      for (const [k, share] of [0.6, 0.3, 0.1].entries()) expect(Math.abs(shares[k]! - share)).toBeLessThan(0.06);
      await draw.dispose();
    });

    it("passes the gradient of a hard sample as that of the soft one", async () => {
      const gradients = await compile(
        (logits: Tensor, key: Tensor) => {
          const of = (hard: boolean) =>
            valueAndGrad((x: Tensor) =>
              tf.sum(tf.mul(gumbelSoftmax(x, key, { hard, temperature: 0.7 }), tf.tensor1d([1, -2, 3]))),
            )(logits).gradient;
          return { soft: of(false), hard: of(true) };
        },
        [ndArray([0.1, 0.4, -0.2]), ndArray(Int32Array.of(1), [])],
        { engine },
      );
      const out = await gradients(ndArray([0.1, 0.4, -0.2]), ndArray(Int32Array.of(3), []));
      expect(out.hard).toBeAllclose(out.soft);
      expect(Math.max(...Array.from(out.soft.data, Math.abs))).toBeGreaterThan(0.01);
      await gradients.dispose();
    });

    it("takes numbers and tensors as arguments and keeps the structure of results", async () => {
      const fn = await compile(
        (p: { a: Tensor; b: { c: Tensor } }) => ({ sum: tf.add(p.a, p.b.c), same: p.b }),
        [{ a: 1, b: { c: 2 } }],
        {
          engine,
        },
      );
      const two = tf.scalar(2);
      const out = await fn({ a: 40, b: { c: two } });
      two.dispose();
      expect(scalarOf(out.sum)).toBe(42);
      expect(out.same.c).toMatchObject({ shape: [] });
      await fn.dispose();
    });

    it("runs with other shapes than it was compiled for", async () => {
      const sum = await compile((x: Tensor) => tf.sum(tf.square(x)), [ndArray([1, 2])], { engine });
      expect(scalarOf(await sum(ndArray([1, 2])))).toBe(5);
      expect(scalarOf(await sum(ndArray([1, 2, 3, 4], [2, 2])))).toBe(30);
      expect(scalarOf(await sum(ndArray([3, 4])))).toBe(25);
      await sum.dispose();
    });

    it("follows Adam with clipped gradients as written out", async () => {
      const step = await compileStep(
        descend,
        { params: { w: ndArray([3, -2]), b: 0.5 }, optimiser: initialState({ w: [3, -2], b: [0.5] }) },
        [ndArray([1, -1])],
        { engine },
      );
      const expected = descendByHand([3, -2, 0.5], [1, -1], 20);
      for (const { loss, params } of expected) {
        const out = await step.run(ndArray([1, -1]));
        expect(scalarOf(out.loss)).toBeCloseTo(loss, 4);
        const state = (await step.readState()) as { params: { w: NdArray; b: NdArray } };
        expect([...state.params.w.data, ...state.params.b.data]).toBeAllclose(params, { relative: 1e-5 });
      }
      await step.dispose();
    });

    it("resumes exactly from a state that was read", async () => {
      const initial = { params: { w: ndArray([3, -2]), b: 0.5 }, optimiser: initialState({ w: [3, -2], b: [0.5] }) };
      const target = ndArray([1, -1]);
      const straight = await compileStep(descend, initial, [target], { engine });
      for (let i = 0; i < 3; i++) await straight.run(target);
      const saved = await straight.readState();
      for (let i = 0; i < 3; i++) await straight.run(target);
      const resumed = await compileStep(descend, initial, [target], { engine });
      await resumed.writeState(saved as never);
      for (let i = 0; i < 3; i++) await resumed.run(target);
      expect(await resumed.readState()).toEqual(await straight.readState());
      await straight.dispose();
      await resumed.dispose();
    });

    it("leaves no tensor behind over many runs", async () => {
      const before = tf.memory().numTensors;
      const target = ndArray([1, -1]);
      const step = await compileStep(
        descend,
        { params: { w: ndArray([3, -2]), b: 0.5 }, optimiser: initialState({ w: [3, -2], b: [0.5] }) },
        [target],
        { engine },
      );
      await step.run(target);
      const warm = tf.memory().numTensors;
      for (let i = 0; i < 50; i++) await step.run(target);
      expect(tf.memory().numTensors).toBe(warm);
      await step.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it("explains itself when a compiled function reads a value", async () => {
      const reading = (x: Tensor): Tensor => (x.dataSync()[0]! > 0 ? x : tf.neg(x));
      const attempt = compile(reading, [ndArray([1])], { engine }).then((fn) => fn(ndArray([-1])));
      if (engine.capabilities.compiled) await expect(attempt).rejects.toMatchObject({ code: "TRACED_VALUE" });
      else expect([...(await attempt).data]).toEqual([1]);
    });

    const backendBefore = tf.getBackend();
    afterAll(() => {
      if (backendBefore) expect(tf.getBackend()).toBe(backendBefore);
    });
  });
}

async function evaluate(
  engine: TensorEngine,
  operation: OperationCase,
): Promise<{ readonly value: NdArray; readonly gradients: Inputs<NdArray> }> {
  const objective = (inputs: Record<string, Tensor>): Tensor => {
    const out = operation.fn(inputs);
    return tf.sum(tf.mul(out, tf.tensor(Float32Array.from(weightsFor(out.size)), out.shape)));
  };
  const both = await compile(
    (inputs: Record<string, Tensor>) => ({
      value: operation.fn(inputs),
      gradients: valueAndGrad(objective)(inputs).gradient,
    }),
    [operation.inputs],
    { engine },
  );
  const out = await both(operation.inputs);
  await both.dispose();
  return out as unknown as { readonly value: NdArray; readonly gradients: Inputs<NdArray> };
}

function mapInputs<In, Out>(inputs: Inputs<In>, map: (value: In) => Out): Inputs<Out> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, map(value)]));
}

// The problem of the optimiser tests: Σ (w − target)² + (b · w₀)², clipped to norm 2, Adam with rate 0.1.
type LineParams = { readonly w: Tensor; readonly b: Tensor };
const optimiser = chain(clipByGlobalNorm(2), adam({ learningRate: 0.1 }));
type DescentState = { readonly params: LineParams; readonly optimiser: ReturnType<typeof optimiser.init> };

function descend(state: DescentState, target: Tensor): { state: DescentState; outputs: { loss: Tensor } } {
  const loss = valueAndGrad((p: LineParams) =>
    tf.add(tf.sum(tf.square(tf.sub(p.w, target))), tf.square(tf.mul(p.b, tf.sum(tf.slice(p.w, [0], [1]))))),
  )(state.params);
  const { updates, state: next } = optimiser.update(loss.gradient, state.optimiser, state.params);
  return { state: { params: applyUpdates(state.params, updates), optimiser: next }, outputs: { loss: loss.value } };
}

function initialState(params: { readonly w: readonly number[]; readonly b: readonly number[] }): never {
  const zeros = { w: ndArray(params.w.map(() => 0)), b: ndArray(0) };
  const adamState = { weight1: 0, weight2: 0, mean: zeros, square: zeros };
  return { "0": {}, "1": { "0": mapTree(adamState, (leaf: NdArray | number) => leaf), "1": {} } } as never;
}

function descendByHand(
  start: readonly number[],
  target: readonly number[],
  steps: number,
): { loss: number; params: number[] }[] {
  const params = [...start] as [number, number, number];
  const mean = [0, 0, 0];
  const square = [0, 0, 0];
  return Array.from({ length: steps }, (_, t) => {
    const [w0, w1, b] = params;
    const loss = (w0 - target[0]!) ** 2 + (w1 - target[1]!) ** 2 + (b * w0) ** 2;
    const gradient = [2 * (w0 - target[0]!) + 2 * b * b * w0, 2 * (w1 - target[1]!), 2 * b * w0 * w0];
    const clip = Math.min(1, 2 / Math.hypot(...gradient));
    for (const i of [0, 1, 2] as const) {
      const g = gradient[i]! * clip;
      mean[i] = 0.9 * mean[i]! + 0.1 * g;
      square[i] = 0.999 * square[i]! + 0.001 * g * g;
      params[i] -= (0.1 * (mean[i]! / (1 - 0.9 ** (t + 1)))) / (Math.sqrt(square[i]! / (1 - 0.999 ** (t + 1))) + 1e-8);
    }
    return { loss, params: [...params] };
  });
}
