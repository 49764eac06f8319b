import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { cholesky, invertFactored, solveFactored } from "../linear-algebra/cholesky.js";
import { arrowSystem, factorArrow, scaleNormals, sharedCovariance, solveArrow, unitVariances } from "./curvature.js";

const [p, q, units, count] = [4, 2, 5, 3];
const size = p + q * units;

// A random arrow system with rows that touch everything, and the whole curvature written densely.
function example(scale: number) {
  const random = createRandom(8);
  const system = arrowSystem(p, q, units);
  const dense = new Float64Array(size * size);
  for (let r = 0; r < units; r++) {
    const index = (i: number) => (i < p ? i : r * q + i);
    for (let row = 0; row < 20; row++) {
      const j = Float64Array.from({ length: p + q }, () => random.normal());
      for (let a = 0; a < p + q; a++) {
        for (let b = 0; b < p + q; b++) {
          const value = j[a]! * j[b]!;
          dense[index(a) * size + index(b)]! += value;
          if (a < p && b < p) system.sharedBlock[a * p + b]! += value;
          else if (a >= p && b < p) system.crossBlock[(r * q + a - p) * p + b]! += value;
          else if (a >= p) system.unitBlock[(r * q + a - p) * q + b - p]! += value;
        }
      }
    }
  }
  const rows = Array.from({ length: count }, () => Float64Array.from({ length: size }, () => scale * random.normal()));
  for (const row of rows) {
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) dense[a * size + b]! += row[a]! * row[b]!;
  }
  system.evidence = { shared: rows.map((row) => row.slice(0, p)), own: rows.map((row) => row.slice(p)) };
  const gradient = Float64Array.from({ length: size }, () => random.normal());
  system.sharedGradient.set(gradient.subarray(0, p));
  system.unitGradient.set(gradient.subarray(p));
  cholesky(dense, size);
  return { system, dense, gradient };
}

it.each([0.1, 3, 100])("rows of size %d: solves, inverts and draws like the dense matrix", (scale) => {
  const { system, dense, gradient } = example(scale);
  const factor = factorArrow(system, 0)!;
  const expected = gradient.slice();
  solveFactored(dense, size, expected);
  const { shared, own } = solveArrow(system, factor);
  [...shared, ...own].forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 9);
  });

  const inverse = invertFactored(dense, size);
  unitVariances(factor).forEach((value, i) => {
    expect(value).toBeCloseTo(inverse[(p + i) * size + p + i]!, 9);
  });
  sharedCovariance(factor).forEach((value, i) => {
    expect(value).toBeCloseTo(inverse[Math.floor(i / p) * size + (i % p)]!, 9);
  });

  // The draw is linear in its normals, A z with A Aᵀ = H⁻¹; unit vectors read A column by column.
  const product = new Float64Array(size * size);
  for (let i = 0; i < size + count; i++) {
    const z = new Float64Array(size + count);
    z[i] = 1;
    const a = z.slice(0, p);
    const b = z.slice(p, size);
    scaleNormals(factor, a, b, z.slice(size));
    const column = [...a, ...b];
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) product[j * size + k]! += column[j]! * column[k]!;
  }
  product.forEach((value, i) => {
    expect(value).toBeCloseTo(inverse[i]!, 9);
  });
});
