// The price of explaining one variable by a set of others, up to constants. Lower is better.

/**
 * How residual variance and number of parents become a score.
 *
 * - `bic`: `n · log v + perParent · k`: scale-free, Gaussian, each variable with its own noise variance.
 * - `equal-variance`: `n · v / noiseVariance + perParent · k`: only for columns of one unit and one noise level.
 */
export type LocalScore =
  | { readonly kind: "bic"; readonly rows: number; readonly perParent: number }
  | {
      readonly kind: "equal-variance";
      readonly rows: number;
      readonly perParent: number;
      readonly noiseVariance: number;
    };

/**
 * What one parent must earn: a number multiplies `log n` (1 = BIC); `"extended"` is `log n + 2 · log candidates`, which
 * also pays for having many candidates to choose from and so keeps false edges rare at any number of columns.
 */
export type Penalty = number | "extended";

/**
 * Price of one parent.
 *
 * Source: Foygel & Drton (2010), "Extended Bayesian information criteria for Gaussian graphical models", with γ = 1.
 */
export function pricePerParent(penalty: Penalty, rows: number, candidates: number): number {
  return penalty === "extended" ? Math.log(rows) + 2 * Math.log(candidates) : penalty * Math.log(rows);
}

/** Score of a residual variance with `parents` parents. */
export function localScore(score: LocalScore, variance: number, parents: number): number {
  const fit =
    score.kind === "bic"
      ? score.rows * Math.log(Math.max(variance, 1e-300))
      : (score.rows * variance) / score.noiseVariance;
  return fit + score.perParent * parents;
}

/** Most parents a node may have so that a regression keeps at least three rows per coefficient. */
export function parentCap(rows: number, candidates: number): number {
  return Math.max(1, Math.min(candidates, Math.floor(rows / 3) - 1));
}
