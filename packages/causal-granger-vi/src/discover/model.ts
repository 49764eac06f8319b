// What is learned from many shops and used to score any shop: a plain value, saved as JSON.

import type { Diagnostic } from "@mmm/core";
import type { ForecastCalibration } from "../forecast/calibration.js";
import type { NuisancePrior, ResponsePrior } from "../forecast/dynamics.js";
import type { Bound, GraphMixture } from "../mixture/graph-mixture.js";
import { modelFromText, modelToText } from "../saved-model.js";
import type { ShopLayout } from "../shops/shop.js";
import type { ResolvedSettings } from "./settings.js";

export interface GrangerModel {
  readonly schema: "mmm.granger-vi/v3";
  readonly layout: ShopLayout;
  readonly settings: ResolvedSettings;
  /** Period found or given; 0 for none. */
  readonly seasonPeriod: number;
  /** Degrees of freedom of each node's Student-t noise; 0 for normal noise. */
  readonly degrees: Float64Array;
  /** Leading directions of the response dictionary: one or, with delays, two for the graph, more for the responses. */
  readonly graphDirections: Float64Array;
  readonly graphWidth: number;
  readonly responseDirections: Float64Array;
  readonly responseWidth: number;
  readonly mixture: GraphMixture;
  readonly nuisance: NuisancePrior;
  readonly response: ResponsePrior;
  /** Corrections of forecasts from back-tests inside the histories; null when those are too short. */
  readonly calibration: ForecastCalibration | null;
  readonly bound: Bound;
  /** Bound for each number of clusters tried, on the shops used to choose. */
  readonly tried: readonly { readonly clusters: number; readonly elbo: number }[];
  readonly learnedFrom: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** The model as text. */
export function saveModel(model: GrangerModel): string {
  return modelToText(model);
}

/**
 * The model from text.
 *
 * @throws MmmError `BAD_MODEL`
 */
export function loadModel(text: string): GrangerModel {
  return modelFromText<GrangerModel>(text, "mmm.granger-vi/v3", "saveModel");
}

/** Mean graph of each cluster, most common cluster first. */
export interface ClusterGraph {
  readonly cluster: number;
  /** Share of shops. */
  readonly share: number;
  /** Probability that a shop of the cluster has the edge, `[from, to]` row-major. */
  readonly edges: Float64Array;
}

export function clusterGraphs(model: GrangerModel): readonly ClusterGraph[] {
  const { weight, present, absent, nodes } = model.mixture;
  const total = weight.reduce((a, b) => a + b, 0);
  return present
    .map((up, cluster) => ({
      cluster,
      share: weight[cluster]! / total,
      edges: up.map((value, e) => (e % nodes === Math.floor(e / nodes) ? 0 : value / (value + absent[cluster]![e]!))),
    }))
    .sort((a, b) => b.share - a.share);
}
