// A training step whose units are shared among threads: every thread computes loss and gradient of its units with its
// own session, the weighted gradients are added, and one small graph updates parameters and optimiser state. Two
// threads were measured 1.75 times as fast as one on 190 units; threads inside one operator do not scale like that.
//
// It gives the numbers of the unsharded step, up to rounding, if the objective is a mean over units plus terms that do
// not depend on units (penalties), and draws no random numbers: those differ between shards.

import { usageError } from "@mmm/core";
import {
  type CompiledStep,
  flattenTree,
  mapTree,
  type NdArray,
  type ShardedStep,
  type ShardedTraining,
  sizeOf,
  type TensorEngine,
  type TensorTree,
  unflattenTree,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type OrtRuntime, sessionOptions, toOrt } from "../engine/session.js";
import { traceFunction, usedInputs } from "../engine/trace.js";
import { type Precision, writeModel } from "../onnx/model.js";
import { makeShardRunner, type ShardLeaf, type ShardPlan } from "./shard-runner.js";
import { control, startShardWorker } from "./shard-worker.js";

export interface ShardingOptions {
  readonly runtime: OrtRuntime;
  readonly precision: Precision;
  readonly workers: number;
  /** Engine for the update graph. */
  readonly engine: Pick<TensorEngine, "compileStep">;
}

interface Leaf {
  readonly name: string;
  readonly array: NdArray;
  /** Axis of the units, if it has one. */
  readonly axis: number | undefined;
  /** Place in the flat vector. */
  readonly offset: number;
}

export async function createShardedStep(training: ShardedTraining, options: ShardingOptions): Promise<ShardedStep> {
  const { precision, runtime } = options;
  const params = leavesWithAxes(training.params, training.unitAxes.params, "params");
  const data = leavesWithAxes(training.data, training.unitAxes.data, "data");
  const units = unitCount([...params, ...data]);
  const shards = cuts(units, Math.min(options.workers, units));
  const plans = shards.map(([from, to]) => planShard(training, params, data, from, to, units, options));

  const View = (precision === "float32" ? Float32Array : Float64Array) as Float32ArrayConstructor;
  const length = params.reduce((sum, { array }) => sum + array.data.length, 0);
  const memory = {
    control: new SharedArrayBuffer(4 * control.length),
    vector: new SharedArrayBuffer(length * View.BYTES_PER_ELEMENT),
  };
  const words = new Int32Array(memory.control);
  const vector = new View(memory.vector);
  const writeParams = (tree: unknown): void => {
    const named = flattenTree<NdArray>(tree);
    for (const { name, offset } of params) vector.set(named.get(name)!.data as never, offset);
  };
  writeParams(training.params);

  const own = await makeShardRunner(runtime, plans[0]!);
  const ownGradient = new View(length);
  const workers = await Promise.all(plans.slice(1).map((plan) => startShardWorker(plan, memory)));
  const update = await compileUpdate(training, options.engine);
  const total = new View(length);
  const gradientTree = unflattenTree(
    training.params,
    new Map(
      params.map(({ name, array, offset }) => [
        name,
        { shape: array.shape, data: total.subarray(offset, offset + array.data.length) },
      ]),
    ),
  );

  let generation = 0;
  return {
    async run(key) {
      const word = key.data[0]!;
      generation++;
      Atomics.store(words, control.key, word);
      Atomics.store(words, control.generation, generation);
      Atomics.notify(words, control.generation);
      let loss = await own.run(vector, ownGradient, word);
      total.set(ownGradient);
      for (const worker of workers) {
        loss += worker.wait(generation);
        for (let i = 0; i < length; i++) total[i]! += worker.gradient[i]!;
      }
      const out = (await update.run(gradientTree as never)) as unknown as { params: unknown; norms: NdArray };
      writeParams(out.params);
      return { loss: { data: Float64Array.of(loss), shape: [] }, norms: out.norms };
    },
    readState: async () => (await update.readState()) as never,
    async dispose() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await own.release();
      await update.dispose();
    },
  };
}

type UpdateState = { readonly params: TensorTree; readonly optimiser: TensorTree };

function compileUpdate(
  training: ShardedTraining,
  engine: Pick<TensorEngine, "compileStep">,
): Promise<CompiledStep<UpdateState, [TensorTree], { readonly params: TensorTree; readonly norms: Tensor }>> {
  return engine.compileStep(
    ({ params, optimiser }: UpdateState, gradient: TensorTree) => {
      const { norms, ...state } = training.update(params, optimiser, gradient);
      return { state, outputs: { params: state.params, norms } };
    },
    { params: training.params, optimiser: training.optimiser } as never,
    [training.params as never],
  );
}

function planShard(
  training: ShardedTraining,
  params: readonly Leaf[],
  data: readonly Leaf[],
  from: number,
  to: number,
  units: number,
  { runtime, precision }: ShardingOptions,
): ShardPlan {
  const share = (to - from) / units;
  const part = (tree: unknown, leaves: readonly Leaf[]): unknown => {
    const byName = new Map(leaves.map((leaf) => [leaf.name, leaf]));
    return mapTree(tree, (_: unknown, name) => cut(byName.get(name)!, from, to));
  };
  const args = [part(training.params, params), part(training.data, data), { data: Int32Array.of(0), shape: [] }];
  const trace = traceFunction(
    (tensors) => {
      const [p, d, key] = tensors as [TensorTree, TensorTree, Tensor];
      const { loss, gradient } = training.gradient(p, d, key);
      return mapTree({ loss, gradient }, (leaf: Tensor) => tf.mul(leaf, share));
    },
    args,
    precision,
  );
  const used = usedInputs(trace.inputs, trace.outputs);
  const usedNames = new Set(used.map(({ name }) => name));
  const leaf =
    (prefix: string) =>
    (of: Leaf): ShardLeaf => {
      const { shape, runs } = partOf(of, from, to);
      return { name: of.name ? `${prefix}.${of.name}` : prefix, shape, runs };
    };
  return {
    model: writeModel(used, trace.outputs, { precision, name: "gradient" }),
    sessionOptions: sessionOptions(1),
    type: precision,
    params: params.map(leaf("0")).filter(({ name }) => usedNames.has(name)),
    gradients: params.map(leaf("gradient")),
    data: data
      .map((of) => {
        const name = of.name ? `1.${of.name}` : "1";
        const input = trace.inputs.find((one) => one.name === name)!;
        const { type, data: values, dims } = toOrt(runtime, cut(of, from, to), input.value.type, precision);
        return { name, type, values, shape: dims };
      })
      .filter(({ name }) => usedNames.has(name)),
    key: usedNames.has("2") ? "2" : null,
    keyOffset: Math.imul(from, 0x61c88647),
    loss: "loss",
  };
}

function leavesWithAxes(tree: unknown, axes: Readonly<Record<string, number>>, what: string): Leaf[] {
  const named = flattenTree<NdArray>(tree);
  for (const [name, axis] of Object.entries(axes)) {
    const array = named.get(name);
    if (!array || axis < 0 || axis >= array.shape.length) {
      throw usageError(
        "UNIT_AXIS",
        `unitAxes.${what} names axis ${axis} of '${name}', but ${array ? `its shape is [${array.shape.join(", ")}]` : `the leaves are: ${[...named.keys()].join(", ")}`}.`,
        "Give the position of the unit axis, counted from 0, by the path of the leaf.",
      );
    }
  }
  let offset = 0;
  return [...named].map(([name, array]) => {
    const leaf = { name, array, axis: axes[name], offset };
    offset += array.data.length;
    return leaf;
  });
}

function unitCount(leaves: readonly Leaf[]): number {
  const counts = leaves.filter(({ axis }) => axis !== undefined).map(({ array, axis }) => array.shape[axis!]!);
  if (counts.length === 0 || counts.some((count) => count !== counts[0])) {
    throw usageError(
      "UNIT_AXIS",
      `The leaves named in unitAxes must have one common number of units, got ${counts.join(", ") || "none"}.`,
      "Name every leaf that has a unit axis, and only those.",
    );
  }
  return counts[0]!;
}

/** Nearly equal ranges. */
export function cuts(units: number, shards: number): (readonly [number, number])[] {
  const edge = (i: number): number => Math.round((units * i) / shards);
  return Array.from({ length: shards }, (_, i) => [edge(i), edge(i + 1)] as const);
}

/** Shape of a range of units, and the contiguous runs that it takes in the flat vector. */
function partOf({ array, axis, offset }: Leaf, from: number, to: number): Pick<ShardLeaf, "shape" | "runs"> {
  const { shape } = array;
  if (axis === undefined) return { shape, runs: [[offset, array.data.length]] };
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const units = shape[axis]!;
  return {
    shape: shape.map((size, i) => (i === axis ? to - from : size)),
    runs: Array.from({ length: outer }, (_, o) => [offset + (o * units + from) * inner, (to - from) * inner] as const),
  };
}

function cut(leaf: Leaf, from: number, to: number): NdArray {
  const { shape, runs } = partOf({ ...leaf, offset: 0 }, from, to);
  const source = leaf.array.data;
  const out = new (source.constructor as Float32ArrayConstructor)(sizeOf(shape));
  let at = 0;
  for (const [start, length] of runs) {
    out.set(source.subarray(start, start + length) as Float32Array, at);
    at += length;
  }
  return { data: out, shape };
}
