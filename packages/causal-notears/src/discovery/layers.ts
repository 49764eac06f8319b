import { dropWeakestUntilAcyclic, type EdgeRules, type LagLayer } from "@mmm/causal";

export interface Thresholds {
  /** Same-period effects of at least this size are selected. */
  readonly threshold: number;
  /** The same for lagged effects. */
  readonly laggedThreshold?: number;
}

/**
 * Weights by target [d, P] as layers by lag. Required edges are always selected; of a same-period cycle the weakest
 * other edge is left out. Every pair keeps its weight for ranking.
 *
 * @param predictors P; columns past the last whole lag (an intercept) are ignored
 */
export function layersOfWeights(
  weights: Float64Array,
  d: number,
  predictors: number,
  rules: EdgeRules,
  { threshold, laggedThreshold = threshold }: Thresholds,
): LagLayer[] {
  return Array.from({ length: Math.floor(predictors / d) }, (_, lag) => {
    const layer = new Float64Array(d * d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) layer[i * d + j] = weights[j * predictors + lag * d + i]!;
    }
    if (lag > 0) return { lag, weights: layer, adjacency: marksAbove(layer, laggedThreshold) };
    const strength = layer.map((weight, k) => {
      if (rules.required[k]) return Number.POSITIVE_INFINITY;
      return Math.abs(weight) >= threshold && weight !== 0 ? weight : 0;
    });
    return { lag, weights: layer, adjacency: marksAbove(dropWeakestUntilAcyclic(strength), 0) };
  });
}

function marksAbove(weights: Float64Array, threshold: number): Uint8Array {
  return Uint8Array.from(weights, (weight) => (weight !== 0 && Math.abs(weight) >= threshold ? 1 : 0));
}
