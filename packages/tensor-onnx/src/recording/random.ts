// The keyed random numbers of `@mmm/tensor` in 64-bit integer arithmetic, bit for bit. Products stay below 2⁶³ because
// both multipliers are below 2³¹.

import type { RandomUniformAttributes } from "@mmm/tensor";
import { dataOf, type GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/value.js";
import type { Lowering } from "./recording.js";

const word = 0xffffffff;
const golden = 0x9e3779b9;

function mix(graph: GraphBuilder, start: Value): Value {
  const constant = (value: number): Value => graph.scalar(value, "int64");
  const foldHigh = (x: Value, bits: number): Value =>
    graph.binary("BitwiseXor", x, graph.binary("Div", x, constant(2 ** bits)));
  const times = (x: Value, factor: number): Value =>
    graph.binary("BitwiseAnd", graph.binary("Mul", x, constant(factor)), constant(word));
  return foldHigh(times(foldHigh(times(foldHigh(start, 16), 0x21f0aaad), 15), 0x735a2d97), 15);
}

export const randomUniformLowering: Lowering = ({ graph, inputs, attributes }) => {
  const { shape, stream } = attributes as unknown as RandomUniformAttributes;
  const count = shape.reduce((product, length) => product * length, 1);
  const mask = graph.scalar(word, "int64");
  const key = graph.binary("BitwiseAnd", graph.cast(inputs["key"]!, "int64"), mask);
  const start = mix(graph, graph.binary("BitwiseXor", key, graph.scalar(stream, "int64")));
  const counters = Array.from({ length: count }, (_, i) => Math.imul(i + 1, golden) >>> 0);
  const positions = graph.constant(dataOf("int64", counters), [count], "int64");
  const bits = mix(graph, graph.binary("BitwiseAnd", graph.binary("Add", positions, start), mask));
  const high = graph.cast(graph.binary("Div", bits, graph.scalar(512, "int64")), "real");
  const uniform = graph.binary("Mul", graph.binary("Add", high, graph.scalar(0.5)), graph.scalar(2 ** -23));
  return graph.reshape(uniform, shape);
};
