// Effects of every edge in a shop, read off its averaged regressions: total gain, sign, lag profile and response curve.

import type { ShopDynamics } from "../forecast/dynamics.js";
import { type ResponseShape, saturate } from "./shapes.js";

export interface EdgeResponse {
  readonly from: number;
  readonly to: number;
  /** Steady-state change of `to` in its standard deviations per standard deviation of `from`, at the mean of `from`. */
  readonly gain: number;
  readonly sign: -1 | 0 | 1;
  /** Share of the gain at each lag, lag 1 first; sums to 1 up to the horizon. */
  readonly lagProfile: Float64Array;
}

export interface ShopResponses {
  readonly nodes: number;
  readonly edges: readonly EdgeResponse[];
}

const profileLags = 12;

/** Responses of all edges that occur in a kept parent set. */
export function responseOf(dynamics: ShopDynamics, shapes: readonly ResponseShape[]): ShopResponses {
  const nodes = dynamics.targets.length;
  const edges: EdgeResponse[] = [];
  for (let to = 0; to < nodes; to++) {
    for (let from = 0; from < nodes; from++) {
      const effect = averageEffect(dynamics, shapes.length, from, to);
      if (!effect) continue;
      const slopes = localSlopes(dynamics, shapes, from);
      let gain = 0;
      const lagProfile = new Float64Array(profileLags);
      shapes.forEach((shape, d) => {
        const slope = effect[d]! * slopes[d]!;
        gain += slope;
        for (let lag = shape.delay; lag < profileLags; lag++) {
          lagProfile[lag]! += slope * (1 - shape.decay) * shape.decay ** (lag - shape.delay);
        }
      });
      const sum = lagProfile.reduce((a, b) => a + b, 0);
      edges.push({
        from,
        to,
        gain,
        sign: gain > 0 ? 1 : gain < 0 ? -1 : 0,
        lagProfile: Math.abs(sum) > 1e-12 ? lagProfile.map((value) => value / sum) : lagProfile,
      });
    }
  }
  return { nodes, edges };
}

/** A response curve in the nodes' own units. */
export interface ResponseCurve {
  readonly level: Float64Array;
  /** Steady-state change of the target against a level of zero (or the lowest level for series that go below zero). */
  readonly response: Float64Array;
}

/**
 * Steady-state response of one node to another held at each level, other things equal; direct effect only.
 *
 * @param levels in the source's own units
 */
export function responseCurve(
  dynamics: ShopDynamics,
  shapes: readonly ResponseShape[],
  from: number,
  to: number,
  levels: ArrayLike<number>,
): ResponseCurve {
  const effect = averageEffect(dynamics, shapes.length, from, to);
  const { design } = dynamics;
  const { series, sd } = design.features[from]!;
  const level = Float64Array.from(levels);
  const start = series.nonNegative ? 0 : level.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const value = (at: number) => {
    if (!effect) return 0;
    let sum = 0;
    shapes.forEach(({ saturation }, d) => {
      if (sd[d]! > 0) sum += (effect[d]! * saturate(at, saturation, series)) / sd[d]!;
    });
    return sum * design.spread[to]!;
  };
  const origin = value(start);
  return { level, response: level.map((at) => value(at) - origin) };
}

/** Coefficients on the standardised dictionary, averaged over parent sets; null when the edge is in none. */
function averageEffect(dynamics: ShopDynamics, shapes: number, from: number, to: number): Float64Array | null {
  let found = false;
  const out = new Float64Array(shapes);
  for (const { weight, parents, effects } of dynamics.targets[to]!.sets) {
    const rank = parents.indexOf(from);
    if (rank < 0) continue;
    found = true;
    for (let d = 0; d < shapes; d++) out[d]! += weight * effects[rank]![d]!;
  }
  return found ? out : null;
}

/** Slope of each standardised dictionary column at the mean of the series, per standard deviation of the series. */
function localSlopes(dynamics: ShopDynamics, shapes: readonly ResponseShape[], node: number): Float64Array {
  const { series, sd } = dynamics.design.features[node]!;
  const step = 1e-3 * (series.sd || 1);
  return Float64Array.from(shapes, ({ saturation }, d) => {
    if (sd[d]! === 0) return 0;
    const rise = saturate(series.mean + step, saturation, series) - saturate(series.mean - step, saturation, series);
    return (rise / (2 * step)) * (series.sd / sd[d]!);
  });
}
