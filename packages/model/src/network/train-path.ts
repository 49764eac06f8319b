// One round of training: the structural parameters and those of the temporal engine, by gradient steps from the given
// point. Whether effects may change at all, and how many steps, is decided by forecasting a validation window, the last
// training periods, as a holdout will be forecast; then everything is trained anew on all of them for as many steps.

import type { RunHooks } from "@mmm/core";
import {
  adam,
  chain,
  clipByGlobalNorm,
  compile,
  cosineDecay,
  type NdArray,
  type ParameterTree,
  scalarOf,
  type TensorEngine,
  type TrainingCheckpoint,
  type TrainResult,
  train,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { findMode } from "../structural/levenberg-marquardt.js";
import { makeProblem, type Problem } from "../structural/objective.js";
import { type ArrayTree, type PathChoice, type PathModel, pathModel, validationData } from "./path-model.js";
import type { NetworkRound, NetworkRun } from "./types.js";

export interface TrainingOptions {
  /** Most gradient steps of a stage. Default 400. */
  readonly steps?: number;
  /** Default 0.02, falling to a fiftieth along a cosine. */
  readonly learningRate?: number;
  /** Rounds of network and structural part in turn. Default 1. */
  readonly rounds?: number;
  /** Last training periods that decide when to stop; 0 for all steps. Default: a tenth, from 4 to 13, with 40 or more. */
  readonly validation?: number;
  /** Checks, one every ten steps, without improvement before stopping. Default 12. */
  readonly patience?: number;
  /** Called with everything needed to go on exactly, every `every` steps. */
  readonly checkpoint?: {
    readonly every: number;
    readonly save: (checkpoint: NetworkCheckpoint) => void | Promise<void>;
  };
  readonly resume?: NetworkCheckpoint;
}

type Stage = Pick<TrainResult, "status" | "params" | "steps" | "losses" | "best" | "divergence">;

/**
 * An interrupted training. What the structural part does in between is computed again, which takes seconds and gives
 * the same numbers.
 */
export interface NetworkCheckpoint {
  /** Results of the stages that are done, in order. */
  readonly finished: readonly Stage[];
  readonly current: TrainingCheckpoint;
}

interface Point {
  readonly shared: Float64Array;
  readonly own: Float64Array;
}

export interface FoundPath {
  readonly point: Point;
  /** Path of each channel on the log scale before it is bounded, `[trainingEnd, channels]`. */
  readonly offset: Float64Array;
  /** Parameters of the temporal engine; null where effects stay constant. */
  readonly temporal: ArrayTree | null;
  /** Steps that the validation window asked for. */
  readonly steps: number;
  readonly round: NetworkRound;
  readonly divergence: NetworkRun["divergence"];
}

/** Runs stages of training one after another, taking from a checkpoint what is done. */
export type StageRunner = (model: PathModel, steps: number, validation?: ArrayTree) => Promise<Stage>;

export function stageRunner(
  engine: TensorEngine,
  seed: number,
  { steps: most = 400, learningRate = 0.02, patience = 12, checkpoint, resume }: TrainingOptions,
  hooks?: RunHooks,
): StageRunner {
  const finished: Stage[] = [];
  return async (model, steps, validation) => {
    const known = resume?.finished[finished.length];
    const continues = resume !== undefined && resume.finished.length === finished.length;
    const before = [...finished];
    const result =
      known ??
      (await train({
        engine,
        objective: (params, data, key) => model.objective(params as ParameterTree, data as ParameterTree, key),
        params: model.params as never,
        data: model.data as never,
        optimiser: chain(clipByGlobalNorm(1), adam({ learningRate: cosineDecay(learningRate, most, 0.02) })),
        steps,
        seed,
        ...(validation && {
          validation: {
            objective: (params, data) => tf.mean(model.ahead(params as ParameterTree, data as ParameterTree)),
            data: validation as never,
            every: 10,
            patience,
          },
        }),
        ...(continues && { resume: resume.current }),
        ...(checkpoint && {
          checkpoint: {
            every: checkpoint.every,
            save: (current: TrainingCheckpoint) => checkpoint.save({ finished: before, current }),
          },
        }),
        ...(hooks && { hooks }),
      }));
    const { status, params, steps: done, losses, best, divergence } = result;
    finished.push({ status, params, steps: done, losses, best, divergence });
    return result;
  };
}

/**
 * @param before an earlier round, which this one goes on from; its number of steps is kept
 * @param problem of the structural part with constant effects; its evidence (lift tests, priors on returns) does not
 *   steer the network, it comes back when the structural part goes to its mode
 */
export async function trainPath(
  problem: Problem,
  start: Point,
  choice: PathChoice & { readonly engine: TensorEngine },
  { steps = 400, validation: asked }: Pick<TrainingOptions, "steps" | "validation">,
  run: StageRunner,
  before?: FoundPath,
): Promise<FoundPath> {
  const { design, layout, variances, weights } = problem;
  const { trainingEnd, channels } = design;
  const usual = trainingEnd >= 40 ? Math.min(13, Math.max(4, Math.round(trainingEnd / 10))) : 0;
  const window = asked ?? usual;
  let best = before ? before.steps : steps;
  let validation: NetworkRound["validation"] = null;
  if (window > 0 && !before) {
    const cut = trainingEnd - window;
    const early = weights.map((weight, i) => (i % trainingEnd >= cut ? 0 : weight));
    const shorter = makeProblem(design, layout, variances, early);
    const { mode } = findMode(shorter, start, { maxIterations: 30, tolerance: 1e-3 });
    const model = await pathModel(shorter, mode, choice, cut);
    const data = validationData(problem, shorter, model);
    const ahead = (params: ArrayTree) => call(choice.engine, model.ahead, params, data);
    const constant = await ahead(model.params);
    const result = await run(model, steps, data);
    const moved = await ahead((result.best?.params ?? model.params) as ArrayTree);
    validation = { periods: window, ...compared(constant.data, moved.data) };
    best = validation.evidence > leastEvidence ? (result.best?.step ?? 0) : 0;
    if (result.divergence) return found(model, result, validation);
  }
  const fresh = await pathModel(problem, start, choice, trainingEnd);
  const model = before?.temporal ? { ...fresh, params: { ...fresh.params, temporal: before.temporal } } : fresh;
  if (best > 0) return found(model, await run(model, best), validation);
  const loss = await evaluate(choice.engine, model.objective, model.params, model.data);
  const offset = new Float64Array(trainingEnd * channels);
  return {
    point: start,
    offset,
    temporal: null,
    steps: 0,
    round: { steps: 0, loss: [loss, loss], validation },
    divergence: null,
  };

  async function found(model: PathModel, result: Stage, window: NetworkRound["validation"]): Promise<FoundPath> {
    const params = result.params as ArrayTree;
    const { data: offset } = await call(choice.engine, model.path, params, model.data);
    return {
      point: model.vectorsOf(params),
      offset: Float64Array.from(offset),
      temporal: params["temporal"] as ArrayTree,
      steps: best,
      round: {
        steps: result.steps,
        loss: [result.losses[0] ?? Number.NaN, result.losses.at(-1) ?? Number.NaN],
        validation: window,
      },
      divergence: result.divergence,
    };
  }
}

/** Standard errors by which a path must forecast better than constant effects. */
const leastEvidence = 1.5;

function compared(constant: ArrayLike<number>, moved: ArrayLike<number>) {
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  const gains = Array.from(constant, (loss, t) => loss - moved[t]!);
  const gain = mean(gains);
  const error = Math.sqrt(mean(gains.map((value) => (value - gain) ** 2)) / Math.max(1, gains.length - 1));
  return {
    constant: Math.sqrt(mean(constant)),
    best: Math.sqrt(mean(moved)),
    evidence: error > 0 ? gain / error : 0,
  };
}

async function call(
  engine: TensorEngine,
  of: (params: ParameterTree, data: ParameterTree) => Tensor,
  params: ArrayTree,
  data: ArrayTree,
): Promise<NdArray> {
  const once = (p: ParameterTree, d: ParameterTree): Tensor => of(p, d);
  const compiled = await compile(once, [params, data] as never, { engine });
  const result = (await compiled(params as never, data as never)) as NdArray;
  await compiled.dispose();
  return result;
}

async function evaluate(...args: Parameters<typeof call>): Promise<number> {
  return scalarOf(await call(...args));
}
