import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { type Polytope, rowValue, violation } from "./rows.js";
import { feasiblePoint, maximiseLinear } from "./simplex.js";

const row = (name: string, coefficients: number[], lower: number, upper: number) => ({
  name,
  indices: coefficients.map((_, i) => i),
  coefficients,
  lower,
  upper,
});

function randomSet(seed: number): Polytope {
  const random = createRandom(seed);
  const n = 2 + random.integer(8);
  const lower = Float64Array.from({ length: n }, () => 100 * random.uniform());
  const upper = lower.map((low) => low + 1000 * random.uniform());
  const inside = lower.map((low, i) => low + random.uniform() * (upper[i]! - low));
  const rows = Array.from({ length: 1 + random.integer(5) }, (_, j) => {
    const coefficients = Array.from({ length: n }, () => Math.round(3 * random.normal()));
    const at = rowValue(row("", coefficients, 0, 0), inside);
    const width = random.uniform() < 0.3 ? 0 : 300;
    return row(`row ${j}`, coefficients, at - width * random.uniform(), at + width * random.uniform());
  });
  return { lower, upper, rows };
}

describe("maximiseLinear", () => {
  it("solves a textbook problem with its shadow prices", () => {
    // max 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18: (2, 6), 36, prices 0, 3/2, 1.
    const set = {
      lower: new Float64Array([0, 0]),
      upper: new Float64Array([1e3, 1e3]),
      rows: [
        row("a", [1, 0], Number.NEGATIVE_INFINITY, 4),
        row("b", [0, 2], Number.NEGATIVE_INFINITY, 12),
        row("c", [3, 2], Number.NEGATIVE_INFINITY, 18),
      ],
    };
    const { status, x, value, rowPrices } = maximiseLinear([3, 5], set);
    expect(status).toBe("optimal");
    expect([...x, value]).toEqual([2, 6, 36].map((v) => expect.closeTo(v, 9)));
    expect([...rowPrices]).toEqual([0, 1.5, 1].map((v) => expect.closeTo(v, 9)));
  });

  it("meets weak duality with equality on random problems", () => {
    for (let seed = 0; seed < 200; seed++) {
      const set = randomSet(seed);
      const random = createRandom(seed).split("cost");
      const cost = Float64Array.from(set.lower, () => random.normal());
      const { status, x, value, rowPrices, cellPrices } = maximiseLinear(cost, set);
      expect(status).toBe("optimal");
      expect(violation(set, x)).toBeLessThan(1e-8);
      // c = Aᵀ·rowPrices + cellPrices, so the value is the prices times the active bounds.
      let dual = 0;
      const rebuilt = cellPrices.slice();
      set.rows.forEach((each, j) => {
        dual += rowPrices[j]! === 0 ? 0 : rowPrices[j]! * (rowPrices[j]! > 0 ? each.upper : each.lower);
        Array.from(each.coefficients).forEach((a, i) => {
          rebuilt[i]! += a * rowPrices[j]!;
        });
      });
      cellPrices.forEach((price, i) => {
        dual += price * (price > 0 ? set.upper[i]! : set.lower[i]!);
      });
      for (let i = 0; i < cost.length; i++) expect(rebuilt[i]).toBeCloseTo(cost[i]!, 8);
      expect(dual).toBeCloseTo(value, 5);
    }
  });

  it("tells an empty set from one with a single point", () => {
    const bounds = { lower: new Float64Array([0, 0]), upper: new Float64Array([10, 10]) };
    expect(feasiblePoint({ ...bounds, rows: [row("a", [1, 1], 20, 20)] })).toEqual(new Float64Array([10, 10]));
    expect(feasiblePoint({ ...bounds, rows: [row("a", [1, 1], 20.001, 30)] })).toBeNull();
    expect(feasiblePoint({ ...bounds, rows: [row("a", [1, 0], 6, 9), row("b", [1, 0], 1, 5)] })).toBeNull();
    expect(feasiblePoint({ lower: new Float64Array([2]), upper: new Float64Array([1]), rows: [] })).toBeNull();
  });
});
