// Writes a graph as an ONNX model (opset 18). Field numbers are those of onnx.proto3.

import { nodesOfBody } from "../graph/builder.js";
import type { Attribute, ConstantData, ElementType, GraphNode, Value } from "../graph/value.js";
import { inOrder } from "../graph/value.js";
import { createMessage, type MessageWriter } from "./protobuf.js";

export type Precision = "float32" | "float64";

/** A value with the name that it has in the file. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

export interface ModelOptions {
  readonly precision: Precision;
  /** Name of the graph, default `step`. */
  readonly name?: string;
  readonly documentation?: string;
  /** Written as `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const irVersion = 9;
const opset = 18;
const onnxTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/** The bytes of an `.onnx` file that computes the outputs from the inputs. */
export function writeModel(
  inputs: readonly NamedValue[],
  outputs: readonly NamedValue[],
  options: ModelOptions,
): Uint8Array {
  const names = new Names();
  for (const { name, value } of inputs) names.give(value, name);
  const given = new Set(inputs.map(({ value }) => value.node));
  const nodes = inOrder(
    outputs.map(({ value }) => value),
    given,
  );

  const graph = createMessage();
  writeNodes(graph, nodes, names, options.precision);
  for (const { name, value } of outputs) graph.message(1, identity(names.of(value), name));
  graph.text(2, options.name ?? "step");
  for (const node of nodes)
    if (node.data) graph.message(5, tensor(names.of(node.outputs[0]!), node, options.precision));
  for (const { name, value } of inputs) graph.message(11, valueInfo(name, value, options.precision));
  for (const { name, value } of outputs) graph.message(12, valueInfo(name, value, options.precision));

  const model = createMessage().integer(1, irVersion).text(2, "@mmm/tensor-onnx");
  if (options.documentation) model.text(6, options.documentation);
  model.message(7, graph).message(8, createMessage().text(1, "").integer(2, opset));
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    model.message(14, createMessage().text(1, key).text(2, value));
  }
  return model.finish();
}

class Names {
  readonly #names = new Map<string, string>();
  #next = 0;

  give(value: Value, name: string): void {
    this.#names.set(`${value.node.id}.${value.output}`, name);
  }

  of(value: Value): string {
    if (value.node.operator === "Absent") return "";
    const key = `${value.node.id}.${value.output}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `v${key.replace(".", "_")}`;
    this.#names.set(key, name);
    return name;
  }

  fresh(): string {
    return `i${this.#next++}`;
  }
}

function writeNodes(graph: MessageWriter, nodes: readonly GraphNode[], names: Names, precision: Precision): void {
  for (const node of nodes) {
    if (["Constant", "Input", "Absent"].includes(node.operator)) continue;
    const message = createMessage();
    for (const input of node.inputs) message.text(1, names.of(input));
    for (const output of node.outputs) message.text(2, names.of(output));
    message.text(3, `${node.operator}_${node.id}`).text(4, node.operator);
    for (const [name, value] of Object.entries(node.attributes)) message.message(5, attribute(name, value, precision));
    if (node.body) {
      message.message(
        5,
        createMessage()
          .text(1, "body")
          .message(6, bodyGraph(node, names, precision))
          .integer(20, attributeTypes.graph),
      );
    }
    graph.message(1, message);
  }
}

// A body may return neither an input nor an outer value nor the same value twice: such outputs pass through Identity.
function bodyGraph(node: GraphNode, names: Names, precision: Precision): MessageWriter {
  const { inputs, outputs } = node.body!;
  const own = nodesOfBody(inputs, outputs);
  const graph = createMessage();
  const nodes = inOrder(outputs).filter((inner) => own.has(inner) && inner.operator !== "Input");
  writeNodes(graph, nodes, names, precision);
  const taken = new Set(inputs.map((value) => names.of(value)));
  const results = outputs.map((value) => {
    const name = names.of(value);
    if (own.has(value.node) && !taken.has(name)) {
      taken.add(name);
      return name;
    }
    const copy = names.fresh();
    graph.message(1, identity(name, copy));
    return copy;
  });
  graph.text(2, `body_${node.id}`);
  for (const value of inputs) graph.message(11, valueInfo(names.of(value), value, precision));
  for (const [i, name] of results.entries()) graph.message(12, valueInfo(name, outputs[i]!, precision));
  return graph;
}

function identity(from: string, to: string): MessageWriter {
  return createMessage().text(1, from).text(2, to).text(3, `as_${to}`).text(4, "Identity");
}

function attribute(name: string, value: Attribute, precision: Precision): MessageWriter {
  const message = createMessage().text(1, name);
  if (typeof value === "number") return message.integer(3, value).integer(20, attributeTypes.int);
  if ("float" in value) return message.float(2, value.float).integer(20, attributeTypes.float);
  if ("text" in value) return message.text(4, value.text).integer(20, attributeTypes.string);
  if ("elementType" in value) {
    return message.integer(3, onnxType(value.elementType, precision)).integer(20, attributeTypes.int);
  }
  for (const element of value) message.integer(8, element);
  return message.integer(20, attributeTypes.ints);
}

function tensor(name: string, node: GraphNode, precision: Precision): MessageWriter {
  const { shape, type } = node.outputs[0]!;
  const message = createMessage();
  for (const length of shape) message.integer(1, length);
  const data = type === "real" ? realData(node.data!, precision) : node.data!;
  return message
    .integer(2, onnxType(type, precision))
    .text(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function realData(data: ConstantData, precision: Precision): Float32Array | Float64Array {
  const numbers = data as Float64Array;
  return precision === "float64" ? Float64Array.from(numbers) : Float32Array.from(numbers);
}

function valueInfo(name: string, value: Value, precision: Precision): MessageWriter {
  const shape = createMessage();
  for (const length of value.shape) shape.message(1, createMessage().integer(1, length));
  const form = createMessage().integer(1, onnxType(value.type, precision)).message(2, shape);
  return createMessage().text(1, name).message(2, createMessage().message(1, form));
}

function onnxType(type: ElementType, precision: Precision): number {
  return onnxTypes[type === "real" ? precision : type];
}
