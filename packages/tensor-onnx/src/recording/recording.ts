// A tfjs backend that computes nothing: its kernels add nodes to a graph. While it is the current backend, any pure
// tfjs code, its gradients and an optimiser's update run as usual and leave behind the graph of the whole step.
//
// It is current only inside `record`, which is synchronous, so other code never meets it.

import { isMmmError, MmmError } from "@mmm/core";
import { type NdArray, registerGradients, type Tensors } from "@mmm/tensor";
import type { DataId, Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { createGraphBuilder, dataOf, type GraphBuilder } from "../graph/builder.js";
import type { Body, ElementType, Value } from "../graph/value.js";
import type { Precision } from "../onnx/model.js";

const recordingBackendName = "mmm-recording";

/** What a lowering sees: the graph under construction and the values of its inputs. */
export type Lowering = (context: LoweringContext) => Value | readonly Value[];

export interface LoweringContext {
  readonly graph: GraphBuilder;
  /** The kernel's inputs by tfjs's names; variadic kernels have "0", "1", … */
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

class RecordingBackend extends tf.KernelBackend {
  graph: GraphBuilder = createGraphBuilder();
  #values = new WeakMap<DataId, Value>();

  precision: Precision = "float32";

  start(precision: Precision): void {
    this.precision = precision;
    this.graph = createGraphBuilder();
    this.#values = new WeakMap();
  }

  value(info: TensorInfo): Value {
    const known = this.#values.get(info.dataId);
    if (known) return known;
    // A tensor made outside the recording: its values become constants of the graph.
    const values = tf.engine().readSync(info.dataId);
    const constant = constantOf(this.graph, values as ArrayLike<number>, info.shape, elementTypeOf(info.dtype));
    this.#values.set(info.dataId, constant);
    return constant;
  }

  info(value: Value): TensorInfo {
    const dataId = {};
    this.#values.set(dataId, value);
    return { dataId, shape: [...value.shape], dtype: dtypeOf(value.type) };
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    const numbers = values === null ? new Float32Array(tf.util.sizeFromShape(shape)) : (values as Float32Array);
    const dataId = {};
    this.#values.set(dataId, constantOf(this.graph, numbers, shape, elementTypeOf(dtype)));
    return dataId;
  }

  override readSync(dataId: DataId): tf.backend_util.BackendValues {
    const value = this.#values.get(dataId);
    const node = value?.node;
    if (node?.data && !(node.data instanceof BigInt64Array)) return node.data.slice() as Float32Array;
    throw new MmmError(
      "A compiled function read the value of a tensor, but while it is traced tensors have no values.",
      {
        code: "TRACED_VALUE",
        kind: "usage",
        fix:
          "Do not call dataSync, arraySync, array, data or print inside, and do not branch on a tensor: use tf.where, " +
          "tf.minimum or tf.clipByValue. To run such a function as it is, use eagerEngine().",
      },
    );
  }

  override async read(dataId: DataId): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(): boolean {
    return true;
  }
  override incRef(): void {}
  override refCount(): number {
    return 1;
  }
  override numDataIds(): number {
    return 0;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override dispose(): void {}

  /** What `loop` of `@mmm/tensor` calls instead of looping: the step is traced once and becomes one Scan. */
  readonly recordLoop = (
    step: (
      carry: Tensor[],
      slices: Tensor[],
    ) => { readonly carry: readonly Tensor[]; readonly outputs: readonly Tensor[] },
    initial: readonly Tensor[],
    scanned: readonly Tensor[],
    reverse: boolean,
  ): { readonly carry: Tensor[]; readonly outputs: Tensor[] } => {
    const { graph } = this;
    const states = initial.map((tensor) => this.value(tensor));
    const sequences = scanned.map((tensor) => this.value(tensor));
    const inputs = [
      ...states.map(({ shape, type }) => graph.input(shape, type)),
      ...sequences.map(({ shape, type }) => graph.input(shape.slice(1), type)),
    ];
    const placeholders = inputs.map((value) => this.tensor(value));
    const result = step(placeholders.slice(0, states.length), placeholders.slice(states.length));
    const body: Body = graph.body(
      inputs,
      [...result.carry, ...result.outputs].map((tensor) => this.value(tensor)),
    );
    const out = graph.scan(states, sequences, body, reverse).map((value) => this.tensor(value));
    return { carry: out.slice(0, states.length), outputs: out.slice(states.length) };
  };

  /** What `constant` of `@mmm/tensor` calls, so that doubles stay doubles. */
  readonly recordConstant = ({ data, shape }: NdArray): Tensor =>
    this.tensor(this.graph.constant(Float64Array.from(data), shape, "real"));

  /** What `gru` of `@mmm/tensor` asks for small batches; onnxruntime has the operator in float32 only. */
  readonly recordGru = (inputs: Tensors): Tensor | undefined => {
    if (this.precision === "float64") return undefined;
    const { graph } = this;
    const [time, batch] = inputs["x"]!.shape as [number, number, number];
    const hidden = inputs["initial"]!.shape[1]!;
    // ONNX orders the gates update, reset, new.
    const reordered = (name: string): Value => {
      const all = this.value(inputs[name]!);
      const gate = (i: number): Value =>
        graph.slice(all, [i * hidden, ...all.shape.slice(1).map(() => 0)], [hidden, ...all.shape.slice(1)]);
      return graph.concat([gate(1), gate(0), gate(2)], 0);
    };
    const raised = (value: Value): Value => graph.reshape(value, [1, ...value.shape]);
    const bias = graph.concat([reordered("inputBias"), reordered("hiddenBias")], 0);
    const operands = [
      this.value(inputs["x"]!),
      raised(reordered("inputWeights")),
      raised(reordered("hiddenWeights")),
      raised(bias),
      graph.absent(),
      raised(this.value(inputs["initial"]!)),
    ];
    const out = graph.apply(
      "GRU",
      operands,
      { shape: [time, 1, batch, hidden], type: "real" },
      { hidden_size: hidden, linear_before_reset: 1 },
    );
    return this.tensor(graph.reshape(out, [time, batch, hidden]));
  };

  tensor(value: Value): Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.info(value), this);
  }
}

let backend: RecordingBackend | undefined;

/** The backend, registered on first use. */
function recordingBackend(): RecordingBackend {
  if (!backend) {
    const made = new RecordingBackend();
    tf.registerBackend(recordingBackendName, () => made);
    backend = made;
  }
  return backend;
}

/** Teach the recording backend one kernel, replacing what it knew. */
export function registerLowering(kernelName: string, lowering: Lowering): void {
  const recording = recordingBackend();
  if (tf.getKernel(kernelName, recordingBackendName)) tf.unregisterKernel(kernelName, recordingBackendName);
  tf.registerKernel({
    kernelName,
    backendName: recordingBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      const values = Object.fromEntries(
        Object.entries(inputs)
          .filter(([, info]) => info !== undefined && info !== null)
          .map(([name, info]) => [name, recording.value(info as TensorInfo)]),
      );
      const out = lowering({ graph: recording.graph, inputs: values, attributes: attrs ?? {} });
      return Array.isArray(out) ? out.map((value) => recording.info(value)) : recording.info(out as Value);
    },
  });
}

/**
 * Run `body` with the recording backend as the current one. `body` receives a way to make input tensors and a way to
 * read off the value behind a tensor.
 */
export function record<Out>(
  precision: Precision,
  body: (tools: {
    readonly graph: GraphBuilder;
    input(shape: readonly number[], type: ElementType): { readonly tensor: Tensor; readonly value: Value };
    value(tensor: Tensor): Value;
  }) => Out,
): Out {
  registerGradients();
  const recording = recordingBackend();
  const previous = tf.getBackend();
  recording.start(precision);
  void tf.setBackend(recordingBackendName);
  tf.engine().startScope("recording");
  try {
    return body({
      graph: recording.graph,
      input(shape, type) {
        const value = recording.graph.input(shape, type);
        return { tensor: recording.tensor(value), value };
      },
      value: (tensor) => recording.value(tensor),
    });
  } catch (cause) {
    throw explained(cause);
  } finally {
    tf.engine().endScope();
    if (previous && previous !== recordingBackendName) void tf.setBackend(previous);
  }
}

function explained(cause: unknown): unknown {
  if (isMmmError(cause) || !(cause instanceof Error)) return cause;
  const kernel = /[Kk]ernel '(\w+)'/.exec(cause.message)?.[1];
  if (!kernel || !cause.message.includes(recordingBackendName)) return cause;
  return new MmmError(`The tfjs operation '${kernel}' has no ONNX lowering.`, {
    code: "NO_LOWERING",
    kind: "usage",
    fix:
      `Write it with other operations, or teach it: onnxEngine({ lowerings: { ${kernel}: ({ graph, inputs, attributes }) => … } }). ` +
      "Or run the function with eagerEngine().",
    cause,
  });
}

function constantOf(
  graph: GraphBuilder,
  numbers: ArrayLike<number>,
  shape: readonly number[],
  type: ElementType,
): Value {
  const first = numbers[0];
  let uniform = numbers.length > 0;
  for (let i = 1; i < numbers.length && uniform; i++) uniform = numbers[i] === first;
  if (uniform) return graph.expand(graph.scalar(type === "real" ? decimal(first!) : first!, type), shape);
  return graph.constant(dataOf(type, numbers), shape, type);
}

/**
 * The shortest decimal that float32 rounds to the same number. tfjs has rounded `0.1` to float32 before the recording
 * sees it; this gives float64 runs the 0.1 that was written. It never moves a number by more than half its float32 ulp.
 */
export function decimal(value: number): number {
  if (Number.isInteger(value) || !Number.isFinite(value) || Math.fround(value) !== value) return value;
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}

function elementTypeOf(dtype: tf.DataType): ElementType {
  if (dtype === "int32" || dtype === "bool") return dtype;
  if (dtype === "float32") return "real";
  throw new MmmError(`Tensors of type '${dtype}' cannot be compiled.`, {
    code: "NO_LOWERING",
    kind: "usage",
    fix: "Use float32, int32 or bool tensors.",
  });
}

const dtypeOf = (type: ElementType): "float32" | "int32" | "bool" =>
  type === "real" ? "float32" : type === "bool" ? "bool" : "int32";
