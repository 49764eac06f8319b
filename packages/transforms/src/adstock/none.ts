import { type AdstockFamily, defineAdstock } from "./family.js";

/**
 * No carryover: everything happens in the period of the activity.
 *
 * @example noAdstock().weights([], 3) // [1, 0, 0]
 */
export function noAdstock(): AdstockFamily {
  return defineAdstock({
    id: "none",
    title: "None",
    formula: "w = 1, 0, 0, ...",
    citation: "",
    parameters: [],
    raw(_, weights) {
      weights.fill(0);
      weights[0] = 1;
    },
  });
}
