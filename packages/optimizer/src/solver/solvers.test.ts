import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { violation } from "../linear/rows.js";
import { chooseSolver } from "./choose.js";
import type { SolverProblem } from "./contract.js";
import { envelopeSearch } from "./envelope-search.js";
import { marginalEqualisation } from "./marginal-equalisation.js";
import { onOffSearch } from "./on-off.js";
import { climb } from "./projected-quasi-newton.js";
import { smoothSolver } from "./smooth.js";

type Cell = (i: number, x: number, out: Float64Array) => void;

function separable(cell: Cell, n: number, budget: number, more: Partial<SolverProblem> = {}): SolverProblem {
  const out = new Float64Array(2);
  return {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(budget),
    rows: [
      {
        name: "budget",
        indices: Array.from({ length: n }, (_, i) => i),
        coefficients: new Float64Array(n).fill(1),
        lower: budget,
        upper: budget,
      },
    ],
    switches: [],
    evaluate(x, gradient) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        cell(i, x[i]!, out);
        sum += out[0]!;
        if (gradient) gradient[i] = out[1]!;
      }
      return sum;
    },
    concave: true,
    cell,
    starts: [new Float64Array(n).fill(budget / n)],
    ...more,
  };
}

const roots =
  (sizes: ArrayLike<number>): Cell =>
  (i, x, out) => {
    out[0] = sizes[i]! * Math.sqrt(x);
    out[1] = sizes[i]! / (2 * Math.sqrt(x));
  };

const sigmoids = (seed: number, n: number) => {
  const random = createRandom(seed);
  const curves = Array.from({ length: n }, () => ({
    size: Math.exp(0.8 * random.normal()),
    half: 5 + 30 * random.uniform(),
    slope: 0.7 + 3.3 * random.uniform(),
  }));
  const cell: Cell = (i, x, out) => {
    const { size, half, slope } = curves[i]!;
    const power = (x / half) ** slope;
    out[0] = (size * power) / (1 + power);
    out[1] = x === 0 ? (slope > 1 ? 0 : 1e12) : (size * slope * power) / (x * (1 + power) ** 2);
  };
  return cell;
};

describe("marginal equalisation", () => {
  it.each([1, 2, 3, 7, 20, 50, 100, 200])("equals the closed form for %i square-root channels", async (n) => {
    // max Σ a_i √x_i, Σ x_i = B has x_i = B a_i² / Σ a².
    const random = createRandom(n);
    const sizes = Float64Array.from({ length: n }, () => Math.exp(2 * random.normal()));
    const squares = sizes.reduce((sum, a) => sum + a * a, 0);
    const { x, status } = await marginalEqualisation().solve(separable(roots(sizes), n, 1e6));
    expect(status).toBe("optimal");
    for (let i = 0; i < n; i++) {
      const exact = (1e6 * sizes[i]! ** 2) / squares;
      expect(Math.abs(x[i]! - exact)).toBeLessThan(1e-6 * exact);
    }
  });

  it("fills linear channels in the order of their slopes", async () => {
    const slopes = [3, 1, 2];
    const cell: Cell = (i, x, out) => {
      out[0] = slopes[i]! * x;
      out[1] = slopes[i]!;
    };
    const problem = separable(cell, 3, 25, { upper: new Float64Array([10, 100, 10]) });
    expect([...(await marginalEqualisation().solve(problem)).x]).toEqual([10, 5, 10].map((v) => expect.closeTo(v, 9)));
  });

  it("leaves money unspent where the last unit costs more than it brings", async () => {
    // √x − x/10 is largest at 25.
    const cell: Cell = (_i, x, out) => {
      out[0] = Math.sqrt(x) - x / 10;
      out[1] = 0.5 / Math.sqrt(x) - 0.1;
    };
    const problem = separable(cell, 2, 80, { rows: [{ ...separable(cell, 2, 80).rows[0]!, lower: 0 }] });
    const { x } = await marginalEqualisation().solve(problem);
    for (const spend of x) expect(spend).toBeCloseTo(25, 6);
  });

  it("says what it cannot do", () => {
    const problem = separable(roots([1, 2]), 2, 10);
    const { refuses } = marginalEqualisation();
    expect(refuses(problem)).toBeNull();
    expect(refuses({ ...problem, concave: false })).toBe("the value is not known to be concave");
    const ratio = { ...problem.rows[0]!, coefficients: [1, -2] };
    expect(refuses({ ...problem, rows: [...problem.rows, ratio] })).toMatch(/conditions beside/);
  });
});

describe("general solver", () => {
  it("agrees with the exact one on concave problems", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed);
      const n = 2 + random.integer(30);
      const sizes = Float64Array.from({ length: n }, () => Math.exp(random.normal()));
      const upper = Float64Array.from({ length: n }, () => 1000 * (0.5 + random.uniform()));
      const problem = separable(roots(sizes), n, 400 * n, { upper, lower: new Float64Array(n).fill(20) });
      const exact = await marginalEqualisation().solve(problem);
      const general = await smoothSolver().solve(problem);
      expect(general.value).toBeGreaterThan(exact.value * (1 - 1e-6));
      expect(general.bound!).toBeGreaterThanOrEqual(exact.value * (1 - 1e-9));
      expect(violation(problem, general.x)).toBeLessThan(1e-9);
    }
  });
});

describe("branch and bound over hulls", () => {
  it("finds the optimum of S-curves that a fine grid finds", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const problem = separable(sigmoids(seed, 3), 3, 60, { concave: false });
      const { value, bound } = await envelopeSearch().solve(problem);
      let best = 0;
      for (let a = 0; a <= 240; a++) {
        for (let b = 0; a + b <= 240; b++) {
          best = Math.max(best, problem.evaluate(new Float64Array([a / 4, b / 4, 60 - (a + b) / 4]), null));
        }
      }
      expect(value).toBeGreaterThanOrEqual(best - 1e-9);
      expect(bound!).toBeGreaterThanOrEqual(value);
      expect(bound! - value).toBeLessThan(1e-3 * value);
    }
  });

  it("is within 0.1 % of the best of many random restarts, or above it", async () => {
    for (let seed = 0; seed < 3; seed++) {
      const n = 8;
      const problem = separable(sigmoids(100 + seed, n), n, 90, { concave: false });
      const found = await chooseSolver(problem).solve(problem);
      const random = createRandom(seed).split("restarts");
      let best = 0;
      for (let k = 0; k < 60; k++) {
        const start = Float64Array.from({ length: n }, () => (random.uniform() < 0.4 ? 0 : 90 * random.uniform()));
        const climbed = await climb((x, g) => problem.evaluate(x, g), problem, start, { tolerance: 1e-8 });
        best = Math.max(best, climbed.value);
      }
      expect(found.value).toBeGreaterThan(best * 0.999);
    }
  });

  it("switches channels off rather than below their minimum, as trying every combination does", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const n = 5;
      const random = createRandom(seed).split("sizes");
      const sizes = Float64Array.from({ length: n }, () => Math.exp(0.5 * random.normal()));
      const switches = [...sizes.keys()].map((i) => ({ name: `s${i}`, indices: [i], minimum: 30 }));
      const problem = separable(roots(sizes), n, 100, { switches });
      let best = 0;
      for (let mask = 1; mask < 2 ** n; mask++) {
        const on = [...sizes.keys()].map((i) => (mask >> i) & 1);
        if (on.reduce((a, b) => a + b, 0) > 3) continue;
        const part = separable(roots(sizes), n, 100, {
          lower: Float64Array.from(on, (o) => 30 * o),
          upper: Float64Array.from(on, (o) => 100 * o),
        });
        best = Math.max(best, (await marginalEqualisation().solve(part)).value);
      }
      for (const solver of [envelopeSearch(), onOffSearch(marginalEqualisation()), onOffSearch(smoothSolver())]) {
        const { x, value, status } = await solver.solve(problem);
        expect(value).toBeGreaterThan(best * (1 - 2e-4));
        expect(value).toBeLessThanOrEqual(best * (1 + 1e-9));
        expect(status).toBe("optimal");
        for (const spend of x) expect(spend === 0 || spend >= 30 - 1e-9).toBe(true);
      }
    }
  });

  it("proves that no combination of switches meets a budget", async () => {
    const switches = [0, 1].map((i) => ({ name: `s${i}`, indices: [i], minimum: 70 }));
    const problem = separable(roots([1, 1]), 2, 100, { switches, upper: new Float64Array([80, 80]) });
    for (const solver of [envelopeSearch(), onOffSearch(smoothSolver())]) {
      expect((await solver.solve(problem)).status).toBe("infeasible");
    }
  });
});

describe("budgets of groups below one budget", () => {
  const groupRow = (indices: number[], lower: number, upper: number) => ({
    name: "group",
    indices,
    coefficients: new Float64Array(indices.length).fill(1),
    lower,
    upper,
  });
  const within = (problem: SolverProblem, ...rows: ReturnType<typeof groupRow>[]): SolverProblem => ({
    ...problem,
    rows: [...problem.rows, ...rows],
  });

  it("equals the closed form, group by group, for square roots", async () => {
    // Groups held at 10 and 50 split by squares of their sizes; the rest shares the 40 that are left.
    const sizes = [1, 2, 3, 1, 1, 2, 4, 1];
    const problem = within(separable(roots(sizes), 8, 100), groupRow([0, 1, 2], 0, 10), groupRow([3, 4], 50, 100));
    const { x, status } = await marginalEqualisation().solve(problem);
    expect(status).toBe("optimal");
    const wanted = [10 / 14, 40 / 14, 90 / 14, 25, 25, (40 * 4) / 21, (40 * 16) / 21, 40 / 21];
    wanted.forEach((value, i) => {
      expect(x[i]! / value).toBeCloseTo(1, 5);
    });
  });

  it("reaches S-curves with a proof that the general solver does not have, and no worse a plan", async () => {
    for (const seed of [1, 2]) {
      const problem = within(
        separable(sigmoids(seed, 9), 9, 90, { concave: false }),
        groupRow([0, 1, 2], 10, 25),
        groupRow([3, 4, 5], 0, 30),
      );
      const exact = await envelopeSearch().solve(problem);
      const general = await smoothSolver().solve(problem, { restarts: 8 });
      expect(violation(problem, exact.x)).toBeLessThan(1e-9);
      expect(exact.value).toBeGreaterThanOrEqual(general.value * (1 - 1e-5));
      expect(exact.bound! / exact.value).toBeLessThan(1 + 2e-5);
    }
  });

  it("says when a group cannot meet its own budget", async () => {
    const problem = within(separable(roots([1, 2, 3]), 3, 10), groupRow([0, 1], 25, 30));
    expect((await marginalEqualisation().solve(problem)).status).toBe("infeasible");
    expect((await envelopeSearch().solve({ ...problem, concave: false })).status).toBe("infeasible");
  });
});
