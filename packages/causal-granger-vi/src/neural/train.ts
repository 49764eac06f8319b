// Gradient steps on minibatches of shops: encoder, decoder and the mixture of graphs together.

import { MmmError, type Random, type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import {
  type Argument,
  adam,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  compile,
  compileStep,
  cosineDecay,
  type NdArray,
  type ParameterTree,
  scalarOf,
  type TensorEngine,
  valueAndGrad,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import type { NeuralModel } from "./model.js";
import { boundParts, type NeuralParams, type ObjectiveOptions, parameterPrice } from "./objective.js";
import type { ResolvedNeuralSettings } from "./settings.js";
import { batchShops, type PreparedShop, type ShopBatch } from "./shop-tensors.js";

type Lesson = { readonly batch: ShopBatch; readonly teacher: Tensor };
type Control = { readonly key: Tensor; readonly temperature: Tensor; readonly teaching: Tensor };
type TrainState = { readonly params: NeuralParams; readonly optimiser: ParameterTree };

/** The weight of the teacher's probabilities falls from 1 to `lastLesson` within this share of the training. */
const taught = 0.5;
const lastLesson = 0.25;

export interface Course {
  readonly prepared: readonly PreparedShop[];
  /** Edge probabilities of each shop by the exact engine, `[V·V]`; null without a teacher. */
  readonly teachers: readonly Float32Array[] | null;
  readonly start: NeuralModel["params"];
  readonly settings: ResolvedNeuralSettings;
  readonly options: ObjectiveOptions;
  readonly random: Random;
  readonly engine: TensorEngine;
}

/** Trained parameters and the mean objective of each fiftieth of the training. */
export async function train(
  { prepared, teachers, start, settings, options, random, engine }: Course,
  hooks?: RunHooks,
): Promise<Pick<NeuralModel, "params" | "losses">> {
  const { seed, steps } = settings;
  const { marks } = options;
  const nodes = prepared[0]!.measures.length;
  const size = Math.min(settings.batchShops, prepared.length);
  const longest = prepared.reduce((most, shop) => Math.max(most, shop.steps), 0);
  const cells = prepared.reduce((sum, shop) => sum + shop.counted.reduce((a, b) => a + b, 0), 0);
  const perShop = cells / prepared.length;
  const optimiser = chain(clipByGlobalNorm(5), adam({ learningRate: cosineDecay(settings.learningRate, steps) }));

  const lossOf = (params: NeuralParams, { batch, teacher }: Lesson, control: Control): Tensor => {
    const parts = boundParts(params, batch, options, control);
    const cost = tf.sub(tf.add(parts.graphDivergence, parts.effectDivergence), parts.logLikelihood);
    const perStep = tf.mean(tf.sub(cost, tf.mul(0.5, parts.rolled)));
    const { logits } = parts.posterior;
    const surprise = tf.sub(tf.softplus(logits), tf.mul(teacher, logits));
    const lesson = tf.mean(tf.sum(tf.mul(surprise, tf.tensor1d(Float32Array.from(marks.free))), 1));
    const shared = tf.div(parameterPrice(params, options), prepared.length);
    return tf.div(tf.addN([perStep, tf.mul(tf.mul(lesson, 4), control.teaching), shared]), perShop);
  };
  const differentiated = valueAndGrad(lossOf);
  const lessonOf = (chosen: readonly number[]): Argument<Lesson> => ({
    batch: batchShops(
      chosen.map((s) => prepared[s]!),
      nodes,
      size,
      longest,
    ),
    teacher: stackTeachers(
      chosen.map((s) => teachers?.[s] ?? new Float32Array(nodes * nodes)),
      nodes,
    ),
  });
  const controlOf = (step: number): Argument<Control> => {
    const [hot, cold] = settings.temperature;
    const done = step / steps;
    return {
      key: { data: Int32Array.of((Math.imul(seed, 0x9e3779b1) + step) | 0), shape: [] },
      temperature: hot * (cold / hot) ** done,
      teaching: teachers ? Math.max(lastLesson, 1 - done / taught) : 0,
    };
  };

  const init = await compile((p: ParameterTree) => optimiser.init(p) as never, [start as never], { engine });
  const optimiserState = await init(start as never);
  await init.dispose();
  const training = await compileStep(
    ({ params, optimiser: state }: TrainState, lesson: Lesson, control: Control) => {
      const { value, gradient } = differentiated(params, lesson, control);
      const { updates, state: next } = optimiser.update(gradient as never, state, params as never);
      return {
        state: { params: applyUpdates(params as never, updates), optimiser: next } as unknown as TrainState,
        outputs: value as Tensor,
      };
    },
    { params: start, optimiser: optimiserState } as never,
    [lessonOf(Array.from({ length: size }, (_, s) => s)), controlOf(0)] as never,
    { engine },
  );
  const losses: number[] = [];
  let queue: number[] = [];
  const order = random.split("order");
  try {
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      if (queue.length < size) queue = order.shuffle(prepared.map((_, s) => s));
      const loss = scalarOf(
        (await training.run(lessonOf(queue.splice(0, size)) as never, controlOf(step) as never)) as NdArray,
      );
      if (!Number.isFinite(loss)) {
        throw new MmmError(`Training of granger-vi-neural diverged at step ${step}: the loss is ${loss}.`, {
          code: "DIVERGED",
          kind: "numerical",
          fix: "Lower learningRate, or use granger-vi, which needs no training.",
        });
      }
      sum += loss;
      const every = Math.max(1, Math.round(steps / 50));
      if ((step + 1) % every === 0) {
        losses.push(sum / every);
        sum = 0;
        throwIfCancelled(hooks);
        hooks?.onProgress?.({ phase: "training", step: step + 1, total: steps, metrics: { loss } });
        await yieldToEventLoop();
      }
    }
    const { params } = (await training.readState()) as { params: NeuralModel["params"] };
    return { params, losses };
  } finally {
    await training.dispose();
  }
}

function stackTeachers(rows: readonly Float32Array[], nodes: number): NdArray {
  const data = new Float32Array(rows.length * nodes * nodes);
  rows.forEach((row, s) => {
    data.set(row, s * nodes * nodes);
  });
  return { data, shape: [rows.length, nodes * nodes] };
}
