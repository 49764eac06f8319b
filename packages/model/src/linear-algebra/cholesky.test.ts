import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { cholesky, invertFactored, invertLower, solveFactored } from "./cholesky.js";

function spd(size: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const g = Float64Array.from({ length: size * size }, () => random.normal());
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) a[i * size + j]! += g[i * size + k]! * g[j * size + k]!;
      if (i === j) a[i * size + j]! += 0.1;
    }
  return a;
}

it("L Lᵀ is the matrix, A x is b, A A⁻¹ and L L⁻¹ are I", () => {
  const size = 9;
  const a = spd(size, 4);
  const factor = a.slice();
  expect(cholesky(factor, size)).toBe(true);
  const inverse = invertFactored(factor, size);
  const lower = invertLower(factor, size);
  const b = Float64Array.from({ length: size }, (_, i) => i - 3);
  const x = b.slice();
  solveFactored(factor, size, x);
  for (let i = 0; i < size; i++) {
    let ax = 0;
    for (let j = 0; j < size; j++) {
      ax += a[i * size + j]! * x[j]!;
      let llt = 0;
      let identity = 0;
      let lowerIdentity = 0;
      for (let k = 0; k <= Math.min(i, j); k++) llt += factor[i * size + k]! * factor[j * size + k]!;
      for (let k = 0; k < size; k++) identity += a[i * size + k]! * inverse[k * size + j]!;
      for (let k = 0; k <= i; k++) lowerIdentity += factor[i * size + k]! * lower[k * size + j]!;
      expect(lowerIdentity).toBeCloseTo(i === j ? 1 : 0, 9);
      expect(llt).toBeCloseTo(a[i * size + j]!, 9);
      expect(identity).toBeCloseTo(i === j ? 1 : 0, 8);
    }
    expect(ax).toBeCloseTo(b[i]!, 9);
  }
});

it("says when a matrix is not positive definite", () => {
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
});
