// Binomial carryover: falls to zero exactly at the end of the window, slower than geometric at first when decay is
// high. Prefer it to `geometric` for long windows with late effects.

import { checkConvention } from "../parameter/convention.js";
import { type AdstockFamily, defineAdstock } from "./family.js";

export interface BinomialOptions {
  /** Both tools use our formula. */
  readonly convention?: "meridian" | "pymc";
}

/**
 * Binomial lag weights.
 *
 * `w_l = (1 − l/lags)^(1/decay − 1)`
 *
 * @returns family with the parameter `decay` in (0, 1]
 * @example binomial().weights([0.5], 4, false) // [1, 0.75, 0.5, 0.25]
 * Source: Google Meridian, `AdstockDecaySpec`, binomial decay.
 */
export function binomial({ convention }: BinomialOptions = {}): AdstockFamily {
  checkConvention("Binomial adstock", convention, ["meridian", "pymc"]);
  return defineAdstock({
    id: "binomial",
    title: "Binomial",
    formula: "w_l = (1 - l/lags)^(1/decay - 1)",
    citation: "Google Meridian, AdstockDecaySpec, binomial decay.",
    settings: { convention },
    parameters: [{ name: "decay", lower: 0, upper: 1, initial: 0.5 }],
    raw(parameters, weights, jacobian) {
      const lags = weights.length;
      const decay = Math.min(1, Math.max(1e-6, parameters[0]!));
      const exponent = 1 / decay - 1;
      for (let l = 0; l < lags; l++) {
        const log = Math.log1p(-l / lags);
        const weight = Math.exp(exponent * log);
        weights[l] = weight;
        if (jacobian) jacobian[l] = l === 0 ? 0 : (-weight * log) / (decay * decay);
      }
    },
  });
}
