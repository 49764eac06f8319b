import { momentsOf } from "@mmm/causal";
import { simulateLinear } from "@mmm/causal/simulate";
import { describe, expect, it } from "vitest";
import { linearDesign } from "../linear/design.js";
import { leastSquares } from "../linear/least-squares.js";
import { linearProblem, penaltyValue } from "../linear/problem.js";
import { insertionSearch } from "./insertion-search.js";
import { lassoModel } from "./lasso.js";
import { quasiMcpModel } from "./quasi-mcp.js";

const d = 5;
const { data } = simulateLinear({ family: "ER2", size: d, seed: 3, rows: 300 });
const everything = { allowed: new Uint8Array(d * d).fill(1), required: new Uint8Array(d * d) };
const design = linearDesign(momentsOf(data), d, false);
const problem = linearProblem(design, everything, { lambda: 0.1 });

function permutations(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

describe("lasso of one target", () => {
  it("satisfies the optimality conditions and reports its own cost", () => {
    const model = lassoModel(design, problem);
    const weights = new Float64Array(d);
    const allowed = Uint8Array.of(1, 1, 0, 1, 1);
    const cost = model.fit(2, allowed, weights);
    const all = new Float64Array(d * d);
    all.set(weights, 2 * d);
    const gradient = new Float64Array(d * d);
    leastSquares(design)(all, gradient);
    for (let i = 0; i < d; i++) {
      if (!allowed[i]) expect(weights[i]).toBe(0);
      else if (weights[i] === 0) expect(Math.abs(gradient[2 * d + i]!)).toBeLessThanOrEqual(0.1 + 1e-6);
      else expect(gradient[2 * d + i]! + 0.1 * Math.sign(weights[i]!)).toBeCloseTo(0, 5);
    }
    const alone = new Float64Array(d * d);
    alone.set(weights, 2 * d);
    let others = 0;
    for (let j = 0; j < d; j++) if (j !== 2) others += 0.5 * design.covariance[j * d + j]!;
    const total = leastSquares(design)(alone, gradient) + penaltyValue(problem, alone);
    expect(cost).toBeCloseTo(total - others, 8);
  });
});

describe.each([
  ["lasso", () => lassoModel(design, problem)],
  ["quasi-MCP", () => quasiMcpModel(design, problem, { scale: 2, concavity: 1e-3 })],
] as const)("insertion search with %s", (_, make) => {
  it("never ends above its start, and ends at or near the best of all orders", () => {
    const model = make();
    const costOf = (order: number[]): number => {
      let sum = 0;
      const allowed = new Uint8Array(d);
      for (const node of order) {
        sum += model.fit(node, allowed, new Float64Array(d));
        allowed[node] = 1;
      }
      return sum;
    };
    const best = Math.min(...permutations([0, 1, 2, 3, 4]).map(costOf));
    const found = [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 0, 4, 1, 3],
    ].map((start) => {
      const { cost, order } = insertionSearch(model, problem, start, new Float64Array(d * d));
      expect(cost).toBeLessThanOrEqual(costOf(start) + 1e-9);
      expect(costOf(order)).toBeCloseTo(cost, 6);
      return cost;
    });
    expect(Math.min(...found)).toBeLessThanOrEqual(best + 1e-6);
  });
});

it("keeps required causes before their effects", () => {
  const required = new Uint8Array(d * d);
  required[4 * d + 0] = 1;
  const bound = linearProblem(design, { allowed: everything.allowed, required }, { lambda: 0.1 });
  const { order, weights } = insertionSearch(
    lassoModel(design, bound),
    bound,
    [4, 0, 1, 2, 3],
    new Float64Array(d * d),
  );
  expect(order.indexOf(4)).toBeLessThan(order.indexOf(0));
  expect(weights[0 * d + 4]).not.toBe(0);
});
