// One channel's curve: lag weights, saturation and size of effect from its free parameters. It knows no panel and no
// file, so that what-if pages run the same code in a browser as the fit did.

import { type AdstockFamily, constrain, constrainDerivative, type SaturationFamily } from "@mmm/transforms/plain";

/** What one channel's shared parameters imply, computed once per parameter vector and used for every unit. */
export interface ChannelState {
  readonly weights: Float64Array;
  /** Derivative of the weights by each unconstrained adstock parameter, `[parameters, lags]`. */
  readonly weightSlopes: Float64Array;
  readonly saturation: Float64Array;
  readonly saturationSlope: Float64Array;
  readonly effect: number;
  readonly effectSlope: number;
}

/** Where a channel's free parameters lie in a vector: those of the carryover, those of the saturation, and the effect. */
export interface CurveLayout {
  readonly adstock: AdstockFamily;
  readonly saturation: SaturationFamily;
  readonly adstockStart: number;
  readonly saturationStart: number;
  readonly effect: number;
  /** True: the effect is `effectUnit` times its free parameter, also below zero. For curvature only. */
  readonly unbent?: boolean;
}

export function channelState(channel: CurveLayout, shared: Float64Array, lags: number): ChannelState {
  const { adstock, saturation: curve, adstockStart, saturationStart } = channel;
  const carried = adstock.parameters.map((parameter, j) => constrain(parameter, shared[adstockStart + j]!));
  const { weights, jacobian } = adstock.gradient(carried, lags, true);
  const weightSlopes = Float64Array.from(jacobian);
  adstock.parameters.forEach((parameter, j) => {
    const slope = constrainDerivative(parameter, shared[adstockStart + j]!);
    for (let l = 0; l < lags; l++) weightSlopes[j * lags + l]! *= slope;
  });
  const saturation = new Float64Array(curve.parameters.length);
  const saturationSlope = new Float64Array(curve.parameters.length);
  curve.parameters.forEach((parameter, j) => {
    const x = shared[saturationStart + j]!;
    saturation[j] = constrain(parameter, x);
    saturationSlope[j] = constrainDerivative(parameter, x);
  });
  const b = shared[channel.effect]!;
  return {
    weights: Float64Array.from(weights),
    weightSlopes,
    saturation,
    saturationSlope,
    effect: channel.unbent ? effectUnit * b : effectOf(b),
    effectSlope: channel.unbent ? effectUnit : effectSlope(b),
  };
}

/** Weights this much smaller than the largest are taken as zero at the end of the window. */
const negligible = 1e-14;

/** `Σ_l weights[l] · series[t − l]` for `count` periods; `series` starts `lags − 1` periods earlier than `out`. */
export function convolve(
  series: Float64Array,
  offset: number,
  weights: Float64Array,
  weightOffset: number,
  lags: number,
  out: Float64Array,
  outOffset: number,
  count: number,
): void {
  let largest = 0;
  for (let l = 0; l < lags; l++) largest = Math.max(largest, Math.abs(weights[weightOffset + l]!));
  let reach = lags;
  while (reach > 1 && Math.abs(weights[weightOffset + reach - 1]!) <= negligible * largest) reach--;
  // Four periods at a time: each weight and each activity is read once for all of them.
  let t = 0;
  for (; t + 3 < count; t += 4) {
    const newest = offset + lags - 1 + t;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let x1 = series[newest + 1]!;
    let x2 = series[newest + 2]!;
    let x3 = series[newest + 3]!;
    for (let l = 0; l < reach; l++) {
      const weight = weights[weightOffset + l]!;
      const x0 = series[newest - l]!;
      s0 += weight * x0;
      s1 += weight * x1;
      s2 += weight * x2;
      s3 += weight * x3;
      x3 = x2;
      x2 = x1;
      x1 = x0;
    }
    out[outOffset + t] = s0;
    out[outOffset + t + 1] = s1;
    out[outOffset + t + 2] = s2;
    out[outOffset + t + 3] = s3;
  }
  for (; t < count; t++) {
    let sum = 0;
    const newest = offset + lags - 1 + t;
    for (let l = 0; l < reach; l++) sum += weights[weightOffset + l]! * series[newest - l]!;
    out[outOffset + t] = sum;
  }
}

/** Parts of a unit's mean KPI that effects count in. */
export const effectUnit = 0.1;
/** How sharply effects end at zero: 1/κ units of the free parameter. */
export const effectSharpness = 5;

/**
 * Effect of a channel from its free parameter b: `0.1 (s + s²)` with `s = log(1 + e^{κb}) / κ`, κ = 5, the positive part
 * of b. Below zero a channel does nothing; above, a normal b gives effects a tail to the right, so that one channel among
 * many can be large while most are small.
 */
export function effectOf(free: number): number {
  const s = softplus(effectSharpness * free) / effectSharpness;
  return effectUnit * (s + s * s);
}

/** Derivative of {@link effectOf}. */
export function effectSlope(free: number): number {
  const s = softplus(effectSharpness * free) / effectSharpness;
  return effectUnit * sigmoid(effectSharpness * free) * (1 + 2 * s);
}

/** Free parameter of an effect well above zero: the inverse of {@link effectOf} with `s = b`. */
export function freeEffect(effect: number): number {
  return (Math.sqrt(1 + (4 * effect) / effectUnit) - 1) / 2;
}

function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
