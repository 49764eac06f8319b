// Learning the neural engine: what is known before, the training, and what the trained network may be trusted with.

import { createRandom, type RunHooks } from "@mmm/core";
import { mapTree, ndArray, setupBackend } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import { learnGraphs } from "../discover/learn.js";
import { designOptions, timeForm } from "../discover/regression-form.js";
import { scoreShop } from "../discover/score.js";
import { resolveSettings } from "../discover/settings.js";
import { principalDirections } from "../response/rotation.js";
import { checkLayout } from "../shops/check.js";
import { sampleShops } from "../shops/sample.js";
import type { ShopLayout, ShopSource } from "../shops/shop.js";
import { boundOfShops } from "./bound-of-shops.js";
import { calibrateEvidence } from "./calibrate-evidence.js";
import { testForecasts } from "./forecast-neural.js";
import { unchanged } from "./graph-posterior.js";
import type { NeuralModel } from "./model.js";
import { type NeuralSettings, resolveNeural } from "./settings.js";
import { prepareShop } from "./shop-tensors.js";
import { contextScales, edgeMarks, initialParams, objectiveOptions, plainSettings } from "./start.js";
import { train } from "./train.js";

const harmonics = 3;

/**
 * Learn the neural engine from shops.
 *
 * With `warmStart: "exact"` the exact engine is learned first, on the same shops; its clusters start the mixture of
 * graphs and its edge probabilities teach the encoder, with a weight that falls to a quarter within the first half of
 * the training. Without a teacher the evidence is calibrated on replicas of the shops. Forecasts are corrected by
 * back-tests in both cases.
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
  const { decays, seed } = resolved;
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

  const known = { layout, settings: resolved, marks: edgeMarks(layout, base), calibration: unchanged };
  const options = objectiveOptions(known);
  await setupBackend("cpu");
  const start = mapTree(initialParams(random, nodes, resolved, context.length, exact), (leaf: Tensor) => {
    const array = ndArray(leaf.dataSync() as Float32Array, leaf.shape);
    leaf.dispose();
    return array;
  });
  const trained = await train({ prepared, teachers, start, settings: resolved, options, random, engine }, hooks);
  const uncalibrated: NeuralModel = {
    schema: "mmm.granger-vi-neural/v2",
    ...known,
    design,
    context,
    ...trained,
    forecasts: null,
    bound: await boundOfShops(trained.params, prepared, resolved.batchShops, options, engine),
    learnedFrom: prepared.length,
    diagnostics: exact?.diagnostics ?? [],
  };
  // A taught encoder imitates probabilities that are calibrated already.
  const model = exact ? uncalibrated : await calibrateEvidence(uncalibrated, sample, random.split("replicas"), engine);
  return { ...model, forecasts: await testForecasts(model, sample, engine) };
}
