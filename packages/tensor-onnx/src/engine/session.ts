// onnxruntime, loaded on first use. Only the few members used here are named, so any compatible build can be passed in.

import { importOptional } from "@mmm/core";
import type { NdArray, NdData } from "@mmm/tensor";
import type { ElementType } from "../graph/value.js";
import type { Precision } from "../onnx/model.js";

/** A tensor of onnxruntime. */
export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

export interface OrtSession {
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches?: readonly string[],
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

/** The part of onnxruntime-node (or -web) that is used. */
export interface OrtRuntime {
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OrtSession>;
  };
}

/** @throws MmmError `MISSING_DEPENDENCY` with the install command */
export function loadRuntime(injected?: OrtRuntime): Promise<OrtRuntime> {
  return importOptional<OrtRuntime>(
    "onnxruntime-node",
    async () => {
      const module = await import("onnxruntime-node");
      return module as unknown as OrtRuntime;
    },
    injected,
  );
}

export function createSession(runtime: OrtRuntime, model: Uint8Array, threads: number): Promise<OrtSession> {
  return runtime.InferenceSession.create(model, sessionOptions(threads));
}

export function sessionOptions(threads: number): Readonly<Record<string, unknown>> {
  return {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    executionMode: "sequential",
    logSeverityLevel: 3,
    // Spinning threads starve everything else on a small machine. (Never `set_denormal_as_zero`: it changes the
    // arithmetic of the thread it is called from, and with it that of all JavaScript.)
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
}

export function toOrt(runtime: OrtRuntime, array: NdArray, type: ElementType, precision: Precision): OrtTensor {
  const make = (name: string, data: NdData): OrtTensor => new runtime.Tensor(name as never, data as never, array.shape);
  switch (type) {
    case "real":
      return precision === "float64"
        ? make("float64", array.data instanceof Float64Array ? array.data : Float64Array.from(array.data))
        : make("float32", array.data instanceof Float32Array ? array.data : Float32Array.from(array.data));
    case "bool":
      return make("bool", array.data instanceof Uint8Array ? array.data : Uint8Array.from(array.data));
    case "int32":
    case "int64":
      return make("int32", array.data instanceof Int32Array ? array.data : Int32Array.from(array.data));
    default:
      return type satisfies never;
  }
}

export function fromOrt(tensor: OrtTensor): NdArray {
  return { data: tensor.data as NdData, shape: [...tensor.dims] };
}
