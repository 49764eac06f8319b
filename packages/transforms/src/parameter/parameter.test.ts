import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constrain, constrainDerivative, type TransformParameter, unconstrain } from "./parameter.js";

const kinds: [string, TransformParameter][] = [
  ["between bounds", { name: "a", lower: -1, upper: 3, initial: 0 }],
  ["above a bound", { name: "b", lower: 2, upper: Number.POSITIVE_INFINITY, initial: 3 }],
  ["without bounds", { name: "c", lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY, initial: 0 }],
];

describe.each(kinds)("a parameter %s", (_, parameter) => {
  it("comes back from constrain and unconstrain, inside its bounds", () => {
    fc.assert(
      fc.property(fc.double({ min: -15, max: 15, noNaN: true }), (free) => {
        const value = constrain(parameter, free);
        expect(value).toBeGreaterThanOrEqual(parameter.lower);
        expect(value).toBeLessThanOrEqual(parameter.upper);
        expect(unconstrain(parameter, value)).toBeCloseTo(free, 5);
      }),
    );
  });

  it("has the derivative that finite differences give", () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (free) => {
        const numeric = (constrain(parameter, free + 1e-5) - constrain(parameter, free - 1e-5)) / 2e-5;
        expect(Math.abs(constrainDerivative(parameter, free) - numeric)).toBeLessThan(1e-6 * (1 + Math.abs(numeric)));
      }),
    );
  });

  it("stays finite for extreme free numbers and for values on a bound", () => {
    for (const free of [-1e6, 1e6]) expect(Number.isFinite(constrain(parameter, free))).toBe(true);
    if (Number.isFinite(parameter.lower)) expect(Number.isFinite(unconstrain(parameter, parameter.lower))).toBe(true);
    if (Number.isFinite(parameter.upper)) expect(Number.isFinite(unconstrain(parameter, parameter.upper))).toBe(true);
  });
});
