const centre = {
  top: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ],
  bottom: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
};
const tail = {
  top: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  bottom: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
};

/**
 * Quantile of the standard normal distribution; relative error below 1.2e-9.
 *
 * @param probability above 0 and below 1
 * @example normalQuantile(0.95) // 1.6449
 *
 * Source: Acklam (2003), An algorithm for computing the inverse normal cumulative distribution function.
 */
export function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability);
  const polynomial = (coefficients: readonly number[], x: number): number =>
    coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability));
    return polynomial(tail.top, q) / polynomial(tail.bottom, q);
  }
  const q = probability - 0.5;
  return (q * polynomial(centre.top, q * q)) / polynomial(centre.bottom, q * q);
}
