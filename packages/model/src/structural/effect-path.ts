// Effects that change over time. Each channel's constant effect is multiplied by a factor that all units share:
//
//   m_{c,t} = exp(b·tanh(d_{c,t}/b)),   d_{c,t} = offset_{c,t} + Σ_k B_k(t) z_{c,k}
//
// B are hat functions between knots, less their mean over the training periods, so that a constant z changes nothing
// and the constant effect keeps the average. z is a random walk from knot to knot whose scale each channel learns. The
// offset is a path found elsewhere (a network). After the training periods the factor stays where it was.

import type { Frequency } from "@mmm/core";
import { periodsPerYear } from "@mmm/core";

/** How much effects may change, as a prior. */
export interface EffectDrift {
  /** An effect can grow to `1 + range` times its average and shrink to `1 / (1 + range)`. */
  readonly range: number;
  /** Typical change within a year on the log scale, before the data. */
  readonly perYear: number;
  /** Knots per year of the path the solver learns. */
  readonly knotsPerYear: number;
}

export const defaultDrift: EffectDrift = { range: 1, perYear: 0.6, knotsPerYear: 4 };

/** Where the path of every channel lives in the shared vector, and what it multiplies. */
export interface EffectPath {
  /** First knot of the first channel in the shared vector; `knots` follow for each channel. */
  readonly start: number;
  readonly knots: number;
  /** `[knots, trainingEnd]`. */
  readonly basis: Float64Array;
  /** b, the bound of the path on the log scale. */
  readonly bound: number;
  /** Prior standard deviation of the change from one knot to the next. */
  readonly stepPrior: number;
  /** Path found by a network, `[trainingEnd, channels]`; null without. */
  readonly offset: Float64Array | null;
}

/** Knots for the training periods, about `knotsPerYear` a year and at least two. */
export function knotCount(drift: EffectDrift, frequency: Frequency, trainingEnd: number): number {
  const years = (trainingEnd - 1) / periodsPerYear[frequency];
  return Math.min(trainingEnd, 1 + Math.max(1, Math.round(drift.knotsPerYear * years)));
}

export function effectPath(
  drift: EffectDrift,
  {
    start,
    knots,
    trainingEnd,
    frequency,
    offset = null,
  }: {
    readonly start: number;
    readonly knots: number;
    readonly trainingEnd: number;
    readonly frequency: Frequency;
    readonly offset?: Float64Array | null;
  },
): EffectPath {
  const gap = knots > 1 ? (trainingEnd - 1) / (knots - 1) : trainingEnd;
  const basis = new Float64Array(knots * trainingEnd);
  for (let k = 0; k < knots; k++) {
    let mean = 0;
    for (let t = 0; t < trainingEnd; t++) {
      basis[k * trainingEnd + t] = Math.max(0, 1 - Math.abs(t / gap - k));
      mean += basis[k * trainingEnd + t]! / trainingEnd;
    }
    for (let t = 0; t < trainingEnd; t++) basis[k * trainingEnd + t]! -= mean;
  }
  return {
    start,
    knots,
    basis,
    bound: Math.log(1 + drift.range),
    stepPrior: drift.perYear * Math.sqrt(gap / periodsPerYear[frequency]),
    offset,
  };
}

/** What the path parameters imply for every training period. */
export interface PathState {
  /** Training periods; later ones are as the last. */
  readonly periods: number;
  /** m, `[trainingEnd, channels]`. */
  readonly factor: Float64Array;
  /** d log m / d d, `[trainingEnd, channels]`. */
  readonly slope: Float64Array;
}

export function pathState(path: EffectPath, channels: number, shared: Float64Array): PathState {
  const { basis, bound, knots, start, offset } = path;
  const trainingEnd = offset ? offset.length / channels : basis.length / knots;
  const factor = new Float64Array(trainingEnd * channels);
  const slope = new Float64Array(trainingEnd * channels);
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < trainingEnd; t++) {
      let d = offset ? offset[t * channels + c]! : 0;
      for (let k = 0; k < knots; k++) d += basis[k * trainingEnd + t]! * shared[start + c * knots + k]!;
      const bent = Math.tanh(d / bound);
      factor[t * channels + c] = Math.exp(bound * bent);
      slope[t * channels + c] = 1 - bent * bent;
    }
  }
  return { periods: trainingEnd, factor, slope };
}

/**
 * Prior of one channel's knots: steps of standard deviation `step`, and a weak pull of their mean to 0, which the path
 * itself does not feel.
 *
 * @returns precision, `[knots, knots]`
 */
export function knotPrecision(knots: number, step: number): Float64Array {
  const precision = new Float64Array(knots * knots).fill(1 / (step * step * knots * knots));
  const weight = 1 / (step * step);
  for (let k = 0; k + 1 < knots; k++) {
    precision[k * knots + k]! += weight;
    precision[(k + 1) * knots + k + 1]! += weight;
    precision[k * knots + k + 1]! -= weight;
    precision[(k + 1) * knots + k]! -= weight;
  }
  return precision;
}

/** Median of a Rayleigh distribution over its mode. */
const rayleighMedian = Math.sqrt(2 * Math.LN2);

/**
 * Standard deviation of the steps of one channel given their expected sum of squares, with a Rayleigh prior whose
 * median is the prior step: it leaves room for channels that hardly change, and none for a step size of exactly zero.
 * Maximises `log s − s²/2σ² − n log s − squares/2s²`.
 */
export function learnedStep(path: EffectPath, squares: number): number {
  const freedom = path.knots - 2;
  const variance = (path.stepPrior / rayleighMedian) ** 2;
  const step = Math.sqrt((variance / 2) * (Math.sqrt(freedom ** 2 + (4 * squares) / variance) - freedom));
  return Math.max(0.02 * path.stepPrior, step);
}

/**
 * What the standard deviation of draws is multiplied by where effects change. A path of straight lines between knots
 * and shared by all units stands for one that it cannot follow quite; on simulated markets whose effects move along
 * waves, errors of shares were 1.2 to 1.35 times what the curvature alone says (`mmm benchmark --suite models`).
 */
export const pathDoubt = 1.25;

/**
 * Curvature of a channel's path prior with its step size integrated out instead of fixed: along the path itself the
 * prior says little, because steps twice as large are as plausible with twice the step size. What the product of
 * effect and path fixes is then not taken for knowledge of the effect.
 *
 * With `n` steps and a flat prior on the step size: `P − 2/(n − 1)·(P z)(P z)ᵀ`, kept positive.
 */
export function unscaledPrecision(precision: Float64Array, z: Float64Array): Float64Array {
  const knots = z.length;
  const pulled = Float64Array.from(z, (_, j) => {
    let sum = 0;
    for (let k = 0; k < knots; k++) sum += precision[j * knots + k]! * z[k]!;
    return sum;
  });
  const length = pulled.reduce((sum, value, k) => sum + value * z[k]!, 0);
  const share = Math.min(2 / Math.max(1, knots - 2), 0.98 / Math.max(length, 1e-12));
  return precision.map((value, i) => value - share * pulled[Math.floor(i / knots)]! * pulled[i % knots]!);
}

/** Path of channel `c` at the knots, with the offset. */
export function knotValues(
  { start, knots, offset }: EffectPath,
  channels: number,
  c: number,
  shared: Float64Array,
): Float64Array {
  const periods = offset ? offset.length / channels : 0;
  return Float64Array.from({ length: knots }, (_, k) => {
    const t = knots > 1 ? Math.round((k * (periods - 1)) / (knots - 1)) : 0;
    return shared[start + c * knots + k]! + (offset ? offset[t * channels + c]! : 0);
  });
}
