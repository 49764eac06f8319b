import { describe, expect, it } from "vitest";
import { betaDivergence, digamma, dirichletDivergence, logGamma } from "./special.js";

describe("special functions", () => {
  it("logGamma gives factorials and Γ(1/2) = √π", () => {
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 10);
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 10);
  });
  it("digamma obeys its recurrence and is the derivative of logGamma", () => {
    for (const x of [0.1, 0.7, 3.3, 20]) {
      expect(digamma(x + 1) - digamma(x)).toBeCloseTo(1 / x, 9);
      expect(digamma(x)).toBeCloseTo((logGamma(x + 1e-5) - logGamma(x - 1e-5)) / 2e-5, 4);
    }
  });
  it("divergences vanish for equal laws, are positive otherwise, and agree for two classes", () => {
    expect(betaDivergence(2, 5, 2, 5)).toBeCloseTo(0, 12);
    expect(betaDivergence(3, 1, 0.4, 1.6)).toBeGreaterThan(0);
    expect(dirichletDivergence([3, 1], [0.4, 1.6])).toBeCloseTo(betaDivergence(3, 1, 0.4, 1.6), 10);
  });
});
