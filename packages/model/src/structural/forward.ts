// The structural model of one unit, in scaled units, with its analytic derivatives:
//
//   f_t = μ + d + (1 + a)(φ·season_t + δ·trend_t + g_t) + Σ_c β_c m_{c,t} e^{ε_c} S_c(Σ_l w_l x_{c,t−l}) + Σ_k (γ_k + κ_k) z_{k,t}
//
// m is 1 unless effects change over time (effect-path.ts).
// d, a, ε and κ belong to the unit, everything else is shared. a says how strongly the unit takes part in what moves
// all units. The random-walk level is not here: it is
// integrated out (level.ts).

import { type ChannelState, channelState, convolve } from "./channel-curve.js";
import type { Design } from "./design.js";
import { type PathState, pathState } from "./effect-path.js";
import type { Layout } from "./parameters.js";

export interface SharedState {
  readonly channels: readonly ChannelState[];
  /** Shocks shared by all units, `[periods]`; zero without them. */
  readonly shock: Float64Array;
  /** Null where effects are constant. */
  readonly path: PathState | null;
}

/** @param shock common shocks of every period; the training ones are parameters, later ones are the caller's forecast */
export function sharedState(layout: Layout, shared: Float64Array, lags: number, shock: Float64Array): SharedState {
  return {
    channels: layout.channels.map((channel) => channelState(channel, shared, lags)),
    shock,
    path: layout.path && pathState(layout.path, layout.channels.length, shared),
  };
}

/** Buffers for one unit; made once, refilled for each unit. */
export interface UnitWorkspace {
  /** Prediction without the level, `[periods]`. */
  readonly prediction: Float64Array;
  /** Contribution of each channel, `[channels, periods]`. */
  readonly media: Float64Array;
  /** Derivative of the contribution by the logarithm of the activity, `[channels, periods]`. */
  readonly marginal: Float64Array;
  /** Derivatives by every parameter over the first `span` periods: `[shared + perUnit, span]`. Empty when `span` is 0. */
  readonly jacobian: Float64Array;
  readonly span: number;
  readonly adstocked: Float64Array;
  /** Adstocked activity of every channel, `[channels, periods]`. */
  readonly stock: Float64Array;
  readonly slopes: Float64Array;
}

/** @param span leading periods to differentiate; 0 for the prediction alone */
export function unitWorkspace(design: Design, layout: Layout, span: number): UnitWorkspace {
  const most = Math.max(...layout.channels.map((channel) => channel.saturation.parameters.length));
  return {
    prediction: new Float64Array(design.periods),
    media: new Float64Array(design.channels * design.periods),
    marginal: new Float64Array(design.channels * design.periods),
    jacobian: new Float64Array((layout.shared + layout.perUnit) * span),
    span,
    adstocked: new Float64Array(design.periods),
    stock: new Float64Array(design.channels * design.periods),
    slopes: new Float64Array(2 + most),
  };
}

/** How strongly unit `r` takes part in season, trend and common shocks; 1 on average. */
export function loadingOf(layout: Layout, own: Float64Array, r: number): number {
  return layout.perUnit > 0 ? 1 + own[(r + 1) * layout.perUnit - 1]! : 1;
}

/** The season in a period, for a unit that takes part in it as others do. */
export function seasonOf(design: Design, layout: Layout, shared: Float64Array, t: number): number {
  const { season, seasons, periods, trainingEnd } = design;
  let sum = 0;
  const first = t < trainingEnd ? 0 : layout.endingSeasons;
  for (let s = first; s < seasons; s++) sum += shared[layout.season + s]! * season[s * periods + t]!;
  return sum;
}

/**
 * Fill the workspace for unit `r`.
 *
 * @param own parameters of every unit, `[units, perUnit]`; ignored when `layout.perUnit` is 0
 */
export function evaluateUnit(
  design: Design,
  layout: Layout,
  state: SharedState,
  shared: Float64Array,
  own: Float64Array,
  r: number,
  work: UnitWorkspace,
): void {
  const { periods, channels, controls, lags, seasons } = design;
  const { prediction, media, marginal, jacobian, span, adstocked, slopes } = work;
  const hasUnit = layout.perUnit > 0;
  const ownStart = r * layout.perUnit;
  const column = (index: number): number => index * span;
  const ownColumn = (index: number): number => (layout.shared + index) * span;

  const base = shared[layout.baseline]! + (hasUnit ? own[ownStart]! : 0);
  const loading = loadingOf(layout, own, r);
  for (let t = 0; t < periods; t++) {
    const common = shared[layout.trend]! * design.trend[t]! + state.shock[t]! + seasonOf(design, layout, shared, t);
    prediction[t] = base + loading * common;
    if (t >= span) continue;
    jacobian[column(layout.baseline) + t] = 1;
    jacobian[column(layout.trend) + t] = loading * design.trend[t]!;
    for (let s = 0; s < seasons; s++) {
      jacobian[column(layout.season + s) + t] = loading * design.season[s * periods + t]!;
    }
    if (!hasUnit) continue;
    jacobian[ownColumn(0) + t] = 1;
    jacobian[ownColumn(layout.perUnit - 1) + t] = common;
  }

  const width = lags - 1 + periods;
  const knots = layout.path?.knots ?? 0;
  for (let c = 0; c < channels; c++) {
    const channel = layout.channels[c]!;
    const curve = state.channels[c]!;
    const offset = (r * channels + c) * width;
    const deviation = hasUnit ? Math.exp(own[ownStart + 1 + c]!) : 1;
    const constant = curve.effect * deviation;
    const adstockCount = channel.adstockPriors.length;
    const saturationCount = channel.saturationPriors.length;
    convolve(design.activity, offset, curve.weights, 0, lags, adstocked, 0, periods);
    work.stock.set(adstocked, c * periods);
    if (span > 0) {
      for (let j = 0; j < adstockCount; j++) {
        const at = column(channel.adstockStart + j);
        convolve(design.activity, offset, curve.weightSlopes, j * lags, lags, jacobian, at, span);
      }
    }
    for (let t = 0; t < periods; t++) {
      channel.saturation.derivatives(adstocked[t]!, curve.saturation, slopes);
      const value = slopes[0]!;
      const at = Math.min(t, design.trainingEnd - 1);
      const factor = state.path ? state.path.factor[at * channels + c]! : 1;
      const effect = constant * factor;
      media[c * periods + t] = effect * value;
      marginal[c * periods + t] = effect * slopes[1]! * adstocked[t]!;
      prediction[t]! += effect * value;
      if (t >= span) continue;
      for (let j = 0; j < adstockCount; j++) jacobian[column(channel.adstockStart + j) + t]! *= effect * slopes[1]!;
      for (let j = 0; j < saturationCount; j++) {
        jacobian[column(channel.saturationStart + j) + t] = effect * slopes[2 + j]! * curve.saturationSlope[j]!;
      }
      jacobian[column(channel.effect) + t] = curve.effectSlope * deviation * factor * value;
      if (hasUnit) jacobian[ownColumn(1 + c) + t] = effect * value;
      for (let k = 0; k < knots; k++) {
        const slope = state.path!.slope[at * channels + c]! * layout.path!.basis[k * design.trainingEnd + at]!;
        jacobian[column(layout.path!.start + c * knots + k) + t] = effect * value * slope;
      }
    }
  }

  for (let k = 0; k < controls; k++) {
    const slope = shared[layout.control + k]! + (hasUnit ? own[ownStart + 1 + channels + k]! : 0);
    for (let t = 0; t < periods; t++) {
      const z = design.control[(r * periods + t) * controls + k]!;
      prediction[t]! += slope * z;
      if (t >= span) continue;
      jacobian[column(layout.control + k) + t] = z;
      if (hasUnit) jacobian[ownColumn(1 + channels + k) + t] = z;
    }
  }
}
