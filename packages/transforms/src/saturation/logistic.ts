// Logistic curves: concave, steepest at zero, 1 at saturation. `inverseScaledLogistic` is the same curve with its
// parameter in the units of the activity.

import { checkConvention } from "../parameter/convention.js";
import { defineSaturation, positive, type SaturationFamily } from "./family.js";

export interface LogisticOptions {
  /** PyMC-Marketing uses our formula. */
  readonly convention?: "pymc";
}

/**
 * Logistic response.
 *
 * `(1 − e^(−efficiency·x)) / (1 + e^(−efficiency·x)) = tanh(efficiency·x/2)`
 *
 * @returns family with the parameter `efficiency` (per unit of activity)
 * @example logistic().apply(Math.log(3), [1]) // 0.5
 * Source: PyMC-Marketing, `logistic_saturation`.
 */
export function logistic({ convention }: LogisticOptions = {}): SaturationFamily {
  checkConvention("Logistic saturation", convention, ["pymc"]);
  return defineSaturation({
    id: "logistic",
    title: "Logistic",
    formula: "(1 - exp(-efficiency x)) / (1 + exp(-efficiency x))",
    citation: "PyMC-Marketing, logistic_saturation.",
    settings: { convention },
    parameters: [
      { name: "efficiency", lower: 0, upper: Number.POSITIVE_INFINITY, initial: convention === "pymc" ? 3 : 1 },
    ],
    apply: (x, parameters) => Math.tanh((positive(parameters[0]!) * x) / 2),
    derivatives(x, parameters, out, offset) {
      const efficiency = positive(parameters[0]!);
      const response = Math.tanh((efficiency * x) / 2);
      const bend = (1 - response * response) / 2;
      out[offset] = response;
      out[offset + 1] = efficiency * bend;
      out[offset + 2] = x * bend;
    },
  });
}

/**
 * Logistic response whose parameter is the half-saturation point.
 *
 * `(1 − 3^(−x/halfSaturation)) / (1 + 3^(−x/halfSaturation))`
 *
 * @returns family with the parameter `halfSaturation` (units of activity)
 * @example inverseScaledLogistic().apply(7, [7]) // 0.5
 * Source: PyMC-Marketing, `inverse_scaled_logistic_saturation`.
 */
export function inverseScaledLogistic({ convention }: LogisticOptions = {}): SaturationFamily {
  checkConvention("Inverse-scaled logistic saturation", convention, ["pymc"]);
  return defineSaturation({
    id: "inverseScaledLogistic",
    title: "Inverse-scaled logistic",
    formula: "(1 - 3^(-x / halfSaturation)) / (1 + 3^(-x / halfSaturation))",
    citation: "PyMC-Marketing, inverse_scaled_logistic_saturation.",
    settings: { convention },
    parameters: [{ name: "halfSaturation", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 }],
    apply: (x, parameters) => Math.tanh(halfLogOf3 * (x / positive(parameters[0]!))),
    derivatives(x, parameters, out, offset) {
      const half = positive(parameters[0]!);
      const ratio = x / half;
      const response = Math.tanh(halfLogOf3 * ratio);
      const bend = (halfLogOf3 * (1 - response * response)) / half;
      out[offset] = response;
      out[offset + 1] = bend;
      out[offset + 2] = -ratio * bend;
    },
  });
}

const halfLogOf3 = Math.log(3) / 2;
