// Root: a constant elasticity that never saturates. For channels far from their ceiling.

import { checkConvention } from "../parameter/convention.js";
import { defineSaturation, type SaturationFamily } from "./family.js";

export interface RootOptions {
  /** Both tools use our formula (LightweightMMM calls it `exponent`). */
  readonly convention?: "pymc" | "lmmm";
}

/**
 * Root response, `x^exponent`.
 *
 * The curve is vertical at zero for exponents below 1; there the derivative is that at `1e-12`.
 *
 * @returns family with the parameter `exponent` in (0, 1]
 * @example root().apply(9, [0.5]) // 3
 * Source: PyMC-Marketing, `root_saturation`; LightweightMMM, `exponent`.
 */
export function root({ convention }: RootOptions = {}): SaturationFamily {
  checkConvention("Root saturation", convention, ["pymc", "lmmm"]);
  return defineSaturation({
    id: "root",
    title: "Root",
    formula: "x^exponent",
    citation: "PyMC-Marketing, root_saturation; LightweightMMM, apply_exponent_safe.",
    settings: { convention },
    parameters: [{ name: "exponent", lower: 0, upper: 1, initial: convention === "lmmm" ? 0.9 : 0.5 }],
    apply: (x, parameters) => (x === 0 ? 0 : x ** exponentOf(parameters[0]!)),
    derivatives(x, parameters, out, offset) {
      const exponent = exponentOf(parameters[0]!);
      const response = x === 0 ? 0 : x ** exponent;
      out[offset] = response;
      out[offset + 1] = exponent * Math.max(x, 1e-12) ** (exponent - 1);
      out[offset + 2] = x === 0 ? 0 : response * Math.log(x);
    },
  });
}

function exponentOf(exponent: number): number {
  return Math.min(1, Math.max(1e-3, exponent));
}
