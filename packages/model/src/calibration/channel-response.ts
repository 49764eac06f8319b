// A weighted sum of one channel's contributions under any path of its activity, with its derivative. Lift tests,
// returns and shares of the KPI are such sums or differences of them.

import type { Design } from "../structural/design.js";
import type { EvidencePoint, EvidenceSlope } from "../structural/evidence.js";
import { deviationOf } from "../structural/forward.js";
import type { Layout } from "../structural/parameters.js";

/** One unit's part of a sum, in consecutive periods. */
export interface ResponseCells {
  readonly unit: number;
  /** Period of the first weight. */
  readonly from: number;
  /** Scaled activity, `lags − 1` periods more than `weights`. */
  readonly activity: Float64Array;
  /** What a contribution of the unit's mean KPI counts in each period. */
  readonly weights: Float64Array;
}

/**
 * `Σ_r Σ_t weight[r,t] · β m_t e^{ε_r} S(Σ_l w_l x[r,t−l])`, m = 1 where effects are constant.
 *
 * @param factor what the sum is multiplied by, also in the derivative that is added to `slope`
 */
export function channelResponse(
  { layout, lags }: { readonly layout: Layout; readonly lags: number },
  c: number,
  cells: readonly ResponseCells[],
  factor: number,
  { state, own }: EvidencePoint,
  slope?: EvidenceSlope,
): number {
  const channel = layout.channels[c]!;
  const curve = state.channels[c]!;
  const q = layout.perUnit;
  const derivatives = new Float64Array(2 + channel.saturation.parameters.length);
  const byLag = new Float64Array(lags);
  let total = 0;
  for (const { unit, from, activity, weights } of cells) {
    const at = unit * q + 1 + c;
    const deviation = deviationOf(layout, own, unit, c);
    const effect = factor * curve.effect * deviation;
    let sum = 0;
    for (let t = 0; t < weights.length; t++) {
      if (weights[t] === 0) continue;
      const period = state.path ? Math.min(from + t, state.path.periods - 1) * layout.channels.length + c : 0;
      const weight = state.path ? weights[t]! * state.path.factor[period]! : weights[t]!;
      let carried = 0;
      for (let l = 0; l < lags; l++) carried += curve.weights[l]! * activity[lags - 1 + t - l]!;
      if (!(carried > 0)) continue;
      channel.saturation.derivatives(carried, curve.saturation, derivatives);
      sum += weight * derivatives[0]!;
      if (!slope) continue;
      if (state.path) addPathSlope(weight * effect * derivatives[0]! * state.path.slope[period]!, from + t);
      const steepness = weight * effect * derivatives[1]!;
      for (let l = 0; l < lags; l++) byLag[l]! += steepness * activity[lags - 1 + t - l]!;
      channel.saturationPriors.forEach((_, j) => {
        slope.shared[channel.saturationStart + j]! += weight * effect * derivatives[2 + j]! * curve.saturationSlope[j]!;
      });
    }
    total += effect * sum;
    if (!slope) continue;
    slope.shared[channel.effect]! += factor * curve.effectSlope * deviation * sum;
    if (q > 0) slope.own[at]! += effect * sum;
  }
  if (slope) {
    channel.adstockPriors.forEach((_, j) => {
      let sum = 0;
      for (let l = 0; l < lags; l++) sum += byLag[l]! * curve.weightSlopes[j * lags + l]!;
      slope.shared[channel.adstockStart + j]! += sum;
    });
  }
  return total;

  function addPathSlope(change: number, period: number): void {
    const { basis, knots, start } = layout.path!;
    const periods = state.path!.periods;
    for (let k = 0; k < knots; k++) {
      slope!.shared[start + c * knots + k]! += change * basis[k * periods + Math.min(period, periods - 1)]!;
    }
  }
}

/** Cells of periods `from … to − 1` with the activity of the design. */
export function observedCells(
  design: Design,
  c: number,
  unit: number,
  from: number,
  to: number,
  weightOf: (period: number) => number,
): ResponseCells {
  const width = design.lags - 1 + design.periods;
  const start = (unit * design.channels + c) * width + from;
  return {
    unit,
    from,
    activity: design.activity.subarray(start, start + design.lags - 1 + to - from),
    weights: Float64Array.from({ length: to - from }, (_, i) => weightOf(from + i)),
  };
}
