// Is there a yearly season in these data, or could what looks like one be a passing movement of the level?

import { cholesky, solveLower } from "../linear-algebra/cholesky.js";
import { type ArrowFactor, sharedCovariance } from "./curvature.js";
import type { Layout } from "./parameters.js";
import type { StructuralSettings } from "./settings.js";

/** ln of the Bayes factor from which evidence counts as positive (Kass & Raftery 1995, Bayes factors, §3.2). */
export const positiveEvidence = 1;

/**
 * ln Bayes factor for a yearly season against none, from the posterior `N(m, S)` of its amplitudes and their priors
 * `N(0, sᵢ²)`: `½ mᵀS⁻¹m + ½ ln|S| − Σ ln sᵢ`, the Savage–Dickey density ratio at zero.
 *
 * @returns null where the model has no yearly season
 *
 * Source: Dickey (1971), The weighted likelihood ratio, linear hypotheses on normal location parameters.
 */
export function seasonEvidence(
  layout: Layout,
  { harmonics }: Pick<StructuralSettings, "harmonics">,
  shared: Float64Array,
  factor: ArrowFactor,
): number | null {
  const n = 2 * harmonics;
  if (n === 0) return null;
  const covariance = sharedCovariance(factor);
  const block = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) block[i * n + j] = covariance[(layout.season + i) * layout.shared + layout.season + j]!;
  }
  cholesky(block, n);
  const white = shared.slice(layout.season, layout.season + n);
  solveLower(block, n, white);
  let evidence = 0;
  for (let i = 0; i < n; i++) {
    evidence += 0.5 * white[i]! ** 2 + Math.log(block[i * n + i]! / layout.priorSd[layout.season + i]!);
  }
  return evidence;
}

/**
 * The layout for forecasts: a season that nobody asked for goes on after training only where evidence for it is
 * positive. Otherwise it adjusts the effects of media for what it may be, and no forecast is built on it.
 */
export function withSeasonEnd(
  layout: Layout,
  { harmonics, seasonByDefault }: Pick<StructuralSettings, "harmonics" | "seasonByDefault">,
  evidence: number | null,
): Layout {
  const ends = seasonByDefault && evidence !== null && evidence < positiveEvidence;
  return { ...layout, endingSeasons: ends ? 2 * harmonics : 0 };
}
