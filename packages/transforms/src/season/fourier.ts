// Yearly seasonality as a sum of sine and cosine waves. The position in the year comes from the calendar (see
// `yearPosition` in @mmm/core), never from a count of rows, so the phase is right in a holdout and in forecasts.

import { usageError } from "@mmm/core";
import { timesColumns } from "../basis/times-columns.js";

/**
 * Sine and cosine of each harmonic.
 *
 * `[sin 2πp, cos 2πp, sin 4πp, cos 4πp, …]` for the position p in turns
 *
 * @param positions position in the cycle, in turns (1 = one year), `[periods]`
 * @param harmonics number of waves, at least 1; 2–4 suits weekly data
 * @returns `[periods, 2 · harmonics]`, row-major
 * @throws MmmError `BAD_HARMONICS`
 * @example fourierFeatures([0, 0.25], 1) // [0, 1, 1, 0]
 * Source: Harvey & Shephard (1993), Structural time series models.
 */
export function fourierFeatures(positions: ArrayLike<number>, harmonics: number): Float64Array {
  checkHarmonics(harmonics);
  const out = new Float64Array(positions.length * 2 * harmonics);
  for (let t = 0; t < positions.length; t++) {
    const turn = positions[t]! - Math.floor(positions[t]!);
    for (let h = 1; h <= harmonics; h++) {
      const angle = 2 * Math.PI * h * turn;
      const at = t * 2 * harmonics + 2 * (h - 1);
      out[at] = Math.sin(angle);
      out[at + 1] = Math.cos(angle);
    }
  }
  return out;
}

/** Names of the columns of {@link fourierFeatures}: `sin1, cos1, sin2, …`. */
export function fourierNames(harmonics: number): string[] {
  return Array.from({ length: harmonics }, (_, h) => [`sin${h + 1}`, `cos${h + 1}`]).flat();
}

/**
 * Seasonal level, `Σ_h a_h sin 2πhp + b_h cos 2πhp`.
 *
 * @param coefficients `[a_1, b_1, a_2, b_2, …]`, in units of the KPI
 * @returns `[periods]`
 * @example fourierSeason([0.25], [3, 0]) // [3]
 */
export function fourierSeason(positions: ArrayLike<number>, coefficients: ArrayLike<number>): Float64Array {
  return timesColumns(fourierFeatures(positions, coefficients.length / 2), coefficients);
}

export function checkHarmonics(harmonics: number): void {
  if (Number.isInteger(harmonics) && harmonics >= 1) return;
  throw usageError(
    "BAD_HARMONICS",
    `Seasonality needs a whole number of harmonics of at least 1, got ${harmonics}.`,
    "Give two coefficients per harmonic, or leave seasonality out.",
  );
}
