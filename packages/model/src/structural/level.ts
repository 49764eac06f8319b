// The slowly moving level of one unit's baseline: a random walk that is integrated out. Given its step variance
// relative to the noise, the Kalman filter turns correlated residuals into independent ones ("whitening"), so the
// nonlinear least-squares solver never sees the walk; the smoother gives it back for the decomposition.
//
// Filter and smoother: Durbin & Koopman, Time Series Analysis by State Space Methods, 2nd ed., ch. 2.

/** Gains of the filter for one unit; they depend on the mask and weights only, not on the data. */
export interface LevelFilter {
  readonly gain: Float64Array;
  /** 1/√(innovation variance) in units of the noise; 0 where nothing was observed. */
  readonly inverseScale: Float64Array;
  /** Noise standard deviation of each observed period, in units of the unit's noise: 1/√weight. */
  readonly noiseScale: Float64Array;
  /** Level variance after the update of each period. */
  readonly variance: Float64Array;
  /** Variance of the step into each period, relative to the noise. */
  readonly steps: Float64Array;
  /** The same for periods after the last. */
  readonly futureStep: number;
  readonly observations: number;
  /** Sum of log innovation variances over the observed periods. */
  readonly logDeterminant: number;
}

/**
 * @param weights observation weights per period, 0 where the period is not used; noise variance is 1 / weight
 * @param stepVariance variance of one step of the walk, relative to the noise variance; 0 for a constant level
 * @param unrest factor on it for the step into each period; empty for 1
 * @param jumps a second such factor; empty for 1
 */
export function levelFilter(
  weights: Float64Array,
  stepVariance: number,
  unrest: readonly number[] = [],
  jumps: ArrayLike<number> = [],
): LevelFilter {
  const periods = weights.length;
  const steps = new Float64Array(periods);
  let total = 0;
  for (let t = 0; t < periods; t++) {
    steps[t] = stepVariance * (unrest[t] ?? 1) * (jumps[t] ?? 1);
    total += steps[t]!;
  }
  const futureStep = total / periods;
  const gain = new Float64Array(periods);
  const inverseScale = new Float64Array(periods);
  const noiseScale = new Float64Array(periods);
  const variance = new Float64Array(periods);
  let p = 0;
  let started = false;
  let observations = 0;
  let logDeterminant = 0;
  for (let t = 0; t < periods; t++) {
    if (started) p += steps[t]!;
    const weight = weights[t]!;
    if (weight > 0) {
      started = true;
      const innovation = p + 1 / weight;
      gain[t] = p / innovation;
      inverseScale[t] = 1 / Math.sqrt(innovation);
      noiseScale[t] = 1 / Math.sqrt(weight);
      p *= 1 - gain[t]!;
      observations++;
      logDeterminant += Math.log(innovation);
    }
    variance[t] = p;
  }
  return { gain, inverseScale, noiseScale, variance, steps, futureStep, observations, logDeterminant };
}

/** Replace a series by its standardised innovations, in place. Linear in the series; zero where unobserved. */
export function whiten(filter: LevelFilter, series: Float64Array, offset: number, from: number, to: number): void {
  const { gain, inverseScale } = filter;
  let level = 0;
  for (let t = from; t < to; t++) {
    const error = series[offset + t]! - level;
    series[offset + t] = error * inverseScale[t]!;
    level += gain[t]! * error;
  }
}

/** The transpose of {@link whiten}: for whitened rows `W a`, what `Wᵀ` makes of a vector. Zero where unobserved. */
export function whitenAdjoint(filter: LevelFilter, white: Float64Array, offset: number, out: Float64Array): void {
  const { gain, inverseScale } = filter;
  let carried = 0;
  for (let t = out.length - 1; t >= 0; t--) {
    const error = inverseScale[t]! * white[offset + t]! + gain[t]! * carried;
    out[t] = error;
    carried -= error;
  }
}

/** Mean of the level given the series (baseline-free residuals); constant after the last observed period. */
export function smoothLevel(filter: LevelFilter, series: Float64Array, out: Float64Array): void {
  const { gain, variance, steps, futureStep, inverseScale } = filter;
  const periods = series.length;
  let level = 0;
  for (let t = 0; t < periods; t++) {
    if (inverseScale[t]! > 0) level += gain[t]! * (series[t]! - level);
    out[t] = level;
  }
  if (futureStep === 0) return;
  for (let t = periods - 2; t >= 0; t--) {
    out[t]! += backwards(variance[t]!, steps[t + 1]!) * (out[t + 1]! - out[t]!);
  }
}

// How far a smoothed level follows the next one.
function backwards(variance: number, step: number): number {
  return variance === 0 ? 0 : variance / (variance + step);
}

/**
 * Add E[(level_t − level_{t−1})² | series] to `squares` and 1 to `counts` for each step between observed periods.
 *
 * @param smooth the smoothed level of the series
 * @param noise what the relative variances of the filter are multiples of, as a variance
 * @returns variance of the smoothed level in each period, as such a multiple; 0 after the last observed one
 */
export function addStepSquares(
  { variance, steps, inverseScale }: LevelFilter,
  smooth: Float64Array,
  noise: number,
  squares: Float64Array,
  counts: Float64Array,
): Float64Array {
  let last = smooth.length - 1;
  while (last >= 0 && inverseScale[last] === 0) last--;
  const smoothed = new Float64Array(smooth.length);
  if (last >= 0) smoothed[last] = variance[last]!;
  for (let t = last - 1; t >= 0 && (variance[t]! > 0 || inverseScale[t]! > 0); t--) {
    const b = backwards(variance[t]!, steps[t + 1]!);
    const open = variance[t]! * (1 - b);
    squares[t + 1]! += (smooth[t + 1]! - smooth[t]!) ** 2 + noise * ((1 - b) ** 2 * smoothed[t + 1]! + open);
    counts[t + 1]!++;
    smoothed[t] = b * b * smoothed[t + 1]! + open;
  }
  return smoothed;
}

/** Degrees of freedom of Student-t steps of a level and shocks to it: how often one is far larger than usual. */
export const heavyFreedom = 4;

/** Factor on the usual squared scale of a Student-t number, from its expected square over that. */
export function heavyFactor(square: number): number {
  return (heavyFreedom + square) / (heavyFreedom + 1);
}
