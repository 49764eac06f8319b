// Writes any pure function as an `.onnx` file that onnxruntime, or any other ONNX runtime, runs alone.

import { usageError } from "@mmm/core";
import { type Argument, type ArgumentLeaf, mapTree, type TensorTree } from "@mmm/tensor";
import { toArray, traceFunction, usedInputs } from "../engine/trace.js";
import { type NamedValue, type Precision, writeModel } from "../onnx/model.js";
import { registerLowerings } from "../recording/lowerings.js";
import type { Lowering } from "../recording/recording.js";

export interface ExportOptions {
  /** Name of the graph, default `model`. */
  readonly name?: string;
  /** Text for people, kept in the file. */
  readonly documentation?: string;
  /** Further entries of the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Default `float32`. */
  readonly precision?: Precision;
  readonly lowerings?: Readonly<Record<string, Lowering>>;
}

/** What a file takes and gives, by name. */
export interface ExportManifest {
  readonly schema: "mmm.onnx/v1";
  readonly name: string;
  readonly opset: 18;
  readonly precision: Precision;
  readonly inputs: readonly ExportedValue[];
  readonly outputs: readonly ExportedValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ExportedValue {
  readonly name: string;
  readonly type: Precision | "int32" | "bool";
  readonly shape: readonly number[];
}

export interface ExportedModel {
  /** The bytes of the `.onnx` file. */
  readonly model: Uint8Array;
  readonly manifest: ExportManifest;
}

/**
 * Trace a function and write it as ONNX (opset 18).
 *
 * @param fn pure function of the inputs; what it captures (fitted parameters, for example) becomes part of the file
 * @param inputs example inputs by name; nested trees get names with dots. Their shapes are fixed in the file.
 * @returns the file and a manifest of names, types and shapes; inputs that no output needs are left out
 * @throws MmmError `NO_LOWERING`, `TRACED_VALUE` as {@link onnxEngine}; `EXPORT_NAMES` when an input and an output share
 *   a name
 * @example
 * const { model } = exportOnnx(({ media }) => ({ contribution: hill(media, slope, half) }), { media: ndArray([0, 1]) });
 */
export function exportOnnx<Inputs extends { readonly [name: string]: TensorTree }, Outputs extends TensorTree>(
  fn: (inputs: Inputs) => Outputs,
  inputs: Argument<Inputs>,
  options: ExportOptions = {},
): ExportedModel {
  const { name = "model", precision = "float32", metadata = {} } = options;
  registerLowerings(options.lowerings);
  const example = mapTree(inputs, (leaf: ArgumentLeaf) => toArray(leaf));
  const trace = traceFunction(([given]) => fn(given as Inputs), [example], precision);
  const rename = ({ name: path, value }: NamedValue): NamedValue => ({
    name: path.replace(/^0\.?/, "") || "input",
    value,
  });
  const outputs = trace.outputs.map(({ name: path, value }) => ({ name: path || "output", value }));
  const used = usedInputs(trace.inputs.map(rename), outputs);
  const shared = outputs.find((output) => used.some((input) => input.name === output.name));
  if (shared) {
    throw usageError(
      "EXPORT_NAMES",
      `'${shared.name}' is the name of an input and of an output.`,
      "Give outputs names of their own.",
    );
  }
  const form = ({ name: named, value }: NamedValue): ExportedValue => ({
    name: named,
    type: value.type === "real" ? precision : value.type === "bool" ? "bool" : "int32",
    shape: value.shape,
  });
  const manifest: ExportManifest = {
    schema: "mmm.onnx/v1",
    name,
    opset: 18,
    precision,
    inputs: used.map(form),
    outputs: outputs.map(form),
    metadata,
  };
  const model = writeModel(used, outputs, {
    precision,
    name,
    metadata: { ...metadata, "mmm.manifest": JSON.stringify(manifest) },
    ...(options.documentation && { documentation: options.documentation }),
  });
  return { model, manifest };
}
