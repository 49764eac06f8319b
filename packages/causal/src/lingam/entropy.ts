// How far from Gaussian a standardised sample is, by the maximum-entropy approximation of its entropy.

const K1 = 79.047;
const K2 = 7.4129;
const GAMMA = 0.37457;
const LOG2 = Math.log(2);
/** Factors between 1 and 2 whose product is a double: one logarithm for all of them. */
const factorsPerLog = 1000;
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
  let logCosh = -LOG2 * values.length;
  let skewed = 0;
  for (let from = 0; from < values.length; from += factorsPerLog) {
    const to = Math.min(values.length, from + factorsPerLog);
    let product = 1;
    for (let k = from; k < to; k++) {
      const u = (values[k]! - shift) * scale;
      const a = Math.abs(u);
      logCosh += a;
      product *= 1 + Math.exp(-2 * a);
      skewed += u * Math.exp(-0.5 * u * u);
    }
    logCosh += Math.log(product);
  }
  logCosh /= values.length;
  skewed /= values.length;
  return GAUSSIAN - K1 * (logCosh - GAMMA) ** 2 - K2 * skewed ** 2;
}
