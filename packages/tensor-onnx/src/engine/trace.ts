// From a function of trees to a graph with named inputs and outputs.

import { type ArgumentLeaf, dtypeOf, flattenTree, mapTree, type NdArray, ndArray } from "@mmm/tensor";
import type { ElementType, Value } from "../graph/value.js";
import type { NamedValue, Precision } from "../onnx/model.js";
import { record } from "../recording/recording.js";

/** A recorded function. */
export interface Trace {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** The tree of the result. */
  readonly structure: unknown;
}

/** Record a function of an argument list; inputs are named `0.path`, `1.path`, … and outputs by their path. */
export function traceFunction(
  trace: (args: readonly unknown[]) => unknown,
  args: readonly unknown[],
  precision: Precision,
): Trace {
  return record(precision, ({ input, value }) => {
    const inputs: NamedValue[] = [];
    const tensors = args.map((arg, i) =>
      mapTree(arg, (leaf: ArgumentLeaf, name) => {
        const made = input(shapeOf(leaf), elementTypeOf(leaf));
        inputs.push({ name: name ? `${i}.${name}` : String(i), value: made.value });
        return made.tensor;
      }),
    );
    const result = trace(tensors);
    const outputs = [...flattenTree(result)].map(([name, tensor]) => ({ name, value: value(tensor) }));
    return { inputs, outputs, structure: mapTree(result, () => 0) };
  });
}

/** The inputs that some output depends on. */
export function usedInputs(inputs: readonly NamedValue[], outputs: readonly NamedValue[]): NamedValue[] {
  const seen = new Set<Value["node"]>();
  const visit = (values: readonly Value[]): void => {
    const stack = [...values];
    for (let value = stack.pop(); value; value = stack.pop()) {
      if (seen.has(value.node)) continue;
      seen.add(value.node);
      stack.push(...value.node.inputs, ...(value.node.body?.captures ?? []));
    }
  };
  visit(outputs.map(({ value }) => value));
  return inputs.filter(({ value }) => seen.has(value.node));
}

export function shapeOf(leaf: ArgumentLeaf): readonly number[] {
  return typeof leaf === "number" ? [] : leaf.shape;
}

export function elementTypeOf(leaf: ArgumentLeaf): ElementType {
  if (typeof leaf === "number") return "real";
  const name = "dataId" in leaf ? leaf.dtype : dtypeOf(leaf.data);
  return name === "int32" || name === "bool" ? name : "real";
}

export function toArray(leaf: ArgumentLeaf): NdArray {
  if (typeof leaf === "number") return ndArray(leaf);
  if (!("dataId" in leaf)) return leaf;
  return { data: leaf.dataSync() as Float32Array, shape: leaf.shape };
}
