import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constrain } from "../parameter/parameter.js";
import { derivativesAlong, type SaturationFamily, saturate } from "./family.js";
import { hill } from "./hill.js";
import { log } from "./log.js";
import { inverseScaledLogistic, logistic } from "./logistic.js";
import { michaelisMenten } from "./michaelis-menten.js";
import { noSaturation } from "./none.js";
import { root } from "./root.js";
import { tanh } from "./tanh.js";

const families: [string, SaturationFamily][] = [
  ["hill", hill()],
  ["hill robyn", hill({ convention: "robyn", observedRange: [1, 9] })],
  ["logistic", logistic()],
  ["inverseScaledLogistic", inverseScaledLogistic()],
  ["tanh", tanh()],
  ["tanh pymc", tanh({ convention: "pymc" })],
  ["michaelisMenten", michaelisMenten()],
  ["michaelisMenten robyn", michaelisMenten({ convention: "robyn" })],
  ["root", root()],
  ["log", log()],
  ["none", noSaturation()],
];

const free = (family: SaturationFamily): fc.Arbitrary<number[]> =>
  fc
    .tuple(...family.parameters.map(() => fc.double({ min: -2, max: 2, noNaN: true })))
    .map((values) => values.map((value, p) => constrain(family.parameters[p]!, value)));

const derivatives = (family: SaturationFamily, x: number, parameters: number[]): number[] => {
  const out = new Float64Array(2 + family.parameters.length);
  family.derivatives(x, parameters, out);
  return [...out];
};

describe.each(families)("%s saturation", (_, family) => {
  it("has derivatives that agree with finite differences", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-2, max: 50, noNaN: true }), free(family), (x, parameters) => {
        const [value, ...analytic] = derivatives(family, x, parameters);
        expect(value).toBe(family.apply(x, parameters));
        [x, ...parameters].forEach((argument, i) => {
          const step = 1e-5 * argument;
          const at = (shift: number): number =>
            i === 0
              ? family.apply(x + shift, parameters)
              : family.apply(
                  x,
                  parameters.map((p, q) => (q === i - 1 ? p + shift : p)),
                );
          const numeric = (at(step) - at(-step)) / (2 * step);
          expect(Math.abs(analytic[i]! - numeric)).toBeLessThan(
            1e-6 * (1 + Math.abs(numeric) + Math.abs(value! / argument)),
          );
        });
      }),
    );
  });

  it("gives along a series what it gives for each activity", () => {
    fc.assert(
      fc.property(free(family), (parameters) => {
        const x = Float64Array.of(-1, 0, 1e-300, 1e-13, 0.02, 0.9, 1, 7, 1e12, 1e300);
        const out = new Float64Array((2 + parameters.length) * x.length);
        derivativesAlong(family, x, parameters, out);
        x.forEach((activity, i) => {
          derivatives(family, activity, parameters).forEach((value, k) => {
            const found = out[k * x.length + i]!;
            expect(Math.abs(found - value)).toBeLessThanOrEqual(1e-14 * Math.abs(value));
          });
        });
      }),
    );
  });

  it("gives exactly zero for zero, whatever the parameters", () => {
    fc.assert(
      fc.property(fc.tuple(fc.double({ min: 0, noNaN: true }), fc.double({ min: 0, noNaN: true })), (parameters) => {
        expect(family.apply(0, parameters)).toBe(0);
        expect(derivatives(family, 0, parameters)[0]).toBe(0);
      }),
    );
  });

  it("never falls as activity rises", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        free(family),
        (a, b, parameters) => {
          expect(family.apply(Math.max(a, b), parameters)).toBeGreaterThanOrEqual(
            family.apply(Math.min(a, b), parameters),
          );
        },
      ),
    );
  });

  it("is finite for extreme activity and parameters", () => {
    const extremes = [0, 1e-300, 1e-12, 0.3, 1, 3, 1e12, 1e300, Number.POSITIVE_INFINITY];
    for (const x of [-1, ...extremes]) {
      for (const first of extremes) {
        for (const second of extremes) {
          for (const value of [family.apply(x, [first, second]), ...derivatives(family, x, [first, second])]) {
            expect(Number.isFinite(value)).toBe(true);
          }
        }
      }
    }
  });
});

describe("golden values, worked out by hand", () => {
  it("Hill: 2³/(2³ + 4³) = 8/72", () => {
    expect(hill().apply(2, [3, 4])).toBeCloseTo(8 / 72, 12);
    expect(hill({ convention: "meridian" }).apply(2, [1, 6])).toBeCloseTo(2 / 8, 12);
    // PyMC writes 1 − κ^s/(κ^s + x^s) = 1 − 64/72.
    expect(hill({ convention: "pymc" }).apply(2, [3, 4])).toBeCloseTo(1 - 64 / 72, 12);
    // LightweightMMM writes 1/(1 + (x/K)^−s) = 1/(1 + ½^−3) = 1/9.
    expect(hill({ convention: "lmmm" }).apply(2, [3, 4])).toBeCloseTo(1 / 9, 12);
  });

  it("Hill in Robyn's convention: γ = ¼ of the range 0 … 8 is 2; 4²/(4² + 2²) = 16/20", () => {
    expect(hill({ convention: "robyn", observedRange: [0, 8] }).apply(4, [2, 0.25])).toBeCloseTo(0.8, 12);
    // With a range of 4 … 8, the inflexion is 4·¾ + 8·¼ = 5: 5/(5 + 5).
    expect(hill({ convention: "robyn", observedRange: [4, 8] }).apply(5, [1, 0.25])).toBeCloseTo(0.5, 12);
  });

  it("logistic: λx = ln 9 gives (1 − 1/9)/(1 + 1/9) = 8/10", () => {
    expect(logistic().apply(Math.log(9) / 2, [2])).toBeCloseTo(0.8, 12);
  });

  it("inverse-scaled logistic: half at λ; at 2λ, 3^−2 = 1/9 gives 8/10", () => {
    expect(inverseScaledLogistic().apply(5, [5])).toBeCloseTo(0.5, 12);
    expect(inverseScaledLogistic().apply(10, [5])).toBeCloseTo(0.8, 12);
  });

  it("tanh: tanh(ln 2) = (2 − ½)/(2 + ½) = 3/5; PyMC with b = 10, c = 3 at x = 30·ln 2 gives 6", () => {
    expect(tanh().apply(4 * Math.LN2, [4])).toBeCloseTo(0.6, 12);
    expect(tanh({ convention: "pymc" }).apply(30 * Math.LN2, [10, 3])).toBeCloseTo(6, 12);
  });

  it("Michaelis–Menten: 6/(2 + 6) = ¾; with maximum 20, 15", () => {
    expect(michaelisMenten().apply(6, [2])).toBe(0.75);
    expect(michaelisMenten({ convention: "pymc" }).apply(6, [20, 2])).toBe(15);
    expect(michaelisMenten({ convention: "robyn" }).apply(6, [20, 2])).toBe(15);
  });

  it("root: √9; logarithm: ln(1 + 2(e − 1)/2) = 1", () => {
    expect(root().apply(9, [0.5])).toBeCloseTo(3, 12);
    expect(log().apply(2 * (Math.E - 1), [2])).toBeCloseTo(1, 12);
  });
});

describe("relations between families", () => {
  it("Hill with slope 1 is Michaelis–Menten", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (x, k) => {
          expect(hill().apply(x, [1, k])).toBeCloseTo(michaelisMenten().apply(x, [k]), 12);
        },
      ),
    );
  });

  it("scaling activity and half-saturation together changes nothing", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (x, c) => {
          expect(hill().apply(c * x, [1.7, c * 3])).toBeCloseTo(hill().apply(x, [1.7, 3]), 10);
          expect(inverseScaledLogistic().apply(c * x, [c * 3])).toBeCloseTo(inverseScaledLogistic().apply(x, [3]), 10);
        },
      ),
    );
  });

  it("saturate applies a family to a series", () => {
    expect([...saturate(michaelisMenten(), [0, 1, 3], [1])]).toEqual([0, 0.5, 0.75]);
  });
});

it("Hill in Robyn's convention without a range says what to pass", () => {
  expect(() => hill({ convention: "robyn" })).toThrow(/needs the range of the activity, got undefined/);
  expect(() => hill({ convention: "excel" as never })).toThrow(
    "Hill saturation has no convention 'excel'; allowed: robyn, meridian, pymc, lmmm.",
  );
});
