// The structural model of one unit, in scaled units, with its analytic derivatives:
//
//   f_t = μ + d + (1 + a)(φ·season_t + δ·trend_t + g_t) + Σ_c β_c m_{c,t} e^{ε_c} S_c(Σ_l w_l x_{c,t−l}) + Σ_k (γ_k + κ_k) z_{k,t}
//
// m is 1 unless effects change over time (effect-path.ts).
// d, a, ε and κ belong to the unit, everything else is shared. a says how strongly the unit takes part in what moves
// all units. The random-walk level is not here: it is
// integrated out (level.ts).

import { derivativesAlong } from "@mmm/transforms/plain";
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
  /** Leading periods that are filled in. */
  readonly filled: number;
  /** Adstocked activity of every channel, `[channels, periods]`. */
  readonly stock: Float64Array;
  /** Saturation of the adstocked activity, between 0 and 1 for most families; `[channels, periods]`. */
  readonly saturated: Float64Array;
  /** Saturation of one channel with its derivatives, times the factor of its path; `[2 + parameters, filled]`. */
  readonly response: Float64Array;
}

/**
 * @param span leading periods to differentiate; 0 for the prediction alone
 * @param filled leading periods to fill in; default all
 */
export function unitWorkspace(
  design: Design,
  layout: Layout,
  span: number,
  filled: number = design.periods,
): UnitWorkspace {
  const most = Math.max(...layout.channels.map((channel) => channel.saturation.parameters.length));
  return {
    prediction: new Float64Array(design.periods),
    media: new Float64Array(design.channels * design.periods),
    marginal: new Float64Array(design.channels * design.periods),
    jacobian: new Float64Array((layout.shared + layout.perUnit) * span),
    span,
    filled,
    stock: new Float64Array(design.channels * design.periods),
    saturated: new Float64Array(design.channels * design.periods),
    response: new Float64Array((2 + most) * filled),
  };
}

/** How strongly unit `r` takes part in season, trend and common shocks; 1 on average. */
export function loadingOf(layout: Layout, own: Float64Array, r: number): number {
  return layout.perUnit > 0 ? 1 + own[(r + 1) * layout.perUnit - 1]! : 1;
}

/** How many times as strong as usual channel `c` is in unit `r`. */
export function deviationOf(layout: Pick<Layout, "perUnit">, own: Float64Array, r: number, c: number): number {
  return layout.perUnit > 0 ? Math.exp(own[r * layout.perUnit + 1 + c]!) : 1;
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
  const { periods, channels, controls, seasons } = design;
  const { prediction, media, jacobian, span, filled } = work;
  const hasUnit = layout.perUnit > 0;
  const ownStart = r * layout.perUnit;
  const column = (index: number): number => index * span;
  const ownColumn = (index: number): number => (layout.shared + index) * span;

  const base = shared[layout.baseline]! + (hasUnit ? own[ownStart]! : 0);
  const loading = loadingOf(layout, own, r);
  const inCommon = hasUnit ? ownColumn(layout.perUnit - 1) : 0;
  for (let t = 0; t < filled; t++) {
    const common = shared[layout.trend]! * design.trend[t]! + state.shock[t]! + seasonOf(design, layout, shared, t);
    prediction[t] = base + loading * common;
    if (hasUnit && t < span) jacobian[inCommon + t] = common;
  }
  if (span > 0) {
    jacobian.fill(1, column(layout.baseline), column(layout.baseline) + span);
    if (hasUnit) jacobian.fill(1, ownColumn(0), ownColumn(0) + span);
    setScaled(jacobian, column(layout.trend), loading, design.trend, 0, span);
    for (let s = 0; s < seasons; s++) {
      setScaled(jacobian, column(layout.season + s), loading, design.season, s * periods, span);
    }
  }

  for (let c = 0; c < channels; c++) {
    evaluateChannel(design, layout, state, own, r, c, work);
    for (let t = 0; t < filled; t++) prediction[t]! += media[c * periods + t]!;
    if (span > 0) differentiateChannel(design, layout, state, own, r, c, work);
  }

  for (let k = 0; k < controls; k++) {
    const slope = shared[layout.control + k]! + (hasUnit ? own[ownStart + 1 + channels + k]! : 0);
    for (let t = 0; t < filled; t++) {
      const z = design.control[(r * periods + t) * controls + k]!;
      prediction[t]! += slope * z;
      if (t >= span) continue;
      jacobian[column(layout.control + k) + t] = z;
      if (hasUnit) jacobian[ownColumn(1 + channels + k) + t] = z;
    }
  }
}

/** Fill what the workspace holds of every channel for unit `r`, and nothing else. */
export function evaluateMedia(
  design: Design,
  layout: Layout,
  state: SharedState,
  own: Float64Array,
  r: number,
  work: UnitWorkspace,
): void {
  for (let c = 0; c < design.channels; c++) evaluateChannel(design, layout, state, own, r, c, work);
}

function evaluateChannel(
  { periods, channels, lags, activity, trainingEnd }: Design,
  layout: Layout,
  state: SharedState,
  own: Float64Array,
  r: number,
  c: number,
  { media, marginal, stock, saturated, response, filled }: UnitWorkspace,
): void {
  const curve = state.channels[c]!;
  const from = c * periods;
  const carried = stock.subarray(from, from + filled);
  convolve(activity, (r * channels + c) * (lags - 1 + periods), curve.weights, 0, lags, carried, 0, filled);
  derivativesAlong(layout.channels[c]!.saturation, carried, curve.saturation, response);
  saturated.set(response.subarray(0, filled), from);
  const constant = curve.effect * deviationOf(layout, own, r, c);
  if (state.path) {
    const { factor } = state.path;
    const rows = 2 + curve.saturation.length;
    for (let t = 0; t < filled; t++) {
      const now = factor[Math.min(t, trainingEnd - 1) * channels + c]!;
      for (let row = 0; row < rows; row++) response[row * filled + t]! *= now;
    }
  }
  for (let t = 0; t < filled; t++) {
    media[from + t] = constant * response[t]!;
    marginal[from + t] = constant * response[filled + t]! * carried[t]!;
  }
}

// Derivatives by the parameters of channel `c`, which `evaluateChannel` has just filled in.
function differentiateChannel(
  { periods, channels, lags, activity, trainingEnd }: Design,
  layout: Layout,
  state: SharedState,
  own: Float64Array,
  r: number,
  c: number,
  { media, response, jacobian, span, filled }: UnitWorkspace,
): void {
  const channel = layout.channels[c]!;
  const curve = state.channels[c]!;
  const deviation = deviationOf(layout, own, r, c);
  const constant = curve.effect * deviation;
  const source = (r * channels + c) * (lags - 1 + periods);
  channel.adstockPriors.forEach((_, j) => {
    const at = (channel.adstockStart + j) * span;
    convolve(activity, source, curve.weightSlopes, j * lags, lags, jacobian, at, span);
    for (let t = 0; t < span; t++) jacobian[at + t]! *= constant * response[filled + t]!;
  });
  channel.saturationPriors.forEach((_, j) => {
    const at = (channel.saturationStart + j) * span;
    setScaled(jacobian, at, constant * curve.saturationSlope[j]!, response, (2 + j) * filled, span);
  });
  setScaled(jacobian, channel.effect * span, curve.effectSlope * deviation, response, 0, span);
  const from = c * periods;
  if (layout.perUnit > 0) jacobian.set(media.subarray(from, from + span), (layout.shared + 1 + c) * span);
  if (!layout.path) return;
  const { start, knots, basis } = layout.path;
  for (let k = 0; k < knots; k++) {
    const at = (start + c * knots + k) * span;
    for (let t = 0; t < span; t++) {
      const seen = Math.min(t, trainingEnd - 1);
      const slope = state.path!.slope[seen * channels + c]! * basis[k * trainingEnd + seen]!;
      jacobian[at + t] = media[from + t]! * slope;
    }
  }
}

function setScaled(
  into: Float64Array,
  at: number,
  times: number,
  from: Float64Array,
  fromAt: number,
  count: number,
): void {
  for (let t = 0; t < count; t++) into[at + t] = times * from[fromAt + t]!;
}
