// What training starts from: parameters, the objective's options, and what is known about context and edges.

import type { Random } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import type { GrangerModel } from "../discover/model.js";
import type { GrangerViSettings } from "../discover/settings.js";
import { allowedEdges } from "../evidence/allowed-edges.js";
import type { Shop, ShopLayout } from "../shops/shop.js";
import { initDecoder } from "./decoder.js";
import { initEncoder } from "./encoder.js";
import { type EdgeMarks, initMixture } from "./graph-posterior.js";
import type { NeuralModel } from "./model.js";
import type { NeuralParams, ObjectiveOptions } from "./objective.js";
import type { NeuralSettings, ResolvedNeuralSettings } from "./settings.js";

/** The settings that the exact engine shares. */
export function plainSettings(settings: NeuralSettings): GrangerViSettings {
  const {
    engine,
    hidden,
    steps,
    batchShops: shops,
    learningRate,
    warmStart,
    edges,
    temperature,
    rollOut,
    saturation,
    ...own
  } = settings;
  return {
    ...own,
    saturations: saturation === false ? (["linear"] as const) : (["linear", "concave", "s-shaped"] as const),
  };
}

/** The objective of a model. */
export function objectiveOptions({
  settings,
  layout,
  marks,
  calibration,
}: Pick<NeuralModel, "settings" | "layout" | "marks" | "calibration">): ObjectiveOptions {
  const { saturation, decays, edges, rollOut, edgePrior, sharing } = settings;
  const target = layout.nodes.indexOf(layout.target);
  const learnMixture = sharing === "mixture";
  return { target, saturation, decays, edges, rollOut, edgePrior, learnMixture, marks, calibration };
}

export function initialParams(
  random: Random,
  nodes: number,
  settings: ResolvedNeuralSettings,
  context: number,
  exact: GrangerModel | null,
): NeuralParams {
  const { hidden, decays, rollOut, edgePrior } = settings;
  const mixture = exact?.mixture;
  return {
    encoder: initEncoder(random.split("encoder"), hidden, decays.length),
    decoder: initDecoder(nodes, Math.max(1, context), rollOut),
    mixture:
      mixture && settings.sharing === "mixture"
        ? {
            odds: tf.tensor2d(
              Float32Array.from(
                mixture.present.flatMap((present, k) =>
                  [...present].map((up, e) => Math.log(up / mixture.absent[k]![e]!)),
                ),
              ),
              [mixture.present.length, nodes * nodes],
            ),
            share: tf.tensor1d(Float32Array.from(mixture.weight, Math.log)),
          }
        : initMixture(random.split("mixture"), settings.sharing === "mixture" ? 6 : 1, nodes * nodes, edgePrior),
  };
}

export function contextScales(shops: readonly Shop[]): { mean: number; sd: number }[] {
  return (shops[0]?.context ?? []).map((_, c) => {
    const values = shops.map((shop) => shop.context![c]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { mean, sd: sd > 1e-12 ? sd : 1 };
  });
}

export function edgeMarks(layout: ShopLayout, settings: Parameters<typeof allowedEdges>[1]): EdgeMarks {
  const size = layout.nodes.length;
  const { sources, required } = allowedEdges(layout, settings);
  const marks = { free: new Array<number>(size * size).fill(0), required: new Array<number>(size * size).fill(0) };
  sources.forEach((own, to) => {
    for (const from of own) {
      const must = required[to]!.includes(from);
      marks[must ? "required" : "free"][from * size + to] = 1;
    }
  });
  return marks;
}
