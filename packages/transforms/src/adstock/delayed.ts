// Delayed carryover: the effect peaks some periods after the activity and falls off symmetrically, like a bell.
// Two parameters that trade off against each other: use it only where the delay is known or the data are rich.

import { checkConvention } from "../parameter/convention.js";
import { type AdstockFamily, defineAdstock } from "./family.js";

export interface DelayedOptions {
  /** Latest peak that fitting may choose, in periods. */
  readonly latestPeak?: number;
  /** Both tools use our formula; `lmmm` always with 13 lags. */
  readonly convention?: "pymc" | "lmmm";
}

/**
 * Delayed lag weights.
 *
 * `w_l = decay^((l − peak)²)`
 *
 * @returns family with the parameters `decay` in (0, 1] and `peak` (periods)
 * @example delayed().weights([0.5, 1], 3, false) // [0.5, 1, 0.5]
 * Source: Jin et al. (2017), eq. 3.
 */
export function delayed({ latestPeak = 8, convention }: DelayedOptions = {}): AdstockFamily {
  checkConvention("Delayed adstock", convention, ["pymc", "lmmm"]);
  return defineAdstock({
    id: "delayed",
    title: "Delayed",
    formula: "w_l = decay^((l - peak)^2)",
    citation: "Jin, Wang, Sun, Chan & Koehler (2017), Bayesian methods for media mix modeling, eq. 3.",
    settings: { convention },
    parameters: [
      { name: "decay", lower: 0, upper: 1, initial: 0.5 },
      { name: "peak", lower: 0, upper: latestPeak, initial: Math.min(1, latestPeak / 2) },
    ],
    raw(parameters, weights, jacobian, anyScale) {
      const lags = weights.length;
      const decay = Math.min(1, Math.max(smallestDecay, parameters[0]!));
      const peak = Math.min(largestPeak, Math.max(0, parameters[1]!));
      const logDecay = Math.log(decay);
      const nearest = Math.min(lags - 1, Math.round(peak));
      const shift = anyScale ? (nearest - peak) ** 2 * logDecay : 0;
      for (let l = 0; l < lags; l++) {
        const distance = l - peak;
        const weight = Math.exp(distance * distance * logDecay - shift);
        weights[l] = weight;
        if (jacobian) {
          jacobian[l] = (weight * distance * distance) / decay;
          jacobian[lags + l] = -2 * weight * distance * logDecay;
        }
      }
    },
  });
}

const smallestDecay = 1e-9;
const largestPeak = 1e6;
