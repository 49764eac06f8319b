// Makes nodes. Every node is interned by what it computes, so the same computation written twice is one node, and
// trivial ones (adding zero, reshaping to the same shape, expanding for a broadcasting operator) never come to be.

import { MmmError } from "@mmm/core";
import type { Attribute, Body, ConstantData, ElementType, GraphNode, Value } from "./value.js";
import { inOrder } from "./value.js";

interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly body?: Body;
}

interface OutputForm {
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export interface GraphBuilder {
  input(shape: readonly number[], type: ElementType): Value;
  constant(data: ConstantData, shape: readonly number[], type: ElementType): Value;
  scalar(value: number, type?: ElementType): Value;
  integers(values: readonly number[]): Value;
  /** Stands for an optional input that is not given. */
  absent(): Value;
  /** Any operator; prefer the named ones below, which simplify. */
  node(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly OutputForm[],
    options?: NodeOptions,
  ): readonly Value[];
  /** An operator with one output. */
  apply(
    operator: string,
    inputs: readonly Value[],
    output: OutputForm,
    attributes?: Readonly<Record<string, Attribute>>,
  ): Value;
  unary(operator: string, x: Value, attributes?: Readonly<Record<string, Attribute>>): Value;
  /** Arithmetic or comparison with broadcasting. */
  binary(operator: string, a: Value, b: Value, type?: ElementType): Value;
  where(condition: Value, then: Value, otherwise: Value): Value;
  cast(x: Value, type: ElementType): Value;
  reshape(x: Value, shape: readonly number[]): Value;
  expand(x: Value, shape: readonly number[]): Value;
  transpose(x: Value, permutation: readonly number[]): Value;
  slice(x: Value, begin: readonly number[], size: readonly number[]): Value;
  concat(parts: readonly Value[], axis: number): Value;
  reduce(operator: string, x: Value, axes: readonly number[], keep: boolean): Value;
  matmul(a: Value, b: Value): Value;
  /** `Scan` over the first axis of `scanned`. */
  scan(initial: readonly Value[], scanned: readonly Value[], body: Body, reverse: boolean): readonly Value[];
  body(inputs: readonly Value[], outputs: readonly Value[]): Body;
}

export function createGraphBuilder(): GraphBuilder {
  let nextId = 0;
  const interned = new Map<string, GraphNode>();

  const make = (
    operator: string,
    inputs: readonly Value[],
    outputs: readonly OutputForm[],
    options: NodeOptions & { readonly data?: ConstantData } = {},
  ): GraphNode => {
    const node = { id: nextId++, operator, inputs, attributes: options.attributes ?? {}, outputs: [] as Value[] };
    for (const [output, form] of outputs.entries())
      node.outputs.push({ node, output, shape: form.shape, type: form.type });
    return Object.assign(node, options.data && { data: options.data }, options.body && { body: options.body });
  };
  const intern = (key: string, create: () => GraphNode): GraphNode => {
    const known = interned.get(key);
    if (known) return known;
    const node = create();
    interned.set(key, node);
    return node;
  };

  const builder: GraphBuilder = {
    input: (shape, type) => make("Input", [], [{ shape, type }]).outputs[0]!,

    constant(data, shape, type) {
      const key = `Constant|${type}|${shape.join()}|${fingerprint(data)}`;
      return intern(key, () => make("Constant", [], [{ shape, type }], { data })).outputs[0]!;
    },
    scalar: (value, type = "real") => builder.constant(dataOf(type, [value]), [], type),
    integers: (values) => builder.constant(dataOf("int64", values), [values.length], "int64"),

    absent: () => intern("Absent", () => make("Absent", [], [{ shape: [], type: "real" }])).outputs[0]!,

    node(operator, inputs, outputs, options = {}) {
      const key = [
        operator,
        ...inputs.map(({ node, output }) => `${node.id}.${output}`),
        JSON.stringify(options.attributes ?? {}),
        outputs.map(({ shape, type }) => `${type}${shape}`).join(";"),
        options.body ? options.body.outputs.map(({ node, output }) => `${node.id}.${output}`).join() : "",
      ].join("|");
      return intern(key, () => make(operator, inputs, outputs, options)).outputs;
    },

    apply: (operator, inputs, output, attributes) =>
      builder.node(operator, inputs, [output], attributes && { attributes })[0]!,

    unary(operator, x, attributes) {
      if (operator === "Neg" && x.node.operator === "Neg") return x.node.inputs[0]!;
      return builder.apply(operator, [x], x, attributes);
    },

    binary(operator, a, b, type = a.type) {
      const shape = broadcast(a.shape, b.shape);
      const left = fillOf(a);
      const right = fillOf(b);
      if (a.type === "real" && type === "real") {
        if (left !== undefined && right !== undefined) {
          const folded = fold(operator, left, right);
          if (folded !== undefined) return builder.expand(builder.scalar(folded), shape);
        }
        const simple = simplify(operator, a, left, b, right);
        if (simple) return builder.expand(simple, shape);
      }
      return builder.apply(operator, unexpanded([a, b], shape), { shape, type });
    },

    where(condition, then, otherwise) {
      const shape = broadcast(condition.shape, broadcast(then.shape, otherwise.shape));
      return builder.apply("Where", unexpanded([condition, then, otherwise], shape), { shape, type: then.type });
    },

    cast(x, type) {
      if (x.type === type) return x;
      return builder.node("Cast", [x], [{ shape: x.shape, type }], { attributes: { to: { elementType: type } } })[0]!;
    },

    reshape(x, shape) {
      if (same(x.shape, shape)) return x;
      if (x.node.operator === "Reshape") return builder.reshape(x.node.inputs[0]!, shape);
      const fill = fillOf(x);
      if (fill !== undefined && x.type === "real") return builder.expand(builder.scalar(fill), shape);
      return builder.node("Reshape", [x, builder.integers(shape)], [{ shape, type: x.type }])[0]!;
    },

    expand(x, shape) {
      if (same(x.shape, shape)) return x;
      if (x.node.operator === "Expand") return builder.expand(x.node.inputs[0]!, shape);
      return builder.node("Expand", [x, builder.integers(shape)], [{ shape, type: x.type }])[0]!;
    },

    transpose(x, permutation) {
      if (permutation.every((from, to) => from === to)) return x;
      if (x.node.operator === "Transpose") {
        const inner = x.node.attributes["perm"] as readonly number[];
        return builder.transpose(
          x.node.inputs[0]!,
          permutation.map((from) => inner[from]!),
        );
      }
      const shape = permutation.map((from) => x.shape[from]!);
      // Moving axes of length 1 does not move any element.
      const moved = permutation.filter((from) => x.shape[from] !== 1);
      if (moved.every((from, i) => i === 0 || moved[i - 1]! < from)) return builder.reshape(x, shape);
      return builder.node("Transpose", [x], [{ shape, type: x.type }], { attributes: { perm: permutation } })[0]!;
    },

    slice(x, begin, size) {
      const axes = x.shape.map((_, axis) => axis).filter((axis) => size[axis] !== x.shape[axis]);
      if (axes.length === 0) return x;
      const starts = axes.map((axis) => begin[axis]!);
      const ends = axes.map((axis) => begin[axis]! + size[axis]!);
      const operands = [starts, ends, axes].map((values) => builder.integers(values));
      return builder.node("Slice", [x, ...operands], [{ shape: [...size], type: x.type }])[0]!;
    },

    concat(parts, axis) {
      if (parts.length === 1) return parts[0]!;
      const shape = parts[0]!.shape.map((length, i) =>
        i === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : length,
      );
      return builder.node("Concat", parts, [{ shape, type: parts[0]!.type }], { attributes: { axis } })[0]!;
    },

    reduce(operator, x, axes, keep) {
      const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
      const shape = keep ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
      // Nothing is left to add up, or only axes of length 1.
      if (axes.every((axis) => x.shape[axis] === 1)) return builder.reshape(x, shape);
      return builder.node(operator, [x, builder.integers(axes)], [{ shape, type: x.type }], {
        attributes: { keepdims: keep ? 1 : 0 },
      })[0]!;
    },

    matmul(a, b) {
      const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
      const shape = [...batch, a.shape[a.shape.length - 2]!, b.shape[b.shape.length - 1]!];
      return builder.node("MatMul", [a, b], [{ shape, type: a.type }])[0]!;
    },

    scan(initial, scanned, body, reverse) {
      const steps = scanned[0]!.shape[0]!;
      const outputs = body.outputs.map(({ shape, type }, i) => ({
        shape: i < initial.length ? shape : [steps, ...shape],
        type,
      }));
      const directions = (count: number): number[] => Array.from({ length: count }, () => (reverse ? 1 : 0));
      return builder.node("Scan", [...initial, ...scanned], outputs, {
        body,
        attributes: {
          num_scan_inputs: scanned.length,
          scan_input_directions: directions(scanned.length),
          ...(outputs.length > initial.length && {
            scan_output_directions: directions(outputs.length - initial.length),
          }),
        },
      });
    },

    body(inputs, outputs) {
      const own = nodesOfBody(inputs, outputs);
      const captures = new Map<string, Value>();
      const capture = (value: Value): void => {
        if (!own.has(value.node)) captures.set(`${value.node.id}.${value.output}`, value);
      };
      for (const node of own) {
        if (node.operator === "Input") continue;
        node.inputs.forEach(capture);
        node.body?.captures.forEach(capture);
      }
      outputs.forEach(capture);
      return { inputs, outputs, captures: [...captures.values()] };
    },
  };
  return builder;
}

/** The nodes that depend on the body's inputs; everything else is computed once, outside. */
export function nodesOfBody(inputs: readonly Value[], outputs: readonly Value[]): Set<GraphNode> {
  const own = new Set(inputs.map(({ node }) => node));
  for (const node of inOrder(outputs)) {
    const needs = [...node.inputs, ...(node.body?.captures ?? [])];
    if (needs.some((value) => own.has(value.node))) own.add(node);
  }
  return own;
}

/** The number with which a value is filled, if it is a scalar constant or one expanded. */
function fillOf(value: Value): number | undefined {
  const { node } = value;
  if (node.operator === "Expand") return fillOf(node.inputs[0]!);
  return node.data && node.data.length === 1 ? Number(node.data[0]) : undefined;
}

/** numpy's broadcasting. */
function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new MmmError(`The shapes [${a.join(", ")}] and [${b.join(", ")}] do not broadcast.`, {
        code: "SHAPE",
        kind: "usage",
        fix: "Reshape one of them so that axes, counted from the last, are equal or 1.",
      });
    }
    return x === 1 ? y : x;
  });
}

/** Typed data of an element type; `real` constants are kept in double precision. */
export function dataOf(type: ElementType, values: ArrayLike<number>): ConstantData {
  switch (type) {
    case "real":
      return Float64Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "int64":
      return BigInt64Array.from(Array.from(values, BigInt));
    case "bool":
      return Uint8Array.from(values);
    default:
      return type satisfies never;
  }
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((length, i) => length === b[i]);

// Operands that were only expanded to meet the others go in as they were, as long as all together still broadcast to
// the same shape.
function unexpanded(operands: readonly Value[], shape: readonly number[]): Value[] {
  const out = [...operands];
  for (const [i, operand] of operands.entries()) {
    if (operand.node.operator !== "Expand") continue;
    const inner = operand.node.inputs[0]!;
    const shapes = out.map((other, j) => (i === j ? inner.shape : other.shape));
    if (
      same(
        shapes.reduce((all, one) => broadcast(all, one), [] as readonly number[]),
        shape,
      )
    )
      out[i] = inner;
  }
  return out;
}

function simplify(
  operator: string,
  a: Value,
  left: number | undefined,
  b: Value,
  right: number | undefined,
): Value | undefined {
  if (operator === "Add") return right === 0 ? a : left === 0 ? b : undefined;
  if (operator === "Sub") return right === 0 ? a : undefined;
  if (operator === "Mul") return right === 1 ? a : left === 1 ? b : undefined;
  if (operator === "Div") return right === 1 ? a : undefined;
  return undefined;
}

function fold(operator: string, a: number, b: number): number | undefined {
  if (operator === "Add") return a + b;
  if (operator === "Sub") return a - b;
  if (operator === "Mul") return a * b;
  if (operator === "Div") return a / b;
  return undefined;
}

function fingerprint(data: ConstantData): string {
  if (data.length <= 16) return data.join();
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // Two independent 32-bit hashes and the length: enough to tell constants of one graph apart.
  let first = 0x811c9dc5;
  let second = 5381;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = (Math.imul(second, 33) + byte) | 0;
  }
  return `${bytes.length}:${first}:${second}`;
}
