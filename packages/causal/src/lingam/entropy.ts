// How far from Gaussian a standardised sample is, by the maximum-entropy approximation of its entropy.

const K1 = 79.047;
const K2 = 7.4129;
const GAMMA = 0.37457;
const LOG2 = Math.log(2);
const GAUSSIAN = 0.5 * (1 + Math.log(2 * Math.PI));

/**
 * Approximate differential entropy of a variable with mean 0 and variance 1:
 * `½(1 + log 2π) − k₁ (E log cosh u − γ)² − k₂ (E u e^{−u²/2})²`.
 *
 * Source: Hyvärinen (1998), "New approximations of differential entropy for independent component analysis and
 * projection pursuit"; constants as in Hyvärinen & Smith (2013).
 * @param values sample; `scale · (values[k] − shift)` is what is measured
 */
export function approximateEntropy(values: Float64Array, shift: number, scale: number): number {
  let logCosh = 0;
  let skewed = 0;
  for (let k = 0; k < values.length; k++) {
    const u = (values[k]! - shift) * scale;
    const a = Math.abs(u);
    logCosh += a + Math.log1p(Math.exp(-2 * a)) - LOG2;
    skewed += u * Math.exp(-0.5 * u * u);
  }
  logCosh /= values.length;
  skewed /= values.length;
  return GAUSSIAN - K1 * (logCosh - GAMMA) ** 2 - K2 * skewed ** 2;
}
