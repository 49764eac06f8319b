// Training by gradient steps on any engine: one compiled step, run again and again, with early stopping on a
// validation loss, best parameters kept, checkpoints, and divergence as a result instead of a crash.
//
// For smooth full-batch problems with up to some thousands of parameters `lbfgs` needs far fewer evaluations.

import { type RunHooks, yieldToEventLoop } from "@mmm/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { type NdArray, ndArray, scalarOf } from "../array/nd-array.js";
import { compile } from "../engine/compile.js";
import type { Argument, ArgumentLeaf, TensorEngine, TensorTree } from "../engine/tensor-engine.js";
import { valueAndGrad } from "../gradient/value-and-grad.js";
import { applyUpdates, type GradientTransformation } from "../optimiser/transformation.js";
import { flattenTree, leavesOf, mapTree } from "../tree/tree.js";
import { type ArrayTree, type BestParams, checkCheckpoint, type TrainingCheckpoint } from "./checkpoint.js";

export interface TrainOptions<Params extends TensorTree, Data extends TensorTree> {
  readonly engine: TensorEngine;
  /** Scalar to minimise. `key` is an int32 scalar that differs in every step, for dropout and sampling. */
  readonly objective: (params: Params, data: Data, key: Tensor) => Tensor;
  readonly params: Argument<Params>;
  readonly data: Argument<Data>;
  readonly optimiser: GradientTransformation;
  /** Most steps to take. */
  readonly steps: number;
  /**
   * A second loss that decides when to stop. Give it periods inside the training window that the objective leaves
   * out, never the holdout.
   */
  readonly validation?: {
    readonly objective: (params: Params, data: Data) => Tensor;
    /** Default: the training data. */
    readonly data?: Argument<Data>;
    /** Steps between checks, default 10. */
    readonly every?: number;
    /** Checks without improvement before stopping, default 10. */
    readonly patience?: number;
    /** Improvement that counts, default 0. */
    readonly tolerance?: number;
  };
  /**
   * Which leaves of parameters and data are split over units, by path, and along which axis; engines with workers then
   * share the units among them. The objective must be a mean over units plus terms that do not depend on them.
   */
  readonly unitAxes?: UnitAxes;
  /** Called with a checkpoint every `every` steps. */
  readonly checkpoint?: {
    readonly every: number;
    readonly save: (checkpoint: TrainingCheckpoint) => void | Promise<void>;
  };
  readonly resume?: TrainingCheckpoint;
  /** Default 1. */
  readonly seed?: number;
  readonly hooks?: RunHooks;
}

/** Axis of the units in the leaves that have one, by path. */
export interface UnitAxes {
  readonly params: Readonly<Record<string, number>>;
  readonly data: Readonly<Record<string, number>>;
}

export interface TrainResult {
  /**
   * `completed`: all steps done; `stopped`: the validation loss no longer improved; `diverged`: loss or gradient ceased
   * to be finite; `cancelled`: the signal was raised, and `checkpoint` continues the run.
   */
  readonly status: "completed" | "stopped" | "diverged" | "cancelled";
  /** The best parameters by validation; without validation the last finite ones. */
  readonly params: ArrayTree;
  readonly steps: number;
  /** Training loss before each step. */
  readonly losses: readonly number[];
  readonly best: BestParams | null;
  readonly divergence: Divergence | null;
  readonly checkpoint: TrainingCheckpoint;
}

/** What went wrong, in a form to print. */
export interface Divergence {
  readonly step: number;
  readonly loss: number;
  /** Path of the first parameter whose gradient was not finite, or of the one with the largest gradient. */
  readonly parameter: string;
  readonly message: string;
}

type TrainState = { readonly params: TensorTree; readonly optimiser: TensorTree };

const snapshotEvery = 25;

/**
 * Minimise an objective.
 *
 * @throws MmmError `CHECKPOINT` when resuming from a foreign checkpoint; errors of the engine
 * @example
 * const { params, status } = await train({
 *   engine, objective: (p, d) => tf.mean(tf.square(tf.sub(model(p, d.x), d.y))),
 *   params: start, data: { x, y }, optimiser: adam({ learningRate: 0.01 }), steps: 1000,
 * });
 */
export async function train<Params extends TensorTree, Data extends TensorTree>(
  options: TrainOptions<Params, Data>,
): Promise<TrainResult> {
  const { engine, optimiser, steps, validation, hooks, resume, seed = 1 } = options;
  if (resume) checkCheckpoint(resume, seed);
  const data = prepared(options.data, engine) as never;
  const start = prepared(resume?.params ?? options.params, engine);
  const names = [...flattenTree(start).keys()];
  const initial = {
    params: start,
    optimiser: resume?.optimiser ?? (await initialOptimiserState(optimiser, start, engine)),
  };
  const step = await compileTrainingStep(options, initial, data);
  const check = validation && (await compileValidation(validation, start, options, engine));

  const losses: number[] = [];
  let done = resume?.step ?? 0;
  let best = resume?.best ?? null;
  let waited = resume?.waited ?? 0;
  let status: TrainResult["status"] = "completed";
  let divergence: Divergence | null = null;
  let safe = await step.readState();
  let lastYield = Date.now();

  const checkpoint = (): TrainingCheckpoint => ({ specVersion: "v1", step: done, seed, ...safe, best, waited });
  try {
    while (done < steps) {
      if (hooks?.signal?.aborted) {
        status = "cancelled";
        safe = await step.readState();
        break;
      }
      const { loss, norms } = await step.run(data, keyOf(seed, done));
      losses.push(loss);
      if (!Number.isFinite(loss) || !norms.every(Number.isFinite)) {
        status = "diverged";
        divergence = describeDivergence(done, loss, norms, names);
        break;
      }
      done++;
      const due = check && (done % check.every === 0 || done === steps);
      if (due || done % snapshotEvery === 0 || done === steps) {
        const read = await step.readState();
        if (leavesOf<NdArray>(read.params).every(({ data }) => data.every(Number.isFinite))) safe = read;
      }
      if (due) {
        const value = await check.run(safe.params);
        if (best === null || value < best.validation - check.tolerance) {
          best = { step: done, validation: value, params: safe.params };
          waited = 0;
        } else if (++waited >= check.patience) {
          status = "stopped";
          break;
        }
      }
      if (options.checkpoint && done % options.checkpoint.every === 0) {
        safe = await step.readState();
        await options.checkpoint.save(checkpoint());
      }
      if (Date.now() - lastYield > 100) {
        hooks?.onProgress?.({
          phase: "training",
          step: done,
          total: steps,
          metrics: { loss, ...(best && { validation: best.validation }) },
        });
        await yieldToEventLoop();
        lastYield = Date.now();
      }
    }
  } finally {
    await step.dispose();
    await check?.dispose();
  }
  hooks?.onProgress?.({ phase: "training", step: done, total: steps, message: status });
  return {
    status,
    params: best?.params ?? safe.params,
    steps: done,
    losses,
    best,
    divergence,
    checkpoint: checkpoint(),
  };
}

interface TrainingStep {
  run(data: never, key: NdArray): Promise<{ readonly loss: number; readonly norms: readonly number[] }>;
  readState(): Promise<{ readonly params: ArrayTree; readonly optimiser: ArrayTree }>;
  dispose(): Promise<void>;
}

async function compileTrainingStep<Params extends TensorTree, Data extends TensorTree>(
  { engine, objective, optimiser, unitAxes }: TrainOptions<Params, Data>,
  initial: { readonly params: unknown; readonly optimiser: unknown },
  data: never,
): Promise<TrainingStep> {
  const differentiated = valueAndGrad((params: never, given: Data, key: Tensor) => objective(params, given, key));
  if (unitAxes && engine.compileSharded) {
    const sharded = await engine.compileSharded({
      gradient: (params, given, key) => {
        const { value, gradient } = differentiated(params as never, given as Data, key);
        return { loss: value, gradient: gradient as TensorTree };
      },
      update: (params, state, gradient) => updated(optimiser, params, state, gradient),
      params: initial.params as never,
      optimiser: initial.optimiser as never,
      data,
      unitAxes,
    });
    return {
      async run(_, key) {
        const { loss, norms } = await sharded.run(key);
        return { loss: scalarOf(loss), norms: Array.from(norms.data) };
      },
      readState: async () => (await sharded.readState()) as never,
      dispose: () => sharded.dispose(),
    };
  }
  const step = await engine.compileStep(
    ({ params, optimiser: state }: TrainState, given: TensorTree, key: Tensor) => {
      const { value, gradient } = differentiated(params as never, given as Data, key);
      const { norms, ...next } = updated(optimiser, params, state, gradient as TensorTree);
      return { state: next, outputs: { loss: value as Tensor, norms } };
    },
    initial as never,
    [data, keyOf(0, 0)],
  );
  return {
    async run(given, key) {
      const out = await step.run(given, key);
      return { loss: scalarOf(out.loss), norms: Array.from(out.norms.data) };
    },
    readState: async () => (await step.readState()) as never,
    dispose: () => step.dispose(),
  };
}

function updated(
  optimiser: GradientTransformation,
  params: TensorTree,
  state: TensorTree,
  gradient: TensorTree,
): TrainState & { readonly norms: Tensor } {
  const { updates, state: next } = optimiser.update(gradient, state, params);
  const norms = tf.stack(leavesOf(gradient).map((g) => tf.sqrt(tf.sum(tf.square(g)))));
  return { params: applyUpdates(params, updates), optimiser: next, norms };
}

async function compileValidation<Params extends TensorTree, Data extends TensorTree>(
  validation: NonNullable<TrainOptions<Params, Data>["validation"]>,
  params: unknown,
  options: TrainOptions<Params, Data>,
  engine: TensorEngine,
): Promise<{
  readonly every: number;
  readonly patience: number;
  readonly tolerance: number;
  run(params: ArrayTree): Promise<number>;
  dispose(): Promise<void>;
}> {
  const data = prepared(validation.data ?? options.data, engine) as never;
  const evaluate = await compile(
    (p: TensorTree, d: TensorTree) => validation.objective(p as Params, d as Data),
    [params as never, data],
    { engine },
  );
  return {
    every: validation.every ?? 10,
    patience: validation.patience ?? 10,
    tolerance: validation.tolerance ?? 0,
    run: async (p) => scalarOf((await evaluate(p as never, data)) as NdArray),
    dispose: () => evaluate.dispose(),
  };
}

/** Run the optimiser's `init` on the engine, so that no tensor of any other backend is left behind. */
async function initialOptimiserState(
  optimiser: GradientTransformation,
  params: unknown,
  engine: TensorEngine,
): Promise<ArrayTree> {
  const init = await compile((p: TensorTree) => optimiser.init(p), [params as never], { engine });
  const state = await init(params as never);
  await init.dispose();
  return state as ArrayTree;
}

/** Arrays in the engine's precision, converted once and not at every step. */
export function prepared(tree: unknown, engine: TensorEngine): unknown {
  const single = engine.capabilities.precision === "float32";
  return mapTree(tree, (leaf: ArgumentLeaf): NdArray => {
    const array =
      typeof leaf === "number"
        ? ndArray(leaf)
        : "dataId" in leaf
          ? { data: leaf.dataSync() as Float32Array, shape: leaf.shape }
          : leaf;
    return single && array.data instanceof Float64Array ? { ...array, data: Float32Array.from(array.data) } : array;
  });
}

/** A different key for every step, the same for the same seed and step. */
function keyOf(seed: number, step: number): NdArray {
  return { data: Int32Array.of((Math.imul(seed, 0x9e3779b1) + step) | 0), shape: [] };
}

function describeDivergence(
  step: number,
  loss: number,
  norms: readonly number[],
  names: readonly string[],
): Divergence {
  const firstBad = norms.findIndex((norm) => !Number.isFinite(norm));
  const largest = norms.reduce((at, norm, i) => (norm > norms[at]! ? i : at), 0);
  const parameter = names[firstBad >= 0 ? firstBad : largest] || "the only parameter";
  const what = Number.isFinite(loss) ? `the gradient of '${parameter}' is not finite` : `the loss is ${loss}`;
  return {
    step,
    loss,
    parameter,
    message:
      `Training diverged at step ${step}: ${what}` +
      `${Number.isFinite(loss) ? "" : `; look at '${parameter}' first`}. ` +
      "Lower the learning rate, add clipByGlobalNorm(1), or bound the parameter.",
  };
}
