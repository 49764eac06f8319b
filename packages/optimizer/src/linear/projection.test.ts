import { createRandom } from "@mmm/core";
import { expect, it } from "vitest";
import { project } from "./projection.js";
import { type Polytope, rowValue, violation } from "./rows.js";

function overlapping(seed: number): { set: Polytope; inside: Float64Array } {
  const random = createRandom(seed);
  const n = 3 + random.integer(20);
  const lower = Float64Array.from({ length: n }, () => (random.uniform() < 0.5 ? 0 : 10 * random.uniform()));
  const upper = lower.map((low) => low + (random.uniform() < 0.1 ? 0 : 100 * Math.exp(2 * random.normal())));
  const inside = lower.map((low, i) => low + random.uniform() * (upper[i]! - low));
  const rows = Array.from({ length: 1 + random.integer(6) }, (_, j) => {
    const indices = [...inside.keys()].filter(() => j === 0 || random.uniform() < 0.5);
    const row = { name: `${j}`, indices, coefficients: indices.map(() => (j < 3 ? 1 : random.normal())) };
    const at = rowValue({ ...row, lower: 0, upper: 0 }, inside);
    const range = random.uniform();
    if (j === 0 || range < 0.2) return { ...row, lower: at, upper: at };
    if (range < 0.5) return { ...row, lower: at - 5, upper: Number.POSITIVE_INFINITY };
    return { ...row, lower: at - 20 * random.uniform(), upper: at + 20 * random.uniform() };
  });
  return { set: { lower, upper, rows }, inside };
}

it("meets every condition and the variational inequality of a nearest point", () => {
  for (let seed = 0; seed < 300; seed++) {
    const { set, inside } = overlapping(seed);
    const random = createRandom(seed).split("point");
    const metric = Float64Array.from(set.lower, () => Math.exp(random.normal()));
    const point = set.lower.map((low, i) => low + 3 * (random.uniform() - 0.5) * (set.upper[i]! - low + 10));
    const x = project(point, metric, set);
    expect(violation(set, x)).toBeLessThan(1e-9);
    // ⟨point − x, y − x⟩ ≤ 0 for every feasible y; `inside` and mixtures with it are feasible.
    let product = 0;
    let size = 0;
    for (let i = 0; i < x.length; i++) {
      product += metric[i]! * (point[i]! - x[i]!) * (inside[i]! - x[i]!);
      size += metric[i]! * ((point[i]! - x[i]!) ** 2 + (inside[i]! - x[i]!) ** 2);
    }
    expect(product).toBeLessThanOrEqual(1e-7 * size + 1e-9);
    // Projecting again changes nothing.
    const again = project(x, metric, set);
    for (let i = 0; i < x.length; i++) expect(again[i]).toBeCloseTo(x[i]!, 5);
  }
});

it("spreads a shortfall evenly over cells that are free", () => {
  const set = {
    lower: new Float64Array(3),
    upper: new Float64Array([100, 100, 11]),
    rows: [{ name: "budget", indices: [0, 1, 2], coefficients: [1, 1, 1], lower: 60, upper: 60 }],
  };
  const x = project(new Float64Array([10, 20, 10]), new Float64Array([1, 1, 1]), set);
  expect([...x]).toEqual([19.5, 29.5, 11].map((v) => expect.closeTo(v, 9)));
});
