import { describe, expect, it } from "vitest";
import { randomModel } from "../fixture/curves.js";
import { planBudget } from "../plan/plan.js";
import { tabulate } from "./tabulate.js";

const options = { channels: 3, units: 4, periods: 30, lags: 8, draws: 10, slopes: [0.8, 3] as const };
const model = randomModel(7, options);

describe("tabulate", () => {
  it("leaves quick models and cells that touch each other as they are", () => {
    const small = randomModel(7, { channels: 3 });
    expect(tabulate(small, small.current)).toBe(small);
    const weeks = randomModel(7, { ...options, perPeriod: true });
    expect(tabulate(weeks, weeks.current)).toBe(weeks);
  });

  it("agrees with the model, values and slopes", () => {
    const upper = model.current.map((spend) => 2 * spend);
    const table = tabulate(model, upper);
    expect(table).not.toBe(model);
    const exact = new Float64Array(3);
    const read = new Float64Array(3);
    for (const share of [0.03, 0.31, 0.5, 0.77, 1]) {
      const x = upper.map((most, i) => most * share * (1 - 0.05 * i));
      const value = model.evaluate(x, 3, exact);
      expect(Math.abs(table.evaluate(x, 3, read) / value - 1)).toBeLessThan(1e-4);
      const off = read.map((slope, i) => Math.abs(slope / exact[i]! - 1));
      expect(Math.max(...off)).toBeLessThan(share < 0.1 ? 0.05 : 2e-3);
    }
    expect(table.evaluate(new Float64Array(3), 0, null)).toBeCloseTo(0, 8);
  });

  it("finds the plan that the model itself leads to", async () => {
    const concave = randomModel(7, { ...options, slopes: [0.6, 1] });
    const plan = await planBudget(concave, { goal: { kind: "budget" } }, { sensitivity: false });
    const { cellCost: _, ...slow } = concave;
    const direct = await planBudget(slow, { goal: { kind: "budget" } }, { sensitivity: false });
    expect(plan.expected.optimal.kpi.mean / direct.expected.optimal.kpi.mean).toBeCloseTo(1, 6);
    expect(plan.certificate.kktResidual).toBeLessThan(1e-5);
  });

  it("reaches a target that the tables would just miss", async () => {
    const target = 1.05 * planKpi(model.current);
    const plan = await planBudget(model, { goal: { kind: "kpi", target } }, { sensitivity: false });
    expect(plan.expected.optimal.kpi.mean).toBeGreaterThanOrEqual(target * (1 - 1e-9));
    expect(plan.expected.optimal.kpi.mean / target).toBeLessThan(1 + 1e-5);
  });
});

function planKpi(spend: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < model.draws; d++) sum += model.evaluate(spend, d, null) / model.draws;
  return sum;
}
