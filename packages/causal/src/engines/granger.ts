// Does the past of one variable help to predict another, given the past of everything? Lagged edges only: same-period
// effects, usual in weekly data, are invisible to it and can show up as spurious lags. Cheap and scale-free.

import { inverse, Matrix } from "ml-matrix";
import type { LagLayer } from "../graph/adjacency.js";
import type { LagChoice } from "../lagged/lagged-design.js";
import { fTail, tTwoSided } from "../significance/distributions.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { type TemporalProblem, temporalEngine } from "./temporal-engine.js";

export interface GrangerSettings {
  /** Default `{ atMost: 4 }`: chosen by BIC. */
  readonly lags?: LagChoice;
  /** Significance level of the F-test per ordered pair. Default 0.01. */
  readonly alpha?: number;
}

/**
 * Granger causality by vector autoregression.
 *
 * For each ordered pair (self included) an F-test that all lags of the cause are zero in the regression on the whole
 * past. Where it rejects, the lags with a significant t-test are selected (the strongest when none is). Weights are
 * partial correlations `t / √(t² + freedom)`.
 *
 * Source: Granger (1969); Lütkepohl (2005), section 3.6.
 * @example await granger({ lags: 2 }).discover(weeklyData)
 */
export function granger(settings: GrangerSettings = {}): ResamplableEngine {
  const { lags = { atMost: 4 }, alpha = 0.01 } = settings;
  return temporalEngine({
    id: "granger",
    title: "Granger causality (VAR F-test)",
    citations: [
      "Granger (1969), Investigating causal relations by econometric models and cross-spectral methods. Econometrica 37.",
      "Lütkepohl (2005), New introduction to multiple time series analysis. Springer.",
    ],
    edges: "lagged",
    settings: { alpha },
    lags,
    constraints: ["tiers", "forbidden"],
    fullRegression: true,
    solve: (problem) => solve(problem, alpha),
  });
}

function solve({ design, moments, lags, rules }: TemporalProblem, alpha: number): LagLayer[] {
  const { size: variables } = design;
  const layers = Array.from({ length: lags }, (_, k) => ({
    lag: k + 1,
    weights: new Float64Array(variables * variables),
    adjacency: new Uint8Array(variables * variables),
  }));
  for (let effect = 0; effect < variables; effect++) {
    const causes = Array.from({ length: variables }, (_, i) => i).filter(
      (i) => i === effect || rules.allowed[i * variables + effect],
    );
    const past = causes.flatMap((i) => Array.from({ length: lags }, (_, k) => (k + 1) * variables + i));
    const fit = regress(moments.correlation, moments.size, past, effect);
    const freedom = moments.rows - 1 - past.length;
    const residual = fit.variance / freedom;
    for (const [position, cause] of causes.entries()) {
      const block = Array.from({ length: lags }, (_, k) => position * lags + k);
      const cell = cause * variables + effect;
      const t = block.map((k) => fit.coefficients[k]! / Math.sqrt(residual * fit.precision.get(k, k)));
      for (const [k, value] of t.entries()) layers[k]!.weights[cell] = value / Math.sqrt(value * value + freedom);
      const beta = Matrix.columnVector(block.map((k) => fit.coefficients[k]!));
      const f =
        beta
          .transpose()
          .mmul(inverse(fit.precision.selection(block, block)))
          .mmul(beta)
          .get(0, 0) /
        (lags * residual);
      if (fTail(f, lags, freedom) >= alpha) continue;
      const significant = t.map((value) => tTwoSided(value, freedom) < alpha);
      const strongest = t.reduce((best, value, k) => (Math.abs(value) > Math.abs(t[best]!) ? k : best), 0);
      for (let k = 0; k < lags; k++) {
        if (significant[k] || (k === strongest && !significant.some(Boolean))) layers[k]!.adjacency[cell] = 1;
      }
    }
  }
  return layers;
}

/** Regression from a correlation matrix: coefficients, inverse of C[inputs, inputs], residual variance (total 1). */
function regress(correlation: Float64Array, size: number, inputs: readonly number[], target: number) {
  const gram = new Matrix(inputs.length, inputs.length);
  for (const [a, i] of inputs.entries())
    for (const [b, j] of inputs.entries()) gram.set(a, b, correlation[i * size + j]!);
  const precision = inverse(gram);
  const right = Matrix.columnVector(inputs.map((i) => correlation[i * size + target]!));
  const coefficients = precision.mmul(right).to1DArray();
  const explained = coefficients.reduce((sum, value, k) => sum + value * right.get(k, 0), 0);
  return { coefficients, precision, variance: Math.max(1 - explained, 1e-12) };
}
