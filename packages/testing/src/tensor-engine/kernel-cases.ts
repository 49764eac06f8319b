// The kernels of `@mmm/tensor` against plain loops in double precision; the gradients of these loops by differences
// check the hand-written ones.

import {
  acyclicityLogDeterminant,
  acyclicityTraceExponential,
  type GruParams,
  gru,
  hill,
  lagConvolve,
  scan,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { at, build, type Inputs, normals, type OperationCase, uniforms } from "./operation-case.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const time = 5;
const features = 3;
const hidden = 4;

function gruInputs(batch: number): Inputs<ReturnType<typeof normals>> {
  return {
    x: normals("gru x", [time, batch, features]),
    initial: normals("gru initial", [batch, hidden], 0.5),
    inputWeights: normals("gru input weights", [3 * hidden, features], 0.5),
    hiddenWeights: normals("gru hidden weights", [3 * hidden, hidden], 0.5),
    inputBias: normals("gru input bias", [3 * hidden], 0.3),
    hiddenBias: normals("gru hidden bias", [3 * hidden], 0.3),
  };
}

function gruByHand(
  inputs: Inputs<Float64Array>,
  batch: number,
  present: (t: number, b: number) => boolean,
): Float64Array {
  const { x, initial, inputWeights, hiddenWeights, inputBias, hiddenBias } = inputs as Required<typeof inputs>;
  const out = new Float64Array(time * batch * hidden);
  for (let b = 0; b < batch; b++) {
    let h = Array.from({ length: hidden }, (_, j) => at(initial!, [batch, hidden], b, j));
    for (let t = 0; t < time; t++) {
      const input = (row: number): number => {
        let sum = inputBias![row]!;
        for (let i = 0; i < features; i++)
          sum += at(inputWeights!, [3 * hidden, features], row, i) * at(x!, [time, batch, features], t, b, i);
        return sum;
      };
      const before = h;
      const recurrent = (row: number): number => {
        let sum = hiddenBias![row]!;
        for (let j = 0; j < hidden; j++) sum += at(hiddenWeights!, [3 * hidden, hidden], row, j) * before[j]!;
        return sum;
      };
      if (present(t, b)) {
        h = before.map((previous, j) => {
          const r = sigmoid(input(j) + recurrent(j));
          const z = sigmoid(input(hidden + j) + recurrent(hidden + j));
          const n = Math.tanh(input(2 * hidden + j) + r * recurrent(2 * hidden + j));
          return (1 - z) * n + z * previous;
        });
      }
      for (const [j, value] of h.entries()) out[(t * batch + b) * hidden + j] = value;
    }
  }
  return out;
}

function gruCase(name: string, batch: number, masked: boolean): OperationCase {
  const mask = build([time, batch], (t, b) => Number(!masked || (3 * t + b) % 5 > 0));
  return {
    name,
    inputs: gruInputs(batch),
    shape: [time, batch, hidden],
    fn: (inputs) =>
      gru(inputs["x"]!, inputs as unknown as GruParams, {
        initial: inputs["initial"]!,
        ...(masked && { mask: tf.tensor2d(Float32Array.from(mask), [time, batch]) }),
      }),
    reference: (inputs) => gruByHand(inputs, batch, (t, b) => mask[t * batch + b] === 1),
  };
}

function convolve(
  x: Float64Array,
  weights: Float64Array,
  units: number,
  channels: number,
  lags: number,
  length: number,
): Float64Array {
  return build([length, units, channels], (t, u, c) => {
    let sum = 0;
    for (let l = 0; l < Math.min(lags, t + 1); l++) {
      sum += at(weights, [lags, channels], l, c) * at(x, [length, units, channels], t - l, u, c);
    }
    return sum;
  });
}

function lagCase(name: string, lags: number, method: "toeplitz" | "shifts"): OperationCase {
  return {
    name: `lagConvolve, ${name}`,
    inputs: { x: normals("lag x", [6, 2, 3]), weights: normals("lag weights", [lags, 3]) },
    shape: [6, 2, 3],
    fn: ({ x, weights }) => lagConvolve(x!, weights!, { method }),
    reference: ({ x, weights }) => convolve(x!, weights!, 2, 3, lags, 6),
  };
}

function matrixProduct(a: Float64Array, b: Float64Array, n: number): Float64Array {
  return build([n, n], (i, j) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[k * n + j]!;
    return sum;
  });
}

function traceExponential(weights: Float64Array, n: number): number {
  const squared = weights.map((w) => w * w);
  let power: Float64Array = build([n, n], (i, j) => Number(i === j));
  let trace = 0;
  for (let order = 1; order < 40; order++) {
    power = matrixProduct(power, squared, n).map((value) => value / order);
    for (let i = 0; i < n; i++) trace += power[i * n + i]!;
  }
  return trace;
}

function determinant(matrix: Float64Array, n: number): number {
  const rows = matrix.slice();
  let product = 1;
  for (let k = 0; k < n; k++) {
    product *= rows[k * n + k]!;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i * n + k]! / rows[k * n + k]!;
      for (let j = k; j < n; j++) rows[i * n + j]! -= factor * rows[k * n + j]!;
    }
  }
  return product;
}

export const kernelCases: readonly OperationCase[] = [
  // Small and large batches have different layouts.
  gruCase("gru", 2, false),
  gruCase("gru with a mask", 2, true),
  gruCase("gru of a large batch", 33, false),
  gruCase("gru of a large batch with a mask", 33, true),
  {
    name: "scan: a recurrence with parameters, two carries and a tree of inputs",
    inputs: {
      decay: uniforms("scan decay", [3], 0.2, 0.8),
      start: normals("scan start", [3]),
      x: normals("scan x", [4, 3]),
      y: normals("scan y", [4, 3]),
    },
    shape: [5, 3],
    fn: ({ decay, start, x, y }) => {
      type Carry = { readonly level: Tensor; readonly total: Tensor };
      const { carry, outputs } = scan(
        (p: { decay: Tensor }, { level, total }: Carry, now: { x: Tensor; y: Tensor }) => {
          const next = tf.add(tf.mul(p.decay, level), tf.tanh(now.x));
          return { carry: { total: tf.add(total, tf.mul(next, now.y)), level: next }, output: tf.mul(next, next) };
        },
        { decay: decay! },
        { level: start!, total: tf.zeros([3]) },
        { x: x!, y: y! },
      );
      return tf.concat([outputs, tf.reshape(carry.total, [1, 3])], 0);
    },
    reference: ({ decay, start, x, y }) => {
      const level = start!.slice();
      const total = new Float64Array(3);
      const out = new Float64Array(15);
      for (let t = 0; t < 4; t++) {
        for (let i = 0; i < 3; i++) {
          level[i] = decay![i]! * level[i]! + Math.tanh(x![t * 3 + i]!);
          total[i]! += level[i]! * y![t * 3 + i]!;
          out[t * 3 + i] = level[i]! ** 2;
        }
      }
      out.set(total, 12);
      return out;
    },
  },
  {
    name: "scan backwards in time",
    inputs: { gain: uniforms("scan gain", [], 0.4, 0.9), x: normals("scan reverse x", [4, 2]) },
    shape: [4, 2],
    fn: ({ gain, x }) =>
      scan(
        (p: { gain: Tensor }, later: Tensor, now: Tensor) => {
          const next = tf.add(tf.mul(p.gain, later), now);
          return { carry: next, output: next };
        },
        { gain: gain! },
        tf.zeros([2]) as Tensor,
        x!,
        { reverse: true },
      ).outputs,
    reference: ({ gain, x }) => {
      const out = x!.slice();
      for (let t = 2; t >= 0; t--) for (let i = 0; i < 2; i++) out[t * 2 + i]! += gain![0]! * out[(t + 1) * 2 + i]!;
      return out;
    },
  },
  lagCase("toeplitz", 4, "toeplitz"),
  lagCase("toeplitz with more lags than periods", 9, "toeplitz"),
  lagCase("toeplitz without carryover", 1, "toeplitz"),
  lagCase("shifts", 4, "shifts"),
  {
    name: "hill",
    inputs: {
      x: uniforms("hill x", [4, 3], 0.05, 3),
      slope: uniforms("hill slope", [3], 0.6, 3),
      half: uniforms("hill half", [3], 0.4, 2),
    },
    shape: [4, 3],
    fn: ({ x, slope, half }) => hill(x!, slope!, half!),
    reference: ({ x, slope, half }) => build([4, 3], (i, j) => 1 / (1 + (half![j]! / x![i * 3 + j]!) ** slope![j]!)),
  },
  {
    name: "acyclicity by the trace of the exponential",
    inputs: { weights: normals("acyclicity", [4, 4], 0.6) },
    shape: [],
    fn: ({ weights }) => acyclicityTraceExponential(weights!),
    reference: ({ weights }) => [traceExponential(weights!, 4)],
  },
  {
    name: "acyclicity by the log-determinant",
    inputs: { weights: normals("acyclicity", [4, 4], 0.3) },
    shape: [],
    fn: ({ weights }) => acyclicityLogDeterminant(weights!, 1.5),
    reference: ({ weights }) => [
      4 * Math.log(1.5) -
        Math.log(
          determinant(
            build([4, 4], (i, j) => (i === j ? 1.5 : 0) - weights![i * 4 + j]! ** 2),
            4,
          ),
        ),
    ],
  },
];
