// Michaelis–Menten: the Hill curve with slope 1. Concave everywhere and with one parameter fewer: the safe choice when
// activity varies little.

import { checkConvention } from "../parameter/convention.js";
import { defineSaturation, positive, type SaturationFamily } from "./family.js";

export interface MichaelisMentenOptions {
  /** Default: `x/(halfSaturation + x)`. `pymc` and `robyn`: times a parameter `maximum` (α, Vmax). */
  readonly convention?: "pymc" | "robyn";
}

/**
 * Michaelis–Menten response.
 *
 * `x / (halfSaturation + x)`; with a convention `maximum·x / (halfSaturation + x)`
 *
 * @returns family with the parameter `halfSaturation` (units of activity), preceded by `maximum` with a convention
 * @example michaelisMenten().apply(1, [3]) // 0.25
 * Source: PyMC-Marketing `michaelis_menten`; Robyn `mic_men`.
 */
export function michaelisMenten({ convention }: MichaelisMentenOptions = {}): SaturationFamily {
  checkConvention("Michaelis–Menten saturation", convention, ["pymc", "robyn"]);
  if (convention !== undefined) return withMaximum;
  return defineSaturation({
    id: "michaelisMenten",
    title: "Michaelis–Menten",
    formula: "x / (halfSaturation + x)",
    citation: "Michaelis & Menten (1913), Die Kinetik der Invertinwirkung.",
    parameters: [{ name: "halfSaturation", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 }],
    apply: (x, parameters) => x / (positive(parameters[0]!) + x),
    derivatives(x, parameters, out, offset) {
      const half = positive(parameters[0]!);
      const response = x / (half + x);
      out[offset] = response;
      out[offset + 1] = half / (half + x) / (half + x);
      out[offset + 2] = -response / (half + x);
    },
  });
}

const withMaximum = defineSaturation({
  id: "michaelisMenten",
  title: "Michaelis–Menten",
  formula: "maximum x / (halfSaturation + x)",
  citation: "PyMC-Marketing, michaelis_menten; Robyn (Meta), mic_men.",
  settings: { convention: "pymc" },
  parameters: [
    { name: "maximum", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 },
    { name: "halfSaturation", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 },
  ],
  apply: (x, parameters) => positive(parameters[0]!) * (x / (positive(parameters[1]!) + x)),
  derivatives(x, parameters, out, offset) {
    const maximum = positive(parameters[0]!);
    const half = positive(parameters[1]!);
    const share = x / (half + x);
    out[offset] = maximum * share;
    out[offset + 1] = (maximum * half) / (half + x) / (half + x);
    out[offset + 2] = share;
    out[offset + 3] = (-maximum * share) / (half + x);
  },
});
