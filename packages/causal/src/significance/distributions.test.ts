import { expect, it } from "vitest";
import {
  chiSquaredTail,
  fTail,
  incompleteBeta,
  logGamma,
  normalTwoSided,
  tTwoSided,
  upperGamma,
} from "./distributions.js";

it("Γ at whole and half numbers", () => {
  expect(Math.exp(logGamma(5))).toBeCloseTo(24, 10);
  expect(Math.exp(logGamma(0.5))).toBeCloseTo(Math.sqrt(Math.PI), 12);
});

it("closed forms: exponential tail, arcsine law, Cauchy, F with two numerator degrees", () => {
  for (const x of [0.1, 1, 3, 10, 40]) {
    expect(upperGamma(1, x) / Math.exp(-x)).toBeCloseTo(1, 10);
    expect(chiSquaredTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 10);
    expect(tTwoSided(x, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(x), 12);
    expect(fTail(x, 2, 10)).toBeCloseTo((1 + x / 5) ** -5, 12);
  }
  for (const x of [0.1, 0.5, 0.9]) {
    expect(incompleteBeta(x, 0.5, 0.5)).toBeCloseTo((2 / Math.PI) * Math.asin(Math.sqrt(x)), 12);
  }
});

it("identities between the laws, and the textbook 5 % points", () => {
  expect(normalTwoSided(1.959963984540054)).toBeCloseTo(0.05, 12);
  expect(chiSquaredTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
  expect(tTwoSided(2.5, 7)).toBeCloseTo(fTail(6.25, 1, 7), 12);
  expect(tTwoSided(1.3, 1e7)).toBeCloseTo(normalTwoSided(1.3), 6);
});
