// Is a sample Gaussian? Skewness and kurtosis, each turned into a standard normal that is accurate from about 20 rows.

import { chiSquaredTail } from "../significance/distributions.js";

export interface NormalityTest {
  readonly skewness: number;
  /** 3 for a Gaussian. */
  readonly kurtosis: number;
  /** K² = Z(skewness)² + Z(kurtosis)², chi-squared with 2 degrees of freedom for Gaussian rows. */
  readonly statistic: number;
  readonly significance: number;
}

/**
 * D'Agostino–Pearson omnibus test.
 *
 * Source: D'Agostino (1970) for skewness, Anscombe & Glynn (1983) for kurtosis.
 * @param values at least 20 independent rows
 */
export function normalityTest(values: Float64Array): NormalityTest {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [m2, m3, m4] = [0, 0, 0];
  for (const value of values) {
    const d = value - mean;
    m2 += (d * d) / n;
    m3 += d ** 3 / n;
    m4 += d ** 4 / n;
  }
  const skewness = m3 / m2 ** 1.5;
  const kurtosis = m4 / (m2 * m2);
  const statistic = skewnessScore(skewness, n) ** 2 + kurtosisScore(kurtosis, n) ** 2;
  return { skewness, kurtosis, statistic, significance: chiSquaredTail(statistic, 2) };
}

function skewnessScore(skewness: number, n: number): number {
  const y = skewness * Math.sqrt(((n + 1) * (n + 3)) / (6 * (n - 2)));
  const beta = (3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3)) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
  const w2 = Math.sqrt(2 * (beta - 1)) - 1;
  const delta = 1 / Math.sqrt(0.5 * Math.log(w2));
  const alpha = Math.sqrt(2 / (w2 - 1));
  return delta * Math.asinh(y / alpha);
}

function kurtosisScore(kurtosis: number, n: number): number {
  const expected = (3 * (n - 1)) / (n + 1);
  const variance = (24 * n * (n - 2) * (n - 3)) / ((n + 1) ** 2 * (n + 3) * (n + 5));
  const x = (kurtosis - expected) / Math.sqrt(variance);
  const beta =
    ((6 * (n * n - 5 * n + 2)) / ((n + 7) * (n + 9))) * Math.sqrt((6 * (n + 3) * (n + 5)) / (n * (n - 2) * (n - 3)));
  const a = 6 + (8 / beta) * (2 / beta + Math.sqrt(1 + 4 / (beta * beta)));
  const ratio = (1 - 2 / a) / (1 + x * Math.sqrt(2 / (a - 4)));
  return (1 - 2 / (9 * a) - Math.cbrt(ratio)) / Math.sqrt(2 / (9 * a));
}
