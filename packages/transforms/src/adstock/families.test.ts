import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constrain } from "../parameter/parameter.js";
import { binomial } from "./binomial.js";
import { delayed } from "./delayed.js";
import { type AdstockFamily, defineAdstock } from "./family.js";
import { geometric } from "./geometric.js";
import { noAdstock } from "./none.js";
import { weibullCdf, weibullPdf } from "./weibull.js";

const families: [string, AdstockFamily][] = [
  ["geometric", geometric()],
  ["geometric lmmm", geometric({ convention: "lmmm" })],
  ["geometric robyn", geometric({ convention: "robyn" })],
  ["delayed", delayed()],
  ["weibullCdf", weibullCdf()],
  ["weibullCdf pymc", weibullCdf({ convention: "pymc" })],
  ["weibullPdf", weibullPdf()],
  ["weibullPdf pymc", weibullPdf({ convention: "pymc" })],
  ["binomial", binomial()],
  ["none", noAdstock()],
];

const free = (family: AdstockFamily, width: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(...family.parameters.map(() => fc.double({ min: -width, max: width, noNaN: true })))
    .map((values) => values.map((value, p) => constrain(family.parameters[p]!, value)));

function finiteDifference(family: AdstockFamily, parameters: number[], lags: number, p: number, normalised: boolean) {
  const step = 1e-6 * Math.max(1e-2, Math.abs(parameters[p]!));
  const at = (shift: number): Float64Array =>
    family.weights(
      parameters.map((value, q) => (q === p ? value + shift : value)),
      lags,
      normalised,
    );
  const [up, down] = [at(step), at(-step)];
  return up.map((value, l) => (value - down[l]!) / (2 * step));
}

describe.each(families)("%s adstock", (_, family) => {
  it("has derivatives that agree with finite differences, normalised or not", () => {
    fc.assert(
      fc.property(free(family, 2), fc.integer({ min: 1, max: 20 }), fc.boolean(), (parameters, lags, normalised) => {
        const { weights, jacobian } = family.gradient(parameters, lags, normalised);
        expect([...weights]).toEqual([...family.weights(parameters, lags, normalised)]);
        for (let p = 0; p < parameters.length; p++) {
          const numeric = finiteDifference(family, parameters, lags, p, normalised);
          const scale = Math.max(1e-2, ...numeric.map(Math.abs));
          for (let l = 0; l < lags; l++) {
            expect(Math.abs(jacobian[p * lags + l]! - numeric[l]!) / scale).toBeLessThan(1e-5);
          }
        }
      }),
    );
  });

  it("is finite and non-negative for extreme parameters", () => {
    const extremes = [0, 1e-300, 1e-9, 0.5, 1 - 1e-12, 1, 3, 50, 1e9, Number.POSITIVE_INFINITY];
    for (const first of extremes) {
      for (const second of extremes) {
        for (const lags of [1, 2, 26, 200]) {
          for (const normalised of [true, false]) {
            const { weights, jacobian } = family.gradient([first, second], lags, normalised);
            expect(weights.every((w) => w >= 0 && Number.isFinite(w))).toBe(true);
            expect(jacobian.every(Number.isFinite)).toBe(true);
          }
        }
      }
    }
  });

  it("refuses a window that is not a whole number of periods", () => {
    const parameters = family.parameters.map((parameter) => parameter.initial);
    expect(() => family.weights(parameters, 0)).toThrow(/whole number of lags of at least 1, got 0/);
    expect(() => family.gradient(parameters, 2.5)).toThrow(/got 2\.5/);
  });
});

describe("normalised weights", () => {
  it.each(families.filter(([name]) => name !== "geometric lmmm"))("of %s sum to 1", (_, family) => {
    fc.assert(
      fc.property(free(family, 6), fc.integer({ min: 1, max: 60 }), (parameters, lags) => {
        const sum = family.weights(parameters, lags, true).reduce((total, w) => total + w, 0);
        expect(sum).toBeCloseTo(1, 12);
      }),
    );
  });

  it("of the lmmm geometric sum to 1 − decay^lags: the rest falls beyond the window", () => {
    const sum = geometric({ convention: "lmmm" })
      .weights([0.5], 3)
      .reduce((total, w) => total + w, 0);
    expect(sum).toBe(1 - 0.125);
  });
});

describe("golden values, worked out by hand", () => {
  const close = (actual: Float64Array, expected: number[]): void => {
    expect(actual.length).toBe(expected.length);
    expected.forEach((value, l) => {
      expect(actual[l]).toBeCloseTo(value, 12);
    });
  };

  it("geometric, decay ½, 3 lags: raw 1, ½, ¼ with sum 7/4", () => {
    close(geometric().weights([0.5], 3), [4 / 7, 2 / 7, 1 / 7]);
    close(geometric({ convention: "meridian" }).weights([0.5], 3), [4 / 7, 2 / 7, 1 / 7]);
    close(geometric({ convention: "pymc" }).weights([0.5], 3), [4 / 7, 2 / 7, 1 / 7]);
    close(geometric({ convention: "robyn" }).weights([0.5], 3), [1, 0.5, 0.25]);
    // LightweightMMM divides by 1/(1 − ½) = 2.
    close(geometric({ convention: "lmmm" }).weights([0.5], 3), [0.5, 0.25, 0.125]);
  });

  it("delayed, decay ½, peak 1: exponents (0−1)², (1−1)², (2−1)², (3−1)² = 1, 0, 1, 4", () => {
    close(delayed().weights([0.5, 1], 4, false), [1 / 2, 1, 1 / 2, 1 / 16]);
    // Sum 33/16.
    close(delayed({ convention: "lmmm" }).weights([0.5, 1], 4), [8 / 33, 16 / 33, 8 / 33, 1 / 33]);
  });

  it("Weibull CDF, shape 1, scale 2: survival e^(−1/2), e^(−2/2), multiplied up", () => {
    close(weibullCdf({ convention: "pymc" }).weights([1, 2], 3), [1, Math.exp(-0.5), Math.exp(-1.5)]);
  });

  it("Weibull CDF in Robyn's convention: scale ½ of 5 periods is round(1 + 4·½) = 3", () => {
    close(weibullCdf({ convention: "robyn" }).weights([1, 0.5], 5), [
      1,
      Math.exp(-1 / 3),
      Math.exp(-(1 + 2) / 3),
      Math.exp(-(1 + 2 + 3) / 3),
      Math.exp(-(1 + 2 + 3 + 4) / 3),
    ]);
  });

  it("Robyn rounds a half to the even period: 1 + 4·0.375 = 2.5 becomes 2, 1 + 4·0.625 = 3.5 becomes 4", () => {
    const robyn = weibullCdf({ convention: "robyn" });
    expect(robyn.weights([1, 0.375], 5)[1]).toBeCloseTo(Math.exp(-1 / 2), 12);
    expect(robyn.weights([1, 0.625], 5)[1]).toBeCloseTo(Math.exp(-1 / 4), 12);
  });

  it("Weibull PDF, shape 1, scale 1: density e^(−t) at t = 1, 2, 3", () => {
    const [a, b, c] = [Math.exp(-1), Math.exp(-2), Math.exp(-3)];
    close(weibullPdf().weights([1, 1], 3, false), [a, b, c]);
    // Rescaled: (e^−1 − e^−3)/(e^−1 − e^−3) = 1, (e^−2 − e^−3)/(e^−1 − e^−3) = (e − 1)/(e² − 1) = 1/(e + 1), 0.
    close(weibullPdf({ convention: "pymc" }).weights([1, 1], 3), [1, 1 / (Math.E + 1), 0]);
    // scale ⅓ of 3 periods: round(1 + 2·⅓) = round(1.67) = 2, density ½e^(−t/2): the same ratio with e^½.
    close(weibullPdf({ convention: "robyn" }).weights([1, 1 / 3], 3), [1, 1 / (Math.sqrt(Math.E) + 1), 0]);
  });

  it("binomial, decay ½: exponent 1/½ − 1 = 1, so a straight line from 1 to 0 at the window's end", () => {
    close(binomial({ convention: "meridian" }).weights([0.5], 4, false), [1, 0.75, 0.5, 0.25]);
    close(binomial().weights([0.5], 4), [0.4, 0.3, 0.2, 0.1]);
    // decay ⅓: exponent 2.
    close(binomial().weights([1 / 3], 4, false), [1, 9 / 16, 1 / 4, 1 / 16]);
  });
});

describe("special cases", () => {
  it("decay 0 is no carryover in every family that has a decay", () => {
    const none = [...noAdstock().weights([], 5)];
    expect([...geometric().weights([0], 5)]).toEqual(none);
    expect([...binomial().weights([0], 5)]).toEqual(none);
    delayed()
      .weights([0, 0], 5)
      .forEach((w, l) => {
        expect(w).toBeCloseTo(none[l]!, 8);
      });
  });

  it("decay 1 is a moving average", () => {
    expect([...geometric().weights([1], 4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...binomial().weights([1], 4)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("a Weibull PDF with shape 1 is geometric with decay e^(−1/scale)", () => {
    const weibull = weibullPdf().weights([1, 3], 12);
    geometric()
      .weights([Math.exp(-1 / 3)], 12)
      .forEach((w, l) => {
        expect(weibull[l]).toBeCloseTo(w, 12);
      });
  });
});

describe("a family of one's own", () => {
  it("gets normalisation and its derivative from defineAdstock", () => {
    const twoWeeks = defineAdstock({
      id: "twoWeeks",
      title: "Two weeks",
      formula: "w = 1, second",
      citation: "",
      parameters: [{ name: "second", lower: 0, upper: 1, initial: 0.5 }],
      raw(parameters, weights, jacobian) {
        weights.fill(0);
        weights[0] = 1;
        weights[1] = parameters[0]!;
        jacobian?.fill(0);
        if (jacobian) jacobian[1] = 1;
      },
    });
    const { weights, jacobian } = twoWeeks.gradient([1], 3);
    expect([...weights]).toEqual([0.5, 0.5, 0]);
    // d/dp 1/(1+p) = −1/4 and d/dp p/(1+p) = 1/4 at p = 1.
    expect([...jacobian]).toEqual([-0.25, 0.25, 0]);
  });

  it("names the tools whose convention a family has", () => {
    expect(() => binomial({ convention: "robyn" as never })).toThrow(
      "Binomial adstock has no convention 'robyn'; allowed: meridian, pymc.",
    );
  });
});
