// What the neural engine learns from many shops: a plain value, saved as JSON.

import type { Diagnostic } from "@mmm/core";
import type { NdArray, WithLeaves } from "@mmm/tensor";
import type { ClusterGraph } from "../discover/model.js";
import type { DesignOptions } from "../evidence/design.js";
import type { ForecastCalibration } from "../forecast/calibration.js";
import { modelFromText, modelToText } from "../saved-model.js";
import type { ShopLayout } from "../shops/shop.js";
import type { EdgeMarks, EvidenceCalibration } from "./graph-posterior.js";
import type { NeuralParams } from "./objective.js";
import type { ResolvedNeuralSettings } from "./settings.js";

/** Sums over the shops learned from, in nats. */
export interface NeuralBound {
  readonly elbo: number;
  readonly logLikelihood: number;
  /** Divergence of the shops' graphs from the mixture of graphs. */
  readonly graphDivergence: number;
  /** Divergence of the shops' effects from their prior. */
  readonly effectDivergence: number;
}

export interface NeuralModel {
  readonly schema: "mmm.granger-vi-neural/v2";
  readonly layout: ShopLayout;
  readonly settings: ResolvedNeuralSettings;
  readonly design: DesignOptions;
  readonly context: readonly { readonly mean: number; readonly sd: number }[];
  readonly marks: EdgeMarks;
  /** From replicas of the shops learned from. */
  readonly calibration: EvidenceCalibration;
  readonly params: WithLeaves<NeuralParams, NdArray>;
  /** Corrections of forecasts from back-tests inside the histories; null when those are too short. */
  readonly forecasts: ForecastCalibration | null;
  readonly bound: NeuralBound;
  /** Mean objective of each fiftieth of the training, per counted step. */
  readonly losses: readonly number[];
  readonly learnedFrom: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Mean graph of each cluster, most common cluster first; required edges are sure. */
export function neuralClusters({ params, marks }: NeuralModel): readonly ClusterGraph[] {
  const { odds, share } = params.mixture;
  const edges = marks.free.length;
  const weights = Array.from(share.data, Math.exp);
  const total = weights.reduce((a, b) => a + b, 0);
  return weights
    .map((weight, cluster) => ({
      cluster,
      share: weight / total,
      edges: Float64Array.from(marks.free, (free, e) =>
        free === 1 ? 1 / (1 + Math.exp(-odds.data[cluster * edges + e]!)) : marks.required[e]!,
      ),
    }))
    .sort((a, b) => b.share - a.share);
}

/** The model as text. */
export function saveNeuralModel(model: NeuralModel): string {
  return modelToText(model);
}

/**
 * The model from text.
 *
 * @throws MmmError `BAD_MODEL`
 */
export function loadNeuralModel(text: string): NeuralModel {
  return modelFromText<NeuralModel>(text, "mmm.granger-vi-neural/v2", "saveNeuralModel");
}
