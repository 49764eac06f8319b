import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { at, build, normals, type OperationCase, uniforms } from "./operation-case.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function unary(
  name: string,
  fn: (x: Tensor) => Tensor,
  reference: (x: number) => number,
  positiveOnly = false,
): OperationCase {
  return {
    name,
    inputs: { x: positiveOnly ? uniforms(name, [3, 4], 0.2, 3) : normals(name, [3, 4]) },
    shape: [3, 4],
    fn: ({ x }) => fn(x!),
    reference: ({ x }) => x!.map(reference),
  };
}

// The second argument is broadcast, so gradients must be summed back.
function binary(
  name: string,
  fn: (a: Tensor, b: Tensor) => Tensor,
  reference: (a: number, b: number) => number,
  smooth = true,
): OperationCase {
  return {
    name,
    inputs: { a: uniforms(`${name} a`, [2, 3, 4], 0.3, 2), b: uniforms(`${name} b`, [3, 1], 0.3, 2) },
    shape: [2, 3, 4],
    fn: ({ a, b }) => fn(a!, b!),
    reference: ({ a, b }) => build([2, 3, 4], (i, j, k) => reference(at(a!, [2, 3, 4], i, j, k), b![j]!)),
    smooth,
  };
}

const asFloat = (x: Tensor): Tensor => tf.cast(x, "float32");

export const elementwiseCases: readonly OperationCase[] = [
  unary(
    "neg",
    (x) => tf.neg(x),
    (x) => -x,
  ),
  unary("exp", (x) => tf.exp(x), Math.exp),
  unary("expm1", (x) => tf.expm1(x), Math.expm1),
  unary("log", (x) => tf.log(x), Math.log, true),
  unary("log1p", (x) => tf.log1p(x), Math.log1p, true),
  unary("sqrt", (x) => tf.sqrt(x), Math.sqrt, true),
  unary(
    "rsqrt",
    (x) => tf.rsqrt(x),
    (x) => 1 / Math.sqrt(x),
    true,
  ),
  unary(
    "square",
    (x) => tf.square(x),
    (x) => x * x,
  ),
  unary(
    "reciprocal",
    (x) => tf.reciprocal(x),
    (x) => 1 / x,
    true,
  ),
  unary("abs", (x) => tf.abs(x), Math.abs),
  unary("sigmoid", (x) => tf.sigmoid(x), sigmoid),
  unary("softplus", (x) => tf.softplus(x), softplus),
  unary("tanh", (x) => tf.tanh(x), Math.tanh),
  unary(
    "relu",
    (x) => tf.relu(x),
    (x) => Math.max(x, 0),
  ),
  unary(
    "leaky relu",
    (x) => tf.leakyRelu(x, 0.1),
    (x) => (x > 0 ? x : 0.1 * x),
  ),
  unary(
    "elu",
    (x) => tf.elu(x),
    (x) => (x > 0 ? x : Math.expm1(x)),
  ),
  unary(
    "relu6",
    (x) => tf.relu6(tf.mul(x, 6)),
    (x) => Math.min(Math.max(6 * x, 0), 6),
  ),
  unary(
    "tan",
    (x) => tf.tan(tf.mul(x, 0.3)),
    (x) => Math.tan(0.3 * x),
  ),
  unary("sin", (x) => tf.sin(x), Math.sin),
  unary("cos", (x) => tf.cos(x), Math.cos),
  unary(
    "clip",
    (x) => tf.clipByValue(x, -0.5, 0.7),
    (x) => Math.min(Math.max(x, -0.5), 0.7),
  ),
  unary(
    "scalar arithmetic",
    (x) => tf.div(tf.sub(1, tf.mul(x, 0.3)), 2.5),
    (x) => (1 - x * 0.3) / 2.5,
  ),
  { ...unary("sign", (x) => tf.sign(x), Math.sign), smooth: false },
  {
    ...unary(
      "step",
      (x) => tf.step(x, 0.25),
      (x) => (x > 0 ? 1 : 0.25),
    ),
    smooth: false,
  },
  { ...unary("floor", (x) => tf.floor(x), Math.floor), smooth: false },
  { ...unary("ceil", (x) => tf.ceil(x), Math.ceil), smooth: false },
  {
    ...unary(
      "zeros and ones like",
      (x) => tf.add(tf.zerosLike(x), tf.onesLike(x)),
      () => 1,
    ),
    smooth: false,
  },
  binary(
    "add",
    (a, b) => tf.add(a, b),
    (a, b) => a + b,
  ),
  binary(
    "sub",
    (a, b) => tf.sub(a, b),
    (a, b) => a - b,
  ),
  binary(
    "mul",
    (a, b) => tf.mul(a, b),
    (a, b) => a * b,
  ),
  binary(
    "div",
    (a, b) => tf.div(a, b),
    (a, b) => a / b,
  ),
  binary(
    "pow",
    (a, b) => tf.pow(a, b),
    (a, b) => a ** b,
  ),
  binary("maximum", (a, b) => tf.maximum(a, b), Math.max),
  binary("minimum", (a, b) => tf.minimum(a, b), Math.min),
  binary(
    "squared difference",
    (a, b) => tf.squaredDifference(a, b),
    (a, b) => (a - b) ** 2,
  ),
  binary(
    "where",
    (a, b) => tf.where(tf.less(a, b), tf.square(a), tf.mul(3, b)),
    (a, b) => (a < b ? a * a : 3 * b),
  ),
  binary(
    "less",
    (a, b) => asFloat(tf.less(a, b)),
    (a, b) => Number(a < b),
    false,
  ),
  binary(
    "less equal",
    (a, b) => asFloat(tf.lessEqual(a, b)),
    (a, b) => Number(a <= b),
    false,
  ),
  binary(
    "greater",
    (a, b) => asFloat(tf.greater(a, b)),
    (a, b) => Number(a > b),
    false,
  ),
  binary(
    "greater equal",
    (a, b) => asFloat(tf.greaterEqual(a, b)),
    (a, b) => Number(a >= b),
    false,
  ),
  binary(
    "equal",
    (a, b) => asFloat(tf.equal(tf.floor(a), tf.floor(b))),
    (a, b) => Number(Math.floor(a) === Math.floor(b)),
    false,
  ),
  binary(
    "not equal",
    (a, b) => asFloat(tf.notEqual(tf.floor(a), tf.floor(b))),
    (a, b) => Number(Math.floor(a) !== Math.floor(b)),
    false,
  ),
  binary(
    "logical",
    (a, b) => asFloat(tf.logicalOr(tf.logicalNot(tf.less(a, 1)), tf.logicalAnd(tf.less(b, 1), tf.less(a, b)))),
    (a, b) => Number(!(a < 1) || (b < 1 && a < b)),
    false,
  ),
  {
    name: "addN",
    inputs: { a: normals("addN a", [4]), b: normals("addN b", [4]), c: normals("addN c", [4]) },
    shape: [4],
    fn: ({ a, b, c }) => tf.addN([a!, b!, c!]),
    reference: ({ a, b, c }) => a!.map((value, i) => value + b![i]! + c![i]!),
  },
];
