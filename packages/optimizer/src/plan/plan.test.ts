import { hill } from "@mmm/transforms/plain";
import { describe, expect, it } from "vitest";
import { randomModel } from "../fixture/curves.js";
import { gridResponse } from "../response/grid-response.js";
import { meanResponse } from "../response/response-model.js";
import { defineAllocationSolver } from "../solver/contract.js";
import { smoothSolver } from "../solver/smooth.js";
import { compareScenarios, efficientFrontier } from "./compare.js";
import { planToCsv } from "./csv.js";
import { planBudget } from "./plan.js";
import type { Plan } from "./types.js";

const spendOf = (plan: Plan) => Float64Array.from(plan.allocation, ({ optimal }) => optimal);
const total = (plan: Plan) => plan.expected.optimal.spend;
const wide = { "*": { min: 0, max: 1e5 } };

describe("goals", () => {
  const model = { ...randomModel(2, { channels: 5, draws: 8 }), valuePerKpi: 4, currency: "EUR" };

  it("spends a fixed budget exactly, and better than today", async () => {
    const plan = await planBudget(model, { goal: { kind: "budget" } });
    expect(total(plan)).toBeCloseTo(plan.expected.current.spend, 6);
    expect(plan.expected.gain.mean).toBeGreaterThan(0);
    expect(plan.certificate).toMatchObject({ notWorseThanCurrent: true, keptCurrent: false, status: "optimal" });
    expect(plan.certificate.optimalityGap!).toBeLessThan(1e-9);
    expect(plan.certificate.kktResidual).toBeLessThan(1e-9);
  });

  it("prices the budget by what one more unit really brings", async () => {
    const budget = 6000;
    const at = (money: number) => planBudget(model, { goal: { kind: "budget", total: money }, limits: wide });
    const [plan, more] = [await at(budget), await at(budget + 1)];
    const price = plan.binding.find(({ name }) => name.startsWith("the budget"))!;
    expect(price.shadowPrice).toBeCloseTo(more.expected.optimal.kpi.mean - plan.expected.optimal.kpi.mean, 4);
    expect(price.words).toMatch(/^1 more EUR of budget brings .* KPI \(worth .* EUR\)\.$/);
  });

  it("stops for profit where the last unit returns itself, for marginal ROI where it returns the target", async () => {
    const profit = await planBudget(model, { goal: { kind: "profit" }, limits: wide });
    for (const { marginalKpi, optimal } of profit.channels) {
      if (optimal.spend > 1 && optimal.spend < 99_999) expect(4 * marginalKpi).toBeCloseTo(1, 5);
    }
    const mroi = await planBudget(model, { goal: { kind: "mroi", target: 2 }, limits: wide });
    for (const { marginalKpi } of mroi.channels) expect(4 * marginalKpi).toBeCloseTo(2, 5);
    expect(total(mroi)).toBeLessThan(total(profit));
    for (const factor of [0.9, 1.1]) {
      const other = await planBudget(model, { goal: { kind: "budget", total: factor * total(profit) }, limits: wide });
      expect(other.expected.optimal.profit!.mean).toBeLessThan(profit.expected.optimal.profit!.mean);
    }
  });

  it("reaches a target KPI at least cost", async () => {
    const target = 1.1 * meanResponse(model, model.current, null);
    const plan = await planBudget(model, { goal: { kind: "kpi", target }, limits: wide });
    expect(plan.expected.optimal.kpi.mean / target).toBeCloseTo(1, 5);
    const cheaper = await planBudget(model, { goal: { kind: "budget", total: 0.999 * total(plan) }, limits: wide });
    expect(cheaper.expected.optimal.kpi.mean).toBeLessThan(target);
  });

  it("spends as much as a target ROI allows", async () => {
    const plan = await planBudget(model, { goal: { kind: "roi", target: 1.5 }, limits: wide });
    expect(plan.expected.optimal.roi!.mean).toBeCloseTo(1.5, 4);
    const larger = await planBudget(model, { goal: { kind: "budget", total: 1.01 * total(plan) }, limits: wide });
    expect(larger.expected.optimal.roi!.mean).toBeLessThan(1.5);
  });

  it("says when a target is out of reach", async () => {
    await expect(planBudget(model, { goal: { kind: "kpi", target: 1e9 } })).rejects.toThrow(
      /target of 1,000,000,000 KPI is out of reach: the most these limits allow is/,
    );
    await expect(planBudget(model, { goal: { kind: "roi", target: 1e6 } })).rejects.toThrow(/No plan within/);
    const unknown = { ...model, valuePerKpi: null };
    await expect(planBudget(unknown, { goal: { kind: "profit" } })).rejects.toThrow(/worth of one KPI is unknown/);
  });
});

describe("conditions", () => {
  const model = randomModel(5, { channels: 4 });
  const all = model.current.reduce((a, b) => a + b, 0);

  it("names the conditions that contradict each other, and no others", async () => {
    const request = {
      goal: { kind: "budget" as const, total: 1000 },
      limits: { "*": { min: 0, max: 1e6 }, "channel 1": { min: 800 } },
      groups: [
        { name: "digital", channels: ["channel 2", "channel 3"], min: 300 },
        { name: "offline", channels: ["channel 0", "channel 1"], maxShare: 0.95 },
      ],
    };
    await expect(planBudget(model, request)).rejects.toThrow(
      /^No plan meets all conditions: digital at least 300; the budget of 1,000; channel 1 at least 800 and at most/,
    );
    await expect(planBudget(model, request)).rejects.not.toThrow(/offline/);
  });

  it("holds groups, ratios, fixed channels and shares", async () => {
    const plan = await planBudget(model, {
      goal: { kind: "budget" },
      limits: { "*": { min: 0, max: all }, "channel 0": { fixed: true } },
      groups: [{ name: "pair", channels: ["channel 1", "channel 2"], minShare: 0.6 }],
      ratios: [{ numerator: ["channel 1"], denominator: ["channel 2"], max: 0.25 }],
    });
    const [fixed, a, b] = plan.channels.map(({ optimal }) => optimal.spend);
    expect(fixed).toBeCloseTo(model.current[0]!, 6);
    expect(a! + b!).toBeGreaterThanOrEqual(0.6 * all * (1 - 1e-9));
    expect(a!).toBeLessThanOrEqual(0.25 * b! * (1 + 1e-9));
    expect(plan.certificate.maxViolation).toBeLessThan(1e-9);
  });

  it("spends nothing or the minimum", async () => {
    const minimum = 0.45 * all;
    const limits = { "*": { min: 0, max: all, minimum } };
    const plan = await planBudget(model, { goal: { kind: "budget" }, limits });
    const on = plan.channels.filter(({ optimal }) => optimal.spend > 0);
    expect(on.length).toBeLessThanOrEqual(2);
    for (const { optimal } of on) expect(optimal.spend).toBeGreaterThanOrEqual(minimum * (1 - 1e-9));
  });

  it("rounds to steps with little loss", async () => {
    const step = all / 200;
    const free = await planBudget(model, { goal: { kind: "budget" } });
    const plan = await planBudget(model, { goal: { kind: "budget" }, step });
    for (const spend of spendOf(plan)) expect(Math.abs(spend / step - Math.round(spend / step))).toBeLessThan(1e-6);
    expect(total(plan)).toBeGreaterThan(all - step);
    expect(plan.expected.optimal.kpi.mean).toBeGreaterThan(0.995 * free.expected.optimal.kpi.mean);
  });

  it("refuses unknown channels and senseless limits", async () => {
    const goal = { kind: "budget" as const };
    const plan = (limits: object) => planBudget(model, { goal, limits: limits as Record<string, object> });
    await expect(plan({ tv: {} })).rejects.toThrow(/names the channel 'tv'; known: channel 0/);
    await expect(plan({ "channel 0": { min: 5, max: 3 } })).rejects.toThrow(/min 5 is above max 3/);
    await expect(plan({ "channel 0": { change: [0.3, -0.3] } })).rejects.toThrow(/change is \[0.3, -0.3\]/);
  });
});

describe("uncertainty", () => {
  it("is more careful with a channel whose effect is uncertain", async () => {
    const channel = (name: string, effects: number[]) => ({
      name,
      family: hill(),
      activityScale: new Float64Array([100]),
      price: new Float64Array([1]),
      draws: effects.map((effect) => ({
        weights: new Float64Array([1]),
        saturation: [1, 1],
        effect: new Float64Array([effect]),
      })),
      current: new Float64Array([100]),
      observed: { lower: new Float64Array([0]), upper: new Float64Array([200]) },
      concave: true,
    });
    const spread = Array.from({ length: 41 }, (_, k) => 10 + 190 * (k / 40));
    const model = gridResponse({
      units: ["all"],
      periods: ["year"],
      channels: [
        channel("risky", spread),
        channel(
          "safe",
          spread.map(() => 100),
        ),
      ],
    });
    const risky = async (objective: Parameters<typeof planBudget>[1]["objective"]) => {
      const plan = await planBudget(model, { goal: { kind: "budget" }, objective: objective! });
      return plan.channels[0]!.optimal.spend;
    };
    const expected = await risky({ kind: "expected" });
    expect(await risky({ kind: "quantile", probability: 0.1 })).toBeLessThan(0.9 * expected);
    expect(await risky({ kind: "cvar", share: 0.1 })).toBeLessThan(0.9 * expected);
  });

  it("beats today's plan more surely when asked to", async () => {
    const model = randomModel(11, { channels: 6, draws: 60 });
    const sure = await planBudget(model, { goal: { kind: "budget" }, objective: { kind: "beat-current" } });
    const best = await planBudget(model, { goal: { kind: "budget" } });
    expect(sure.expected.probabilityOfGain).toBeGreaterThanOrEqual(best.expected.probabilityOfGain);
    expect(best.expected.gain.mean).toBeGreaterThanOrEqual(sure.expected.gain.mean - 1e-9);
  });
});

describe("solvers", () => {
  const model = randomModel(6, { channels: 4 });

  it("uses the solvers it is given", async () => {
    const solvers = [smoothSolver()];
    const general = await planBudget(model, { goal: { kind: "budget" } }, { solvers });
    const exact = await planBudget(model, { goal: { kind: "budget" } });
    expect(general.certificate.solver).toBe("projected-quasi-newton");
    expect(exact.certificate.solver).toBe("marginal-equalisation");
    expect(general.expected.optimal.kpi.mean / exact.expected.optimal.kpi.mean).toBeCloseTo(1, 7);
  });

  it("returns today's plan, and says so, when a solver finds nothing better", async () => {
    const lazy = defineAllocationSolver({
      ...smoothSolver(),
      id: "lazy",
      solve: async (problem) => {
        const x = Float64Array.from([...model.current].reverse());
        return { status: "stationary", x, value: problem.evaluate(x, null), bound: null, evaluations: 1 };
      },
    });
    const limits = { "*": { min: 0, max: 1e5 } };
    const plan = await planBudget(model, { goal: { kind: "budget" }, limits }, { solvers: [lazy], sensitivity: false });
    const reversed = meanResponse(model, Float64Array.from([...model.current].reverse()), null);
    expect(reversed).toBeLessThan(meanResponse(model, model.current, null));
    expect(spendOf(plan)).toEqual(model.current);
    expect(plan.certificate).toMatchObject({ keptCurrent: true, notWorseThanCurrent: true });
    expect(plan.diagnostics.map(({ code }) => code)).toContain("CURRENT_KEPT");
    // The certificate still tells how much better a plan may be.
    expect(plan.certificate.optimalityGap!).toBeGreaterThan(0.001);
  });

  it("stops when asked to", async () => {
    const signal = AbortSignal.abort();
    await expect(planBudget(model, { goal: { kind: "budget" } }, {}, { signal })).rejects.toThrow(/cancelled/);
  });
});

describe("reading plans", () => {
  const model = { ...randomModel(4, { channels: 3, periods: 4, lags: 3, perPeriod: true }), valuePerKpi: 2 };

  it("allocates periods and writes them as CSV", async () => {
    const plan = await planBudget(model, { goal: { kind: "budget" } });
    expect(plan.allocation).toHaveLength(12);
    const lines = planToCsv(plan).trim().split("\n");
    expect(lines[0]).toBe("channel,period,current,optimal,change");
    expect(lines).toHaveLength(13);
    expect(plan.certificate.sensitivity.map(({ change }) => change)).toEqual([-0.1, 0.1]);
    expect(plan.certificate.sensitivity[0]!.kpiChange).toBeLessThan(0);
    expect(plan.certificate.sensitivity[1]!.kpiChange).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("warns when a plan leaves what was observed, and says how much of the gain that is", async () => {
    const { inside: _, ...open } = model;
    const narrow = { ...open, observed: { lower: model.current, upper: model.current } };
    const plan = await planBudget(narrow, { goal: { kind: "budget" }, limits: { "*": { change: [-0.5, 0.5] } } });
    expect(plan.diagnostics.map(({ code }) => code)).toContain("EXTRAPOLATION");
    expect(plan.certificate.gainOutsideObserved).toBeGreaterThan(0.5);
  });

  it("draws a concave frontier", async () => {
    const points = await efficientFrontier(model, { limits: { "*": { change: [-0.9, 2] } } });
    expect(points).toHaveLength(11);
    for (let k = 1; k < points.length; k++) {
      expect(points[k]!.kpi.mean).toBeGreaterThan(points[k - 1]!.kpi.mean);
      expect(points[k]!.marginalKpi).toBeLessThan(points[k - 1]!.marginalKpi * (1 + 1e-3));
      expect(points[k]!.roi!.mean).toBeLessThan(points[k - 1]!.roi!.mean);
    }
  });

  it("compares scenarios with today's plan", async () => {
    const results = await compareScenarios(model, [
      { name: "best", request: { goal: { kind: "budget" } } },
      { name: "all on one", spend: { "channel 0": 5000, "channel 1": 0, "channel 2": 0 } },
    ]);
    expect(results.map(({ name }) => name)).toEqual(["today", "best", "all on one"]);
    expect(results[0]!.gain.mean).toBe(0);
    expect(results[1]!.gain.mean).toBeGreaterThan(0);
    expect(results[2]!.spend).toEqual({ "channel 0": expect.closeTo(5000, 6), "channel 1": 0, "channel 2": 0 });
    await expect(compareScenarios(model, [{ name: "x", spend: { radio: 1 } }])).rejects.toThrow(/names 'radio'/);
  });
});
