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
  readonly stepVariance: number;
  readonly observations: number;
  /** Sum of log innovation variances over the observed periods. */
  readonly logDeterminant: number;
}

/**
 * @param weights observation weights per period, 0 where the period is not used; noise variance is 1 / weight
 * @param stepVariance variance of one step of the walk, relative to the noise variance; 0 for a constant level
 */
export function levelFilter(weights: Float64Array, stepVariance: number): LevelFilter {
  const periods = weights.length;
  const gain = new Float64Array(periods);
  const inverseScale = new Float64Array(periods);
  const noiseScale = new Float64Array(periods);
  const variance = new Float64Array(periods);
  let p = 0;
  let started = false;
  let observations = 0;
  let logDeterminant = 0;
  for (let t = 0; t < periods; t++) {
    if (started) p += stepVariance;
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
  return { gain, inverseScale, noiseScale, variance, stepVariance, observations, logDeterminant };
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
  const { gain, variance, stepVariance, inverseScale } = filter;
  const periods = series.length;
  let level = 0;
  for (let t = 0; t < periods; t++) {
    if (inverseScale[t]! > 0) level += gain[t]! * (series[t]! - level);
    out[t] = level;
  }
  if (stepVariance === 0) return;
  for (let t = periods - 2; t >= 0; t--) {
    const backwards = variance[t]! / (variance[t]! + stepVariance);
    out[t]! += backwards * (out[t + 1]! - out[t]!);
  }
}
