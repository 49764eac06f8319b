// ONNX lowerings of kernels that move elements, make constants, and multiply matrices.

import * as tf from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import type { ElementType, Value } from "../graph/value.js";
import type { Lowering } from "./recording.js";

const axisOf = (axis: unknown, rank: number): number => {
  const given = axis as number;
  return given < 0 ? given + rank : given;
};

function lastTwoSwapped(graph: GraphBuilder, x: Value): Value {
  const order = x.shape.map((_, axis) => axis);
  const rank = order.length;
  return graph.transpose(x, [...order.slice(0, -2), rank - 1, rank - 2]);
}

const matmul: Lowering = ({ graph, inputs, attributes }) => {
  const a = attributes["transposeA"] ? lastTwoSwapped(graph, inputs["a"]!) : inputs["a"]!;
  const b = attributes["transposeB"] ? lastTwoSwapped(graph, inputs["b"]!) : inputs["b"]!;
  return graph.matmul(a, b);
};

const slice: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  const [begin, size] = tf.slice_util.parseSliceParams(
    { shape: [...x.shape], rank: x.shape.length } as unknown as tf.Tensor,
    attributes["begin"] as number[],
    attributes["size"] as number[],
  ) as [number[], number[]];
  return graph.slice(x, begin, size);
};

const split: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  const axis = axisOf(attributes["axis"], x.shape.length);
  const given = attributes["numOrSizeSplits"] as number | number[];
  const sizes = typeof given === "number" ? Array<number>(given).fill(x.shape[axis]! / given) : given;
  let offset = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? offset : 0));
    offset += length;
    return graph.slice(
      x,
      begin,
      x.shape.map((full, i) => (i === axis ? length : full)),
    );
  });
};

const unpack: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["value"]!;
  const axis = axisOf(attributes["axis"], x.shape.length);
  return Array.from({ length: x.shape[axis]! }, (_, i) => {
    const part = graph.slice(
      x,
      x.shape.map((_, a) => (a === axis ? i : 0)),
      x.shape.map((length, a) => (a === axis ? 1 : length)),
    );
    return graph.reshape(
      part,
      x.shape.filter((_, a) => a !== axis),
    );
  });
};

const pack: Lowering = ({ graph, inputs, attributes }) => {
  const parts = Object.values(inputs);
  const axis = axisOf(attributes["axis"], parts[0]!.shape.length + 1);
  const raised = parts.map((part) => graph.reshape(part, [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)]));
  return graph.concat(raised, axis);
};

const pad: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  const paddings = attributes["paddings"] as [number, number][];
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const amounts = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  const shape = x.shape.map((length, axis) => length + paddings[axis]![0] + paddings[axis]![1]);
  const filling = graph.scalar(Number(attributes["constantValue"] ?? 0), x.type);
  return graph.apply("Pad", [x, graph.integers(amounts), filling], { shape, type: x.type });
};

const tile: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  const repeats = attributes["reps"] as number[];
  const shape = x.shape.map((length, axis) => length * repeats[axis]!);
  if (repeats.every((count, axis) => count === 1 || x.shape[axis] === 1)) return graph.expand(x, shape);
  return graph.apply("Tile", [x, graph.integers(repeats)], { shape, type: x.type });
};

const reverse: Lowering = ({ graph, inputs, attributes }) => {
  const x = inputs["x"]!;
  const axes = tf.util.parseAxisParam(attributes["dims"] as number[], [...x.shape]);
  const all = (value: number): Value => graph.integers(axes.map(() => value));
  // From the last element to before the first; the smallest integer stands for "before the first".
  const operands = [all(-1), all(Number.MIN_SAFE_INTEGER), graph.integers(axes), all(-1)];
  return graph.apply("Slice", [x, ...operands], { shape: x.shape, type: x.type });
};

const gather: Lowering = ({ graph, inputs, attributes }) => {
  const { x, indices } = inputs as Record<"x" | "indices", Value>;
  if (attributes["batchDims"])
    throw new Error("gather with batchDims has no ONNX lowering; gather one batch at a time.");
  const axis = axisOf(attributes["axis"], x.shape.length);
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return graph.apply("Gather", [x, graph.cast(indices, "int32")], { shape, type: x.type }, { axis });
};

const oneHot: Lowering = ({ graph, inputs, attributes }) => {
  const indices = inputs["indices"]!;
  const depth = attributes["depth"] as number;
  const classes = graph.constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
    "int32",
  );
  const hit = graph.binary("Equal", graph.reshape(indices, [...indices.shape, 1]), classes, "bool");
  const type = elementType(attributes["dtype"]);
  const { onValue = 1, offValue = 0 } = attributes as { onValue?: number; offValue?: number };
  if (onValue === 1 && offValue === 0) return graph.cast(hit, type);
  return graph.where(hit, graph.expand(graph.scalar(onValue, type), hit.shape), graph.scalar(offValue, type));
};

const elementType = (dtype: unknown): ElementType => (dtype === "int32" || dtype === "bool" ? dtype : "real");

function filledLike(value: number): Lowering {
  return ({ graph, inputs }) => graph.expand(graph.scalar(value, inputs["x"]!.type), inputs["x"]!.shape);
}

export const arrangementLowerings: Readonly<Record<string, Lowering>> = {
  BatchMatMul: matmul,
  Reshape: ({ graph, inputs, attributes }) => {
    const x = inputs["x"]!;
    const size = tf.util.sizeFromShape([...x.shape]);
    return graph.reshape(x, tf.util.inferFromImplicitShape(attributes["shape"] as number[], size));
  },
  ExpandDims: ({ graph, inputs, attributes }) => {
    const x = inputs["input"]!;
    const axis = axisOf(attributes["dim"], x.shape.length + 1);
    return graph.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
  },
  Transpose: ({ graph, inputs, attributes }) => graph.transpose(inputs["x"]!, attributes["perm"] as number[]),
  Slice: slice,
  Concat: ({ graph, inputs, attributes }) => {
    const parts = Object.values(inputs);
    return graph.concat(parts, axisOf(attributes["axis"], parts[0]!.shape.length));
  },
  SplitV: split,
  Unpack: unpack,
  Pack: pack,
  PadV2: pad,
  Tile: tile,
  BroadcastTo: ({ graph, inputs, attributes }) => graph.expand(inputs["x"]!, attributes["shape"] as number[]),
  Reverse: reverse,
  GatherV2: gather,
  OneHot: oneHot,
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
  Fill: ({ graph, attributes }) => {
    const { shape, value, dtype } = attributes as { shape: number[]; value: number; dtype?: string };
    return graph.expand(graph.scalar(value, elementType(dtype)), shape);
  },
  LinSpace: ({ graph, attributes }) => {
    const { start, stop, num } = attributes as { start: number; stop: number; num: number };
    const values = Float64Array.from({ length: num }, (_, i) => start + ((stop - start) * i) / Math.max(1, num - 1));
    return graph.constant(values, [num], "real");
  },
  Range: ({ graph, attributes }) => {
    const { start, stop, step, dtype } = attributes as { start: number; stop: number; step: number; dtype?: string };
    const count = Math.max(0, Math.ceil((stop - start) / step));
    const values = Float64Array.from({ length: count }, (_, i) => start + i * step);
    return dtype === "int32"
      ? graph.constant(Int32Array.from(values), [count], "int32")
      : graph.constant(values, [count], "real");
  },
};
