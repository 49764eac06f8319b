// Training the encoder, the decoder and the mixture of graphs together, on minibatches of shops.

import { createRandom, MmmError, type RunHooks, throwIfCancelled, yieldToEventLoop } from "@mmm/core";
import {
  type Argument,
  adam,
  applyUpdates,
  chain,
  clipByGlobalNorm,
  compile,
  compileStep,
  cosineDecay,
  mapTree,
  type NdArray,
  ndArray,
  type ParameterTree,
  scalarOf,
  setupBackend,
  valueAndGrad,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { learnGraphs } from "../discover/learn.js";
import { designOptions, timeForm } from "../discover/regression-form.js";
import { scoreShop } from "../discover/score.js";
import { resolveSettings } from "../discover/settings.js";
import { principalDirections } from "../response/rotation.js";
import { checkLayout } from "../shops/check.js";
import { sampleShops } from "../shops/sample.js";
import type { ShopLayout, ShopSource } from "../shops/shop.js";
import type { NeuralModel } from "./model.js";
import { boundParts, type NeuralParams, parameterPrice } from "./objective.js";
import { type NeuralSettings, resolveNeural } from "./settings.js";
import { batchShops, prepareShop, type ShopBatch } from "./shop-tensors.js";
import { contextScales, edgeMarks, initialParams, objectiveOptions, plainSettings, stackTeachers } from "./start.js";

type Lesson = { readonly batch: ShopBatch; readonly teacher: Tensor };
type Control = { readonly key: Tensor; readonly temperature: Tensor; readonly teaching: Tensor };
type TrainState = { readonly params: NeuralParams; readonly optimiser: ParameterTree };

/** The weight of the exact engine's probabilities falls from 1 to `lastLesson` within this share of the training. */
const taught = 0.5;
const lastLesson = 0.25;
const harmonics = 3;

/**
 * Learn the neural engine from shops.
 *
 * With `warmStart: "exact"` the exact engine is learned first, on the same shops; its clusters start the mixture of
 * graphs and its edge probabilities teach the encoder, with a weight that falls to a quarter within the first half of the training.
 *
 * @throws MmmError of the settings and the data as `learnGraphs`, `DIVERGED`
 */
export async function learnNeural(
  source: ShopSource,
  layout: ShopLayout,
  settings: NeuralSettings = {},
  hooks?: RunHooks,
): Promise<NeuralModel> {
  const { engine, ...resolved } = resolveNeural(settings);
  checkLayout(layout);
  const { decays, seed, steps, batchShops: wanted } = resolved;
  const nodes = layout.nodes.length;
  const random = createRandom(seed).split("neural");
  const base = resolveSettings({ ...plainSettings(settings), decays });
  const { sample } = await sampleShops(source, layout, base, hooks);
  const exact =
    resolved.warmStart === "exact"
      ? await learnGraphs(sample, layout, { ...plainSettings(settings), decays }, hooks)
      : null;
  const { seasonPeriod, ownLags } = timeForm(sample, nodes, base);
  const directions = principalDirections(sample.slice(0, 300), nodes, base.shapes, 1);
  const design = designOptions({ ...base, ownLags, harmonics }, directions, seasonPeriod);
  const context = resolved.useContext ? contextScales(sample) : [];
  const prepared = sample.map((shop) => prepareShop(shop, nodes, { design, decays, context }));
  const teachers = exact ? sample.map((shop) => Float32Array.from(scoreShop(exact, shop).edges)) : null;

  const marks = edgeMarks(layout, base);
  const options = objectiveOptions(resolved, layout, marks);
  const longest = prepared.reduce((most, shop) => Math.max(most, shop.steps), 0);
  const size = Math.min(wanted, prepared.length);
  await setupBackend("cpu");
  const start = mapTree(initialParams(random, nodes, resolved, context.length, exact), (leaf: Tensor) => {
    const array = ndArray(leaf.dataSync() as Float32Array, leaf.shape);
    leaf.dispose();
    return array;
  });
  const cells = prepared.reduce((sum, shop) => sum + shop.counted.reduce((a, b) => a + b, 0), 0);
  const perShop = cells / prepared.length;
  const optimiser = chain(clipByGlobalNorm(5), adam({ learningRate: cosineDecay(resolved.learningRate, steps) }));

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
    const [hot, cold] = resolved.temperature;
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
    const params = ((await training.readState()) as { params: NeuralModel["params"] }).params;
    return {
      schema: "mmm.granger-vi-neural/v1",
      layout,
      settings: resolved,
      design,
      context,
      marks,
      params,
      bound: await sumBound(params),
      losses,
      learnedFrom: prepared.length,
      diagnostics: exact?.diagnostics ?? [],
    };
  } finally {
    await training.dispose();
  }

  async function sumBound(params: NeuralModel["params"]): Promise<NeuralModel["bound"]> {
    const evaluate = await compile(
      (p: NeuralParams, batch: ShopBatch) => {
        const { logLikelihood, graphDivergence, effectDivergence } = boundParts(p, batch, options);
        return { logLikelihood, graphDivergence, effectDivergence };
      },
      [params, batchShops(prepared.slice(0, size), nodes, size, longest)] as never,
      { engine },
    );
    const total = { logLikelihood: 0, graphDivergence: 0, effectDivergence: 0 };
    for (let from = 0; from < prepared.length; from += size) {
      const own = prepared.slice(from, from + size);
      const parts = await evaluate(params as never, batchShops(own, nodes, size, longest) as never);
      for (const name of Object.keys(total) as (keyof typeof total)[]) {
        for (let s = 0; s < own.length; s++) total[name] += (parts[name] as NdArray).data[s]!;
      }
    }
    await evaluate.dispose();
    return { ...total, elbo: total.logLikelihood - total.graphDivergence - total.effectDivergence };
  }
}
