// `compile` and `compileStep`: the two doors to engines.

import { usageError } from "@mmm/core";
import type {
  Argument,
  CompiledFunction,
  CompiledStep,
  StepResult,
  TensorEngine,
  TensorTree,
} from "./tensor-engine.js";

export interface CompileOptions {
  readonly engine: TensorEngine;
}

/**
 * Make a pure function over trees of tensors ready to run on an engine.
 *
 * The function is written with tfjs-core operations. It must not look at values (`dataSync`, `if (x.arraySync() > 0)`)
 * and not draw random numbers except by an explicit key, because engines may trace it once and replay it.
 *
 * @param fn pure function of one or more trees of tensors
 * @param exampleArgs arguments with the shapes to compile for; their values do not matter
 * @returns an async function from arguments (arrays, tensors or numbers) to plain arrays
 * @example
 * const scaled = await compile((x: Tensor, by: Tensor) => tf.mul(x, by), [ndArray([1, 2]), 3], { engine });
 * (await scaled(ndArray([1, 2]), 3)).data // [3, 6]
 */
export function compile<Args extends readonly TensorTree[], Out extends TensorTree>(
  fn: (...args: Args) => Out,
  exampleArgs: { readonly [K in keyof Args]: Argument<Args[K]> },
  options: CompileOptions,
): Promise<CompiledFunction<Args, Out>> {
  return checked(options.engine).compile(fn, exampleArgs);
}

/**
 * Make a step ready to run whose state (parameters, optimiser moments) stays inside the engine between runs.
 *
 * @param step pure function of the state and further arguments that returns the next state, of the same structure and
 *   shapes, and the outputs to hand back
 * @example
 * const count = await compileStep((n: Tensor) => ({ state: tf.add(n, 1), outputs: n }), 0, [], { engine });
 * await count.run();
 */
export function compileStep<State extends TensorTree, Args extends readonly TensorTree[], Out extends TensorTree>(
  step: (state: State, ...args: Args) => StepResult<State, Out>,
  initialState: Argument<State>,
  exampleArgs: { readonly [K in keyof Args]: Argument<Args[K]> },
  options: CompileOptions,
): Promise<CompiledStep<State, Args, Out>> {
  return checked(options.engine).compileStep(step, initialState, exampleArgs);
}

function checked(engine: TensorEngine): TensorEngine {
  if (engine?.specVersion !== "v1") {
    throw usageError(
      "ENGINE_VERSION",
      `A tensor engine of version '${engine?.specVersion}' was given; this package speaks 'v1'.`,
      "Pass an engine such as eagerEngine(), or update the package that made it.",
    );
  }
  return engine;
}
