// What a fitted layer says: its graph with probabilities, and the shape of every channel.

import { edgesOfLayer } from "@mmm/causal";
import type { CausalEdge, CausalGraph } from "@mmm/core";
import * as tf from "@tensorflow/tfjs-core";
import { bendOf, edgeProbabilities, type GrangerLayerParams, lagWeights } from "./posterior.js";
import type { LayerSettings } from "./settings.js";

/** The graph, pooled and, with units, per unit. */
export function graphOfLayer(params: GrangerLayerParams, settings: LayerSettings): CausalGraph {
  const { channels, size, units, lags, clusters, edgePrior, slab, noise, threshold } = settings;
  const { present, effect } = tf.tidy(() => ({
    present: edgeProbabilities(params, settings).dataSync(),
    effect: params.effect.dataSync(),
  }));
  const count = units?.length ?? 1;
  const edgesOf = (own: Float32Array | number[]): CausalEdge[] => {
    const layer = {
      lag: 1,
      weights: effect.map((value, e) => value * own[e]!),
      adjacency: Array.from(own, (p) => (p >= threshold ? 1 : 0)),
      probabilities: Array.from(own, (p) => Math.min(1, Math.max(0, p))),
    };
    return edgesOfLayer(channels, layer).filter(({ from, to }) => from !== to);
  };
  const own = (u: number): Float32Array => present.slice(u * size * size, (u + 1) * size * size) as Float32Array;
  const mean = Array.from({ length: size * size }, (_, e) => {
    let sum = 0;
    for (let u = 0; u < count; u++) sum += present[u * size * size + e]!;
    return sum / count;
  });
  return {
    kind: "lagged",
    nodes: channels,
    edges: edgesOf(mean),
    ...(units && { graphs: Object.fromEntries(units.map((name, u) => [name, { edges: edgesOf(own(u)) }])) }),
    engine: {
      id: "granger-layer",
      version: "1",
      settings: { lags, clusters, edgePrior, slab, noise, threshold, perUnit: units !== undefined },
    },
    weightScale: "standardised effect at the mean, times its probability",
    diagnostics: [],
  };
}

/** Memory, bend, noise and carry-over of every channel. */
export function describeLayer(params: GrangerLayerParams, settings: LayerSettings): Record<string, unknown> {
  const { channels, size, lags } = settings;
  return tf.tidy(() => {
    const weights = lagWeights(params, settings).dataSync();
    const [memory, bend, scale] = [tf.tanh(params.memory), bendOf(params), tf.exp(params.logScale)].map((x) =>
      x.dataSync(),
    );
    return Object.fromEntries(
      channels.map((name, j) => [
        name,
        {
          memory: memory![j],
          bend: bend![j],
          noiseScale: scale![j],
          lagWeights: Array.from({ length: lags }, (_, lag) => weights[lag * size + j]!),
        },
      ]),
    );
  });
}
