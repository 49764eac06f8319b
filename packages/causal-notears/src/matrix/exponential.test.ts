import { createRandom } from "@mmm/core";
import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { createExponentialWorkspace, matrixExponential } from "./exponential.js";
import { factoriseCholesky, factoriseLu, invertLu, solveCholesky } from "./factorise.js";
import { multiply, multiplyTransposed } from "./multiply.js";

const exponential = (a: Float64Array, n: number): Float64Array => {
  const out = new Float64Array(n * n);
  matrixExponential(a, out, createExponentialWorkspace(n));
  return out;
};
const randomMatrix = (n: number, scale: number, seed: number): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: n * n }, () => scale * random.normal());
};
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(tolerance * scale);
  }
};

describe("matrix exponential", () => {
  // Scales that reach every approximant and several squarings.
  it.each([1e-3, 0.03, 0.15, 0.4, 1, 8])("satisfies e^A e^−A = I and det e^A = e^tr A at scale %d", (scale) => {
    const n = 6;
    const a = randomMatrix(n, scale, 1);
    const forward = exponential(a, n);
    const backward = exponential(
      a.map((value) => -value),
      n,
    );
    const product = new Float64Array(n * n);
    multiply(forward, backward, product, n, n, n);
    let growth = 0;
    for (const value of forward) growth = Math.max(growth, Math.abs(value));
    for (const value of backward) growth = Math.max(growth, Math.abs(value));
    close(product, Matrix.eye(n).to1DArray(), 1e-13 * growth ** 2);
    let trace = 0;
    for (let i = 0; i < n; i++) trace += a[i * n + i]!;
    expect(factoriseLu(forward, n, new Int32Array(n)).logDeterminant).toBeCloseTo(trace, 6);
  });

  it("turns a skew matrix into a rotation and a nilpotent one into its finite series", () => {
    const angle = 30;
    close(
      exponential(Float64Array.of(0, -angle, angle, 0), 2),
      [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)],
      1e-12,
    );
    close(exponential(Float64Array.of(0, 2, 3, 0, 0, 5, 0, 0, 0), 3), [1, 2, 8, 0, 1, 5, 0, 0, 1], 1e-14);
  });
});

describe("products and factors", () => {
  const [n, inner, m] = [5, 7, 4];
  const random = createRandom(3);
  const a = Float64Array.from({ length: n * inner }, () => (random.uniform() < 0.4 ? 0 : random.normal()));
  const b = Float64Array.from({ length: inner * m }, () => random.normal());
  const expected = Matrix.from1DArray(n, inner, [...a]).mmul(Matrix.from1DArray(inner, m, [...b]));

  it("multiplies as ml-matrix does, also from the transpose", () => {
    const out = new Float64Array(n * m);
    multiply(a, b, out, n, inner, m);
    close(out, expected.to1DArray(), 1e-14);
    const transposed = Float64Array.from(
      Matrix.from1DArray(n, inner, [...a])
        .transpose()
        .to1DArray(),
    );
    multiplyTransposed(transposed, b, out, n, inner, m);
    close(out, expected.to1DArray(), 1e-14);
  });

  it("factors: A·A⁻¹ = I, and Cholesky solves", () => {
    const square = randomMatrix(n, 1, 4);
    const lu = square.slice();
    const pivots = new Int32Array(n);
    const inverse = new Float64Array(n * n);
    const product = new Float64Array(n * n);
    expect(factoriseLu(lu, n, pivots).sign).not.toBe(0);
    invertLu(lu, pivots, n, inverse);
    multiply(square, inverse, product, n, n, n);
    close(product, Matrix.eye(n).to1DArray(), 1e-12);

    const gram = new Float64Array(n * n);
    multiplyTransposed(square, square, gram, n, n, n);
    const right = Float64Array.from({ length: n }, (_, i) => i + 1);
    const solution = right.slice();
    const factor = gram.slice();
    expect(factoriseCholesky(factor, n)).toBe(true);
    solveCholesky(factor, n, solution);
    const back = new Float64Array(n);
    multiply(gram, solution, back, n, n, 1);
    close(back, right, 1e-10);
    expect(factoriseCholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
    expect(factoriseLu(Float64Array.of(1, 2, 2, 4), 2, pivots).sign).toBe(0);
  });
});
