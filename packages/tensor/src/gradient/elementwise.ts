// Gradients of kernels that work element by element, with broadcasting undone by summing.

import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type GradientRule, unbroadcast, zeroGradient } from "./rule.js";

type Binary = (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

function binary(kernelName: string, gradientA: Binary, gradientB: Binary): GradientRule {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    outputsToSave: [true],
    gradFunc: (dy, [a, b, y]) => ({
      a: () => unbroadcast(gradientA(dy as Tensor, a!, b!, y!), a!.shape),
      b: () => unbroadcast(gradientB(dy as Tensor, a!, b!, y!), b!.shape),
    }),
  };
}

/** Rule from the input x. */
function fromInput(
  kernelName: string,
  gradient: (dy: Tensor, x: Tensor, attributes: Attributes) => Tensor,
): GradientRule {
  return {
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attributes) => ({ x: () => gradient(dy as Tensor, x!, attributes as Attributes) }),
  };
}

/** Rule from the output y, where that is cheaper. */
function fromOutput(kernelName: string, gradient: (dy: Tensor, y: Tensor) => Tensor): GradientRule {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => gradient(dy as Tensor, y!) }),
  };
}

function zero(kernelName: string, inputs: readonly string[]): GradientRule {
  return {
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (_, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => zeroGradient(saved[i]!)])),
  };
}

type Attributes = Readonly<Record<string, number>>;
const asFloat = (x: Tensor): Tensor => tf.cast(x, "float32");
const square = (x: Tensor): Tensor => tf.mul(x, x);

export const elementwiseGradients: readonly GradientRule[] = [
  linearPair("Add", 1),
  linearPair("Sub", -1),
  binary(
    "Multiply",
    (dy, _, b) => tf.mul(dy, asFloat(b)),
    (dy, a) => tf.mul(dy, asFloat(a)),
  ),
  binary(
    "RealDiv",
    (dy, _, b) => tf.div(dy, asFloat(b)),
    (dy, _a, b, y) => tf.neg(tf.div(tf.mul(dy, y), asFloat(b))),
  ),
  binary(
    "Pow",
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, _b, y) => {
      const above = tf.greater(a, 0);
      return tf.mul(dy, tf.mul(y, tf.where(above, tf.log(tf.where(above, a, tf.onesLike(a))), tf.zerosLike(a))));
    },
  ),
  // At a tie the first argument takes the gradient, as tfjs has it.
  binary(
    "Maximum",
    (dy, a, b) => tf.mul(dy, asFloat(tf.greaterEqual(a, b))),
    (dy, a, b) => tf.mul(dy, asFloat(tf.less(a, b))),
  ),
  binary(
    "Minimum",
    (dy, a, b) => tf.mul(dy, asFloat(tf.lessEqual(a, b))),
    (dy, a, b) => tf.mul(dy, asFloat(tf.greater(a, b))),
  ),
  binary(
    "SquaredDifference",
    (dy, a, b) => tf.mul(tf.mul(dy, 2), tf.sub(a, b)),
    (dy, a, b) => tf.mul(tf.mul(dy, 2), tf.sub(b, a)),
  ),
  binary(
    "Atan2",
    (dy, a, b) => tf.mul(dy, tf.div(b, tf.add(square(a), square(b)))),
    (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, tf.add(square(a), square(b))))),
  ),
  {
    kernelName: "AddN",
    saveAllInputs: true,
    gradFunc: (dy, saved) =>
      Object.fromEntries(saved.map((x, i) => [String(i), () => tf.reshape(dy as Tensor, x.shape as number[])])),
  },
  { kernelName: "Neg", gradFunc: (dy) => ({ x: () => tf.neg(dy as Tensor) }) },
  { kernelName: "Identity", gradFunc: (dy) => ({ x: () => tf.clone(dy as Tensor) }) },
  { kernelName: "Cast", gradFunc: (dy) => ({ x: () => tf.clone(dy as Tensor) }) },
  fromOutput("Exp", (dy, y) => tf.mul(dy, y)),
  fromOutput("Expm1", (dy, y) => tf.mul(dy, tf.add(y, 1))),
  fromInput("Log", (dy, x) => tf.div(dy, x)),
  fromInput("Log1p", (dy, x) => tf.div(dy, tf.add(x, 1))),
  fromOutput("Sqrt", (dy, y) => tf.div(tf.mul(dy, 0.5), y)),
  fromInput("Rsqrt", (dy, x) => tf.mul(tf.mul(dy, -0.5), tf.div(tf.rsqrt(x), x))),
  fromInput("Square", (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  fromOutput("Reciprocal", (dy, y) => tf.neg(tf.mul(dy, square(y)))),
  fromInput("Abs", (dy, x) => tf.mul(dy, tf.sign(x))),
  fromOutput("Sigmoid", (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  fromInput("Softplus", (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  fromOutput("Tanh", (dy, y) => tf.mul(dy, tf.sub(1, square(y)))),
  fromOutput("Relu", (dy, y) => tf.mul(dy, asFloat(tf.greater(y, 0)))),
  fromInput("LeakyRelu", (dy, x, { alpha }) =>
    tf.mul(dy, tf.add(tf.mul(asFloat(tf.greater(x, 0)), 1 - alpha!), alpha!)),
  ),
  fromOutput("Elu", (dy, y) => tf.where(tf.greater(y, 0), dy, tf.mul(dy, tf.add(y, 1)))),
  fromInput("Relu6", (dy, x) => tf.mul(dy, asFloat(tf.logicalAnd(tf.greater(x, 0), tf.less(x, 6))))),
  fromOutput("Tan", (dy, y) => tf.mul(dy, tf.add(square(y), 1))),
  fromInput("Sin", (dy, x) => tf.mul(dy, tf.cos(x))),
  fromInput("Cos", (dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  fromInput("Sinh", (dy, x) => tf.mul(dy, tf.cosh(x))),
  fromInput("Cosh", (dy, x) => tf.mul(dy, tf.sinh(x))),
  fromInput("Atan", (dy, x) => tf.div(dy, tf.add(square(x), 1))),
  fromInput("Erf", (dy, x) => tf.mul(tf.mul(dy, 2 / Math.sqrt(Math.PI)), tf.exp(tf.neg(square(x))))),
  fromInput("ClipByValue", (dy, x, { clipValueMin, clipValueMax }) =>
    tf.where(tf.logicalAnd(tf.greaterEqual(x, clipValueMin!), tf.lessEqual(x, clipValueMax!)), dy, tf.zerosLike(dy)),
  ),
  {
    kernelName: "Select",
    inputsToSave: ["condition"],
    gradFunc: (dy, [condition]) => ({
      condition: () => zeroGradient(condition!),
      t: () => tf.where(condition!, dy as Tensor, tf.zerosLike(dy as Tensor)),
      e: () => tf.where(condition!, tf.zerosLike(dy as Tensor), dy as Tensor),
    }),
  },
  ...["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr", "FloorDiv"].map(
    (name) => zero(name, ["a", "b"]),
  ),
  ...[
    "LogicalNot",
    "Floor",
    "Ceil",
    "Round",
    "Sign",
    "Step",
    "ZerosLike",
    "OnesLike",
    "IsNan",
    "IsFinite",
    "IsInf",
  ].map((name) => zero(name, ["x"])),
];

// Sums keep no values, only the shapes of what they added.
function linearPair(kernelName: string, sign: 1 | -1): GradientRule {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => ({
      a: () => unbroadcast(dy as Tensor, a!.shape),
      b: () => unbroadcast(sign === 1 ? (dy as Tensor) : tf.neg(dy as Tensor), b!.shape),
    }),
  };
}
