// Geometric carryover: each period keeps a fixed share of the last. The default choice; prefer `delayed` or
// `weibullPdf` where response peaks after the activity, `binomial` where a long window should end at zero.

import { checkConvention } from "../parameter/convention.js";
import { type AdstockFamily, defineAdstock } from "./family.js";

export interface GeometricOptions {
  /**
   * Default, `meridian` and `pymc`: divided by the sum over the window. `lmmm`: multiplied by 1 − decay, the sum over
   * an endless window. `robyn`: not normalised (and endless: give as many lags as there are periods).
   */
  readonly convention?: "robyn" | "meridian" | "pymc" | "lmmm";
}

/**
 * Geometric lag weights.
 *
 * `w_l = decay^l`
 *
 * @param options `convention`, see {@link GeometricOptions}
 * @returns family with the parameter `decay` in [0, 1] (in [0, 0.8] for `robyn`)
 * @example geometric().weights([0.5], 3) // [4/7, 2/7, 1/7]
 * Source: Jin et al. (2017), Bayesian methods for media mix modeling with carryover and shape effects, eq. 1.
 */
export function geometric({ convention }: GeometricOptions = {}): AdstockFamily {
  checkConvention("Geometric adstock", convention, ["robyn", "meridian", "pymc", "lmmm"]);
  return defineAdstock({
    id: "geometric",
    title: "Geometric",
    formula: "w_l = decay^l",
    citation: "Jin, Wang, Sun, Chan & Koehler (2017), Bayesian methods for media mix modeling, eq. 1.",
    settings: { convention },
    parameters: [
      convention === "robyn"
        ? { name: "decay", lower: 0, upper: 0.8, initial: 0.4 }
        : { name: "decay", lower: 0, upper: 1, initial: convention === "pymc" ? 0.25 : 0.5 },
    ],
    normalised: convention !== "robyn",
    raw(parameters, weights, jacobian) {
      const decay = shareOf(parameters[0]!);
      let power = 1;
      let lower = 0;
      for (let l = 0; l < weights.length; l++) {
        weights[l] = power;
        if (jacobian) jacobian[l] = l * lower;
        lower = power;
        power *= decay;
      }
    },
    ...(convention === "lmmm" && {
      normalise(parameters, weights, jacobian) {
        const decay = shareOf(parameters[0]!);
        if (jacobian) {
          for (let l = 0; l < weights.length; l++) jacobian[l] = (1 - decay) * jacobian[l]! - weights[l]!;
        }
        for (let l = 0; l < weights.length; l++) weights[l]! *= 1 - decay;
      },
    }),
  });
}

function shareOf(decay: number): number {
  return Math.min(1, Math.max(0, decay));
}
