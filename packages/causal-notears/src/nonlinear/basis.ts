import type { CausalData } from "@mmm/core";
import { factoriseCholesky } from "../matrix/factorise.js";

// A variable's effect as a sum of K fixed functions of it, so that an additive model is linear in its weights and needs
// only a covariance matrix. Within each variable the functions are made uncorrelated with unit variance: the sum of the
// squared weights of an edge is then the variance its function contributes.

export type BasisKind = "sobolev" | "spline";

export interface BasisFeatures {
  /** Functions per variable. */
  readonly functions: number;
  /** Covariance of the d standardised variables followed by the d·K features, [d + dK, d + dK]. */
  readonly covariance: Float64Array;
}

/**
 * Features of standardised columns.
 *
 * Sobolev: ψ_k(x) = μ_k sin(x/μ_k), μ_k = 2/((2k + 1)π). Spline: natural cubic with K + 1 knots at equal quantiles
 * (the first function is x itself).
 *
 * @see Zheng, Dan, Aragam, Ravikumar, Xing, "Learning sparse nonparametric DAGs", AISTATS 2020; Hastie, Tibshirani,
 *   Friedman, "The elements of statistical learning", section 5.2.1.
 */
export function basisFeatures(data: CausalData, kind: BasisKind, functions: number): BasisFeatures {
  const d = data.columns.length;
  const n = data.rows;
  const width = d + d * functions;
  const columns = Array.from({ length: width }, () => new Float64Array(n));
  for (let j = 0; j < d; j++) {
    const x = columns[j]!;
    for (let t = 0; t < n; t++) x[t] = data.values[t * d + j]!;
    standardise(x);
    const own = columns.slice(d + j * functions, d + (j + 1) * functions);
    if (kind === "sobolev") fillSobolev(x, own);
    else fillSpline(x, own);
    whiten(own);
  }
  const covariance = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += columns[a]![t]! * columns[b]![t]!;
      covariance[a * width + b] = covariance[b * width + a] = sum / n;
    }
  }
  return { functions, covariance };
}

function fillSobolev(x: Float64Array, out: readonly Float64Array[]): void {
  for (const [k, feature] of out.entries()) {
    const mu = 2 / ((2 * k + 1) * Math.PI);
    for (let t = 0; t < x.length; t++) feature[t] = mu * Math.sin(x[t]! / mu);
  }
}

function fillSpline(x: Float64Array, out: readonly Float64Array[]): void {
  const sorted = x.slice().sort();
  const count = out.length + 1;
  const knots = Array.from({ length: count }, (_, k) => {
    const share = 0.05 + (0.9 * k) / (count - 1);
    return sorted[Math.round(share * (x.length - 1))]!;
  });
  const last = knots[count - 1]!;
  const ramp = (value: number, knot: number): number =>
    last > knot ? (Math.max(value - knot, 0) ** 3 - Math.max(value - last, 0) ** 3) / (last - knot) : 0;
  for (const [k, feature] of out.entries()) {
    for (let t = 0; t < x.length; t++) {
      feature[t] = k === 0 ? x[t]! : ramp(x[t]!, knots[k - 1]!) - ramp(x[t]!, knots[count - 2]!);
    }
  }
}

function standardise(x: Float64Array): void {
  let mean = 0;
  for (const value of x) mean += value / x.length;
  let variance = 0;
  for (const value of x) variance += (value - mean) ** 2 / x.length;
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  for (let t = 0; t < x.length; t++) x[t] = (x[t]! - mean) * scale;
}

// Replace features by uncorrelated ones of unit variance spanning the same functions, in order (Gram and Schmidt by a
// Cholesky factor). Features that add nothing, as of a column with two values, become 0.
function whiten(features: readonly Float64Array[]): void {
  for (const feature of features) standardise(feature);
  const k = features.length;
  const n = features[0]!.length;
  const gram = new Float64Array(k * k);
  for (let a = 0; a < k; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let t = 0; t < n; t++) sum += features[a]![t]! * features[b]![t]!;
      gram[a * k + b] = sum / n + (a === b ? 1e-9 : 0);
    }
  }
  if (!factoriseCholesky(gram, k)) return;
  for (let a = 0; a < k; a++) {
    const pivot = gram[a * k + a]!;
    for (let t = 0; t < n; t++) {
      let value = features[a]![t]!;
      for (let b = 0; b < a; b++) value -= gram[a * k + b]! * features[b]![t]!;
      features[a]![t] = pivot > 1e-4 ? value / pivot : 0;
    }
  }
}
