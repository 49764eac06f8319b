// The contract of a tensor engine: something that runs a pure function over trees of tensors. The function is written
// once, with tfjs-core operations; an eager engine runs those operations one by one, a compiling engine traces them
// once and runs the whole graph. Numbers go in and come out as plain arrays, never as tensors of some backend.

import type { Tensor } from "@tensorflow/tfjs-core";
import type { NdArray } from "../array/nd-array.js";
import type { ParameterTree, WithLeaves } from "../tree/tree.js";

/** A tree, or nothing at all (optimisers without state have the empty tree). */
export type TensorTree = ParameterTree | { readonly [name: string]: TensorTree };

/** What a leaf of an argument may be: plain numbers, or a tensor that is read once. */
export type ArgumentLeaf = NdArray | Tensor | number;

/** The tree of arguments for a tree of tensors. */
export type Argument<T> = WithLeaves<T, ArgumentLeaf>;

/** The tree of results, as plain arrays. */
export type Result<T> = WithLeaves<T, NdArray>;

/** A function that an engine has made ready to run. */
export interface CompiledFunction<Args extends readonly TensorTree[], Out> {
  (...args: { readonly [K in keyof Args]: Argument<Args[K]> }): Promise<Result<Out>>;
  /** Free what the engine holds for it; it cannot be called afterwards. */
  dispose(): Promise<void>;
}

/** What one step returns: the next state, and what the caller wants to see. */
export interface StepResult<State, Out> {
  readonly state: State;
  readonly outputs: Out;
}

/** A step whose state stays inside the engine between runs. */
export interface CompiledStep<State, Args extends readonly TensorTree[], Out> {
  /** Run once, advance the state, return only the outputs. */
  run(...args: { readonly [K in keyof Args]: Argument<Args[K]> }): Promise<Result<Out>>;
  readState(): Promise<Result<State>>;
  writeState(state: Argument<State>): Promise<void>;
  dispose(): Promise<void>;
}

/** Gradient and update of a training step, apart from each other, for engines that share units among workers. */
export interface ShardedTraining {
  /** Loss and gradient of one set of units. */
  gradient(params: TensorTree, data: TensorTree, key: Tensor): { readonly loss: Tensor; readonly gradient: TensorTree };
  update(
    params: TensorTree,
    optimiser: TensorTree,
    gradient: TensorTree,
  ): { readonly params: TensorTree; readonly optimiser: TensorTree; readonly norms: Tensor };
  readonly params: Argument<TensorTree>;
  readonly optimiser: Argument<TensorTree>;
  readonly data: Argument<TensorTree>;
  /** Axis of the units, by path, in the leaves that have one. */
  readonly unitAxes: {
    readonly params: Readonly<Record<string, number>>;
    readonly data: Readonly<Record<string, number>>;
  };
}

export interface ShardedStep {
  run(key: NdArray): Promise<{ readonly loss: NdArray; readonly norms: NdArray }>;
  readState(): Promise<{ readonly params: unknown; readonly optimiser: unknown }>;
  dispose(): Promise<void>;
}

export interface TensorEngineCapabilities {
  /** Precision of the arithmetic. */
  readonly precision: "float32" | "float64";
  /** True when the function is traced once per set of input shapes, so that it may not look at values. */
  readonly compiled: boolean;
}

/**
 * A way to run tensor functions. Implement it to bring your own engine; the suite `testTensorEngine` of
 * `@mmm/testing` says whether it is right.
 */
export interface TensorEngine {
  readonly id: string;
  readonly specVersion: "v1";
  readonly capabilities: TensorEngineCapabilities;
  compile<Args extends readonly TensorTree[], Out extends TensorTree>(
    fn: (...args: Args) => Out,
    exampleArgs: { readonly [K in keyof Args]: Argument<Args[K]> },
  ): Promise<CompiledFunction<Args, Out>>;
  compileStep<State extends TensorTree, Args extends readonly TensorTree[], Out extends TensorTree>(
    step: (state: State, ...args: Args) => StepResult<State, Out>,
    initialState: Argument<State>,
    exampleArgs: { readonly [K in keyof Args]: Argument<Args[K]> },
  ): Promise<CompiledStep<State, Args, Out>>;
  /** Present on engines with workers: a training step whose units are shared among them. */
  readonly compileSharded?: (training: ShardedTraining) => Promise<ShardedStep>;
}
