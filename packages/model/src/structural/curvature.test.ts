import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { cholesky, invertFactored, solveFactored } from "../linear-algebra/cholesky.js";
import { type ArrowSystem, arrowSystem, factorArrow, scaleNormals, solveArrow, unitVariances } from "./curvature.js";

// A random arrow system and the same matrix written densely.
function example(shared: number, perUnit: number, units: number) {
  const random = createRandom(3);
  const size = shared + perUnit * units;
  const system: ArrowSystem = arrowSystem(shared, perUnit, units);
  const dense = new Float64Array(size * size);
  for (let r = 0; r < units; r++) {
    for (let row = 0; row < 30; row++) {
      const j = Float64Array.from({ length: shared + perUnit }, () => random.normal());
      const index = (i: number) => (i < shared ? i : shared + r * perUnit + i - shared);
      for (let a = 0; a < j.length; a++) {
        for (let b = 0; b < j.length; b++) {
          const value = j[a]! * j[b]!;
          dense[index(a) * size + index(b)]! += value;
          if (a < shared && b < shared) system.sharedBlock[a * shared + b]! += value;
          if (a >= shared && b < shared) system.crossBlock[(r * perUnit + a - shared) * shared + b]! += value;
          if (a >= shared && b >= shared) {
            system.unitBlock[(r * perUnit + a - shared) * perUnit + b - shared]! += value;
          }
        }
      }
    }
  }
  const gradient = Float64Array.from({ length: size }, () => random.normal());
  system.sharedGradient.set(gradient.subarray(0, shared));
  system.unitGradient.set(gradient.subarray(shared));
  return { system, dense, gradient, size };
}

it("solves, inverts and draws like the dense matrix", () => {
  const { system, dense, gradient, size } = example(4, 3, 5);
  const factor = factorArrow(system, 0)!;
  cholesky(dense, size);
  const expected = gradient.slice();
  solveFactored(dense, size, expected);
  const { shared, own } = solveArrow(system, factor);
  [...shared, ...own].forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 10);
  });

  const inverse = invertFactored(dense, size);
  unitVariances(factor).forEach((value, i) => {
    expect(value).toBeCloseTo(inverse[(4 + i) * size + 4 + i]!, 10);
  });

  // The draw is A z with A Aᵀ = H⁻¹: feed unit vectors to read A column by column.
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const z = new Float64Array(size);
    z[i] = 1;
    const a = z.slice(0, 4);
    const b = z.slice(4);
    scaleNormals(factor, a, b);
    const column = [...a, ...b];
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) product[j * size + k]! += column[j]! * column[k]!;
  }
  product.forEach((value, i) => {
    expect(value).toBeCloseTo(inverse[i]!, 10);
  });
});

it("returns null for an indefinite system", () => {
  const { system } = example(2, 1, 2);
  system.sharedBlock[0] = -5;
  expect(factorArrow(system, 0)).toBeNull();
});
