import { defineSaturation, type SaturationFamily } from "./family.js";

/** No saturation: the response is the activity, with its sign. */
export function noSaturation(): SaturationFamily {
  return defineSaturation({
    id: "none",
    title: "None",
    formula: "x",
    citation: "",
    parameters: [],
    signed: true,
    apply: (x) => x,
    derivatives(x, _, out, offset) {
      out[offset] = x;
      out[offset + 1] = 1;
    },
  });
}
