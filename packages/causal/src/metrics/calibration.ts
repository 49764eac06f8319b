// Do probabilities mean what they say?

/** Mean squared difference between probability and outcome (0 or 1); 0 is perfect, 0.25 is always saying one half. */
export function brierScore(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) sum += (probabilities[k]! - (outcomes[k] ? 1 : 0)) ** 2;
  return sum / probabilities.length;
}

/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  readonly count: number;
  readonly meanProbability: number;
  readonly frequency: number;
}

/** Probabilities in `bins` equal intervals of [0, 1], with what was said and what happened; empty bins are left out. */
export function reliability(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  { bins = 10 }: { readonly bins?: number } = {},
): ReliabilityBin[] {
  const count = new Float64Array(bins);
  const said = new Float64Array(bins);
  const happened = new Float64Array(bins);
  for (let k = 0; k < probabilities.length; k++) {
    const bin = Math.min(bins - 1, Math.floor(probabilities[k]! * bins));
    count[bin]! += 1;
    said[bin]! += probabilities[k]!;
    happened[bin]! += outcomes[k] ? 1 : 0;
  }
  return [...count.keys()]
    .filter((bin) => count[bin]! > 0)
    .map((bin) => ({
      count: count[bin]!,
      meanProbability: said[bin]! / count[bin]!,
      frequency: happened[bin]! / count[bin]!,
    }));
}

/**
 * Expected calibration error: `Σ_bins (n_bin / n) · |mean probability − frequency|` over equal-width bins.
 *
 * Source: Naeini et al. (2015), "Obtaining well calibrated probabilities using Bayesian binning".
 */
export function expectedCalibrationError(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: { readonly bins?: number } = {},
): number {
  let error = 0;
  for (const bin of reliability(probabilities, outcomes, options)) {
    error += (bin.count / probabilities.length) * Math.abs(bin.meanProbability - bin.frequency);
  }
  return error;
}
