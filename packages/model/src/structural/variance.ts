// Variances that the data decide (empirical Bayes): noise per unit, how fast levels move, how much units differ, and
// the shocks all units share. The solver finds the mode for given variances; `updateVariances` then improves them.

import { cholesky, invertFactored } from "../linear-algebra/cholesky.js";
import type { Design } from "./design.js";
import { excessSpread } from "./kpi-steps.js";
import type { Layout } from "./parameters.js";
import { lastingShock } from "./shock-path.js";

export interface Variances {
  /** Noise standard deviation per unit, in scaled KPI. */
  readonly noise: Float64Array;
  /** Variance of one level step over the noise variance. */
  readonly levelStep: number;
  /**
   * Factor on that variance for the step into each training period, shared by the units: levels that jump in many
   * units at once, or a lot in one, are breaks and not noise. Around 1; empty before the first update.
   */
  readonly levelUnrest: readonly number[];
  /** A second such factor for each unit, `[units, trainingEnd]`: one unit jumps where the others do not. */
  readonly levelJumps: Float64Array;
  /** Standard deviations over units of: baseline, log effect, control effect. */
  readonly baseline: number;
  readonly effect: number;
  readonly control: number;
  /** Standard deviation over units of how strongly they follow what moves all units. */
  readonly loading: number;
  /** Common shocks: standard deviation of one random-walk step, and of the part that lasts one period. */
  readonly shockStep: number;
  readonly shockNoise: number;
  /** Standard deviation of the change of each channel's log effect from knot to knot; empty where effects are constant. */
  readonly effectStep: readonly number[];
  /**
   * Linear term of the objective in the shared parameters, which stands for integrating paths out: a path is known the
   * better the more its channel contributes, and the mode alone would take that for evidence of a large contribution.
   * Empty where effects are constant.
   */
  readonly pathPull: readonly number[];
}

const initialNoise = 0.05;
const initialStep = 0.3;

export function initialVariances(design: Design, level: boolean, { path, channels }: Layout): Variances {
  return {
    noise: new Float64Array(design.units).fill(initialNoise),
    levelStep: level ? initialStep : 0,
    levelUnrest: level ? excessSpread(design).map((excess) => 1 + excess / (initialStep * initialNoise ** 2)) : [],
    levelJumps: new Float64Array(design.units * design.trainingEnd).fill(1),
    baseline: 0.2,
    effect: 0.15,
    control: 0.02,
    loading: 0.2,
    shockStep: 0.03,
    shockNoise: 0.02,
    effectStep: path ? channels.map(() => path.stepPrior) : [],
    pathPull: [],
  };
}

/** Prior covariance of the common shocks, `[shocks, shocks]`: a random walk plus independent shocks. */
export function shockCovariance(shocks: number, step: number, noise: number): Float64Array {
  const covariance = new Float64Array(shocks * shocks);
  for (let s = 0; s < shocks; s++) {
    for (let t = 0; t < shocks; t++) {
      covariance[s * shocks + t] = step ** 2 * Math.min(s, t) + (s === t ? noise ** 2 : 0);
    }
  }
  return covariance;
}

/** Inverse of {@link shockCovariance}. */
export function shockPrecision(layout: Layout, variances: Variances): Float64Array {
  const covariance = shockCovariance(layout.shocks, variances.shockStep, variances.shockNoise);
  cholesky(covariance, layout.shocks);
  return invertFactored(covariance, layout.shocks);
}

/**
 * @returns the common shocks of the training periods, then their lasting part, `[periods]`
 */
export function extendShocks(
  layout: Layout,
  shared: Float64Array,
  variances: Variances,
  periods: number,
): Float64Array {
  const path = new Float64Array(periods);
  const count = layout.shocks;
  if (count === 0) return path;
  for (let t = 0; t < Math.min(count, periods); t++) path[t] = shared[layout.shock + t]!;
  if (periods <= count) return path;
  const shocks = shared.subarray(layout.shock, layout.shock + count);
  return path.fill(lastingShock(shocks, variances.shockStep, variances.shockNoise), count);
}
