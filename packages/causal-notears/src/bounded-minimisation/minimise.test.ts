import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBoundedMinimiser } from "./minimise.js";

const everywhere = (n: number): [Float64Array, Float64Array] => [
  new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
  new Float64Array(n).fill(Number.POSITIVE_INFINITY),
];
const tight = { functionTolerance: 0, gradientTolerance: 1e-9 };

function rosenbrock(x: Float64Array, g: Float64Array): number {
  let value = 0;
  g.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const a = x[i + 1]! - x[i]! ** 2;
    const b = 1 - x[i]!;
    value += 100 * a * a + b * b;
    g[i]! += -400 * a * x[i]! - 2 * b;
    g[i + 1]! += 200 * a;
  }
  return value;
}

describe("Rosenbrock's valley", () => {
  it.each([2, 10, 50])("finds the minimum at 1 in %i dimensions", (n) => {
    const x = Float64Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1.2));
    const result = createBoundedMinimiser(n).minimise(rosenbrock, x, ...everywhere(n), tight);
    expect(result.projectedGradient).toBeLessThan(1e-8);
    for (const value of x) expect(value).toBeCloseTo(1, 6);
  });

  it("stops on the bound that cuts the valley", () => {
    const x = Float64Array.of(-1.2, 1);
    const [lower, upper] = everywhere(2);
    upper[0] = 0.5;
    const result = createBoundedMinimiser(2).minimise(rosenbrock, x, lower, upper, tight);
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 9);
    expect(result.value).toBeCloseTo(0.25, 12);
  });

  it("spends few evaluations", () => {
    const x = Float64Array.from({ length: 25 }, (_, i) => (i % 2 ? 1 : -1.2));
    const result = createBoundedMinimiser(25).minimise(rosenbrock, x, ...everywhere(25));
    expect(result.evaluations).toBeLessThan(200); // SciPy 1.17 uses 173
  });
});

it("solves the chained problem of the L-BFGS-B driver with its mixed bounds", () => {
  // f = ¼(x₁−1)² + Σ (xᵢ − xᵢ₋₁²)², times 4; odd variables in [1, 100], even ones in [−100, 100], start at 3.
  const n = 25;
  const f = (x: Float64Array, g: Float64Array): number => {
    g.fill(0);
    let value = 0.25 * (x[0]! - 1) ** 2;
    g[0] = 2 * (x[0]! - 1);
    for (let i = 1; i < n; i++) {
      const t = x[i]! - x[i - 1]! ** 2;
      value += t * t;
      g[i]! += 8 * t;
      g[i - 1]! -= 16 * x[i - 1]! * t;
    }
    return 4 * value;
  };
  const lower = Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -100));
  const x = new Float64Array(n).fill(3);
  const result = createBoundedMinimiser(n, 5).minimise(f, x, lower, new Float64Array(n).fill(100), tight);
  expect(result.value).toBeLessThan(1e-8);
  expect(result.evaluations).toBeLessThan(80);
});

it("satisfies the optimality conditions of random convex quadratics with active bounds", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.infiniteStream(fc.double({ min: -2, max: 2, noNaN: true })),
      (n, stream) => {
        const draw = (): number => stream.next().value as number;
        const root = Float64Array.from({ length: n * n }, draw);
        const b = Float64Array.from({ length: n }, () => 5 * draw());
        const quadratic = (x: Float64Array, g: Float64Array): number => {
          let value = 0;
          for (let i = 0; i < n; i++) {
            let sum = 0.1 * x[i]!;
            for (let j = 0; j < n; j++) {
              let a = 0;
              for (let k = 0; k < n; k++) a += root[k * n + i]! * root[k * n + j]!;
              sum += a * x[j]!;
            }
            g[i] = sum - b[i]!;
            value += 0.5 * x[i]! * sum - b[i]! * x[i]!;
          }
          return value;
        };
        const lower = Float64Array.from({ length: n }, () => -Math.abs(draw()));
        const upper = Float64Array.from({ length: n }, () => Math.abs(draw()));
        const x = new Float64Array(n);
        createBoundedMinimiser(n).minimise(quadratic, x, lower, upper, tight);
        const g = new Float64Array(n);
        quadratic(x, g);
        for (let i = 0; i < n; i++) {
          expect(x[i]!).toBeGreaterThanOrEqual(lower[i]!);
          expect(x[i]!).toBeLessThanOrEqual(upper[i]!);
          const moved = Math.min(Math.max(x[i]! - g[i]!, lower[i]!), upper[i]!) - x[i]!;
          expect(Math.abs(moved)).toBeLessThan(1e-5);
        }
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

it("keeps inside the domain of a barrier", () => {
  // −log(1 − x) + (x − 5)² has its minimum below 1.
  const f = (x: Float64Array, g: Float64Array): number => {
    const room = 1 - x[0]!;
    if (room <= 0) return Number.POSITIVE_INFINITY;
    g[0] = 1 / room + 2 * (x[0]! - 5);
    return -Math.log(room) + (x[0]! - 5) ** 2;
  };
  const x = Float64Array.of(-20);
  const result = createBoundedMinimiser(1).minimise(f, x, ...everywhere(1), tight);
  expect(result.projectedGradient).toBeLessThan(1e-6);
  expect(1 / (1 - x[0]!)).toBeCloseTo(2 * (5 - x[0]!), 6);
});

it("holds variables whose bounds are equal", () => {
  const f = (x: Float64Array, g: Float64Array): number => {
    g[0] = 2 * x[0]! + x[1]!;
    g[1] = 2 * x[1]! + x[0]! - 3;
    return x[0]! ** 2 + x[1]! ** 2 + x[0]! * x[1]! - 3 * x[1]!;
  };
  const x = Float64Array.of(4, 4);
  createBoundedMinimiser(2).minimise(f, x, Float64Array.of(1, -9), Float64Array.of(1, 9), tight);
  expect(x[0]).toBe(1);
  expect(x[1]).toBeCloseTo(1, 9);
});

it("names an empty box and a start outside the domain", () => {
  const minimiser = createBoundedMinimiser(1);
  const nowhere = (): number => Number.NaN;
  expect(() => minimiser.minimise(nowhere, new Float64Array(1), Float64Array.of(1), Float64Array.of(0))).toThrow(
    "The lower bound 1 of variable 0 is above its upper bound 0.",
  );
  expect(() => minimiser.minimise(nowhere, new Float64Array(1), ...everywhere(1))).toThrow(
    "The function is NaN at the start.",
  );
});
