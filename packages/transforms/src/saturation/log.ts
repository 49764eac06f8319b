import { defineSaturation, positive, type SaturationFamily } from "./family.js";

/**
 * Logarithmic response, `ln(1 + x/scale)`: diminishing returns without a ceiling.
 *
 * @returns family with the parameter `scale` (units of activity)
 * @example log().apply(Math.E - 1, [1]) // 1
 */
export function log(): SaturationFamily {
  return defineSaturation({
    id: "log",
    title: "Logarithm",
    formula: "ln(1 + x / scale)",
    citation: "Little (1979), Aggregate advertising models: the state of the art.",
    parameters: [{ name: "scale", lower: 0, upper: Number.POSITIVE_INFINITY, initial: 1 }],
    apply: (x, parameters) => Math.log1p(x / positive(parameters[0]!)),
    derivatives(x, parameters, out, offset) {
      const scale = positive(parameters[0]!);
      out[offset] = Math.log1p(x / scale);
      out[offset + 1] = 1 / (scale + x);
      out[offset + 2] = -(x / (scale + x)) / scale;
    },
  });
}
