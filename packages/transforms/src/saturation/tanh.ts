// Hyperbolic tangent: concave, nearly linear at first. In PyMC's form the two parameters are the customers at
// saturation and the cost of the first one, so the size of the effect is part of the curve.

import { checkConvention } from "../parameter/convention.js";
import { defineSaturation, positive, type SaturationFamily } from "./family.js";

export interface TanhOptions {
  /** Default: `tanh(x/scale)`. `pymc`: `b·tanh(x/(b·c))`, with parameters `saturation` (b) and `cost` (c). */
  readonly convention?: "pymc";
}

/**
 * Hyperbolic tangent response, `tanh(x/scale)`.
 *
 * @returns family with the parameter `scale` (units of activity), or `saturation` and `cost` for `pymc`
 * @example tanh().apply(1, [1]) // 0.7616
 * Source: PyMC-Marketing, `tanh_saturation`.
 */
export function tanh({ convention }: TanhOptions = {}): SaturationFamily {
  checkConvention("Tanh saturation", convention, ["pymc"]);
  if (convention === "pymc") return tanhWithSize;
  return defineSaturation({
    id: "tanh",
    title: "Hyperbolic tangent",
    formula: "tanh(x / scale)",
    citation: "PyMC-Marketing, tanh_saturation, with saturation 1.",
    parameters: [{ name: "scale", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 }],
    apply: (x, parameters) => Math.tanh(x / positive(parameters[0]!)),
    derivatives(x, parameters, out, offset) {
      const scale = positive(parameters[0]!);
      const response = Math.tanh(x / scale);
      const bend = (1 - response * response) / scale;
      out[offset] = response;
      out[offset + 1] = bend;
      out[offset + 2] = (-x / scale) * bend;
    },
  });
}

const tanhWithSize = defineSaturation({
  id: "tanh",
  title: "Hyperbolic tangent",
  formula: "saturation tanh(x / (saturation cost))",
  citation: "PyMC-Marketing, tanh_saturation.",
  settings: { convention: "pymc" },
  parameters: [
    { name: "saturation", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 0.5 },
    { name: "cost", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 0.5 },
  ],
  apply(x, parameters) {
    const size = positive(parameters[0]!);
    return size * Math.tanh(x / (size * positive(parameters[1]!)));
  },
  derivatives(x, parameters, out, offset) {
    const size = positive(parameters[0]!);
    const cost = positive(parameters[1]!);
    const ratio = x / (size * cost);
    const share = Math.tanh(ratio);
    const bend = 1 - share * share;
    out[offset] = size * share;
    out[offset + 1] = bend / cost;
    out[offset + 2] = share - ratio * bend;
    out[offset + 3] = (-size * ratio * bend) / cost;
  },
});
