// ONNX lowerings of reductions, running sums and softmax.

import * as tf from "@tensorflow/tfjs-core";
import type { Lowering } from "./recording.js";

const axesOf = (axis: unknown, shape: readonly number[]): number[] =>
  tf.util.parseAxisParam(axis as number, [...shape]).sort((a, b) => a - b);

function reduction(operator: string, attribute = "axis"): Lowering {
  return ({ graph, inputs, attributes }) => {
    const x = inputs["x"]!;
    return graph.reduce(operator, x, axesOf(attributes[attribute], x.shape), attributes["keepDims"] === true);
  };
}

function alongAxis(operator: string, input: string, attribute: string): Lowering {
  return ({ graph, inputs, attributes }) => {
    const x = inputs[input]!;
    return graph.unary(operator, x, { axis: axesOf(attributes[attribute], x.shape)[0]! });
  };
}

function position(operator: string): Lowering {
  return ({ graph, inputs, attributes }) => {
    const x = inputs["x"]!;
    const axis = axesOf(attributes["axis"], x.shape)[0]!;
    const shape = x.shape.filter((_, i) => i !== axis);
    const found = graph.apply(operator, [x], { shape, type: "int64" }, { axis, keepdims: 0 });
    return graph.cast(found, "int32");
  };
}

export const reductionLowerings: Readonly<Record<string, Lowering>> = {
  Sum: (context) => {
    const { graph, inputs } = context;
    // tfjs counts true values.
    const x = inputs["x"]!;
    if (x.type !== "bool") return reduction("ReduceSum")(context);
    return reduction("ReduceSum")({ ...context, inputs: { x: graph.cast(x, "int32") } });
  },
  Mean: reduction("ReduceMean"),
  Max: reduction("ReduceMax", "reductionIndices"),
  Min: reduction("ReduceMin"),
  Prod: reduction("ReduceProd"),
  Softmax: alongAxis("Softmax", "logits", "dim"),
  LogSoftmax: alongAxis("LogSoftmax", "logits", "axis"),
  ArgMax: position("ArgMax"),
  ArgMin: position("ArgMin"),
  Cumsum: ({ graph, inputs, attributes }) => {
    const x = inputs["x"]!;
    const axis = graph.scalar(axesOf(attributes["axis"], x.shape)[0]!, "int64");
    return graph.apply(
      "CumSum",
      [x, axis],
      { shape: x.shape, type: x.type },
      {
        exclusive: attributes["exclusive"] ? 1 : 0,
        reverse: attributes["reverse"] ? 1 : 0,
      },
    );
  },
};
