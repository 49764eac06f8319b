import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { createExponentialWorkspace, matrixExponential } from "../matrix/exponential.js";
import { createLogDeterminant } from "./log-determinant.js";
import { createTraceExponential } from "./trace-exponential.js";

const d = 8;
const draw = (density: number, scale: number, triangular: boolean): Float64Array => {
  const random = createRandom(5);
  return Float64Array.from({ length: d * d }, (_, k) => {
    const [i, j] = [Math.floor(k / d), k % d];
    const present = i !== j && random.uniform() < density && (!triangular || i < j);
    return present ? scale * random.uniform() : 0;
  });
};

describe("tr e^A − d", () => {
  it("is exactly 0 without cycles and 2 cosh √(ab) − 2 for a two-cycle", () => {
    expect(createTraceExponential(d).evaluate(draw(0.9, 9, true))).toBe(0);
    const h = createTraceExponential(2);
    expect(h.evaluate(Float64Array.of(0, 3, 2, 0))).toBeCloseTo(2 * Math.cosh(Math.sqrt(6)) - 2, 10);
    // Tiny values keep their relative accuracy.
    expect(h.evaluate(Float64Array.of(0, 1e-9, 1e-4, 0)) / 1e-13).toBeCloseTo(1, 9);
  });

  it.each([
    [0.2, 0.5],
    [0.3, 3],
    [0.95, 2],
    [0.5, 30],
  ])("agrees with scaling and squaring at density %d and scale %d", (density, scale) => {
    const a = draw(density, scale, false);
    const h = createTraceExponential(d);
    const value = h.evaluate(a);
    const reference = new Float64Array(d * d);
    matrixExponential(a, reference, createExponentialWorkspace(d));
    let trace = -d;
    let largest = 0;
    for (let i = 0; i < d; i++) trace += reference[i * d + i]!;
    for (const entry of reference) largest = Math.max(largest, entry);
    expect(Math.abs(value - trace)).toBeLessThan(1e-11 * largest);
    for (let k = 0; k < d * d; k++) expect(Math.abs(h.exponential[k]! - reference[k]!)).toBeLessThan(1e-11 * largest);
  });
});

describe("−log det(sI − A) + d log s", () => {
  it("is 0 without cycles, −log(1 − ab) for a two-cycle, and infinite from spectral radius s on", () => {
    expect(createLogDeterminant(d).evaluate(draw(0.9, 9, true), 0.7)).toBeCloseTo(0, 12);
    const h = createLogDeterminant(2);
    expect(h.evaluate(Float64Array.of(0, 0.5, 0.4, 0), 1)).toBeCloseTo(-Math.log(0.8), 14);
    expect(h.evaluate(Float64Array.of(0, 1.2, 1, 0), 1)).toBe(Number.POSITIVE_INFINITY);
    // An even number of eigenvalues beyond s leaves the determinant positive; the domain test must still see it.
    expect(createLogDeterminant(4).evaluate(Float64Array.of(0, 3, 0, 0, 3, 0, 0, 0, 0, 0, 0, 3, 0, 0, 3, 0), 1)).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});

it("both gradients agree with finite differences", () => {
  const a = draw(0.4, 0.2, false);
  const exponential = createTraceExponential(d);
  const determinant = createLogDeterminant(d);
  exponential.evaluate(a);
  determinant.evaluate(a, 1);
  const [byExponential, byDeterminant] = [exponential.exponential.slice(), determinant.inverse.slice()];
  const step = 1e-6;
  for (const [i, j] of [
    [0, 1],
    [3, 2],
    [7, 4],
    [5, 5],
  ] as const) {
    const [up, down] = [a.slice(), a.slice()];
    up[i * d + j]! += step;
    down[i * d + j]! -= step;
    const slope = (f: (m: Float64Array) => number): number => (f(up) - f(down)) / (2 * step);
    expect(slope((m) => exponential.evaluate(m))).toBeCloseTo(byExponential[j * d + i]!, 7);
    expect(slope((m) => determinant.evaluate(m, 1))).toBeCloseTo(byDeterminant[j * d + i]!, 7);
  }
});
