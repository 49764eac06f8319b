import { efficientFrontier, type Plan, type PlanRequest, planBudget } from "@mmm/optimizer";
import { randomModel } from "@mmm/optimizer/fixture";
import { beforeAll, describe, expect, it } from "vitest";
import { allocationShift, kpiBeforeAfter, spendBeforeAfter } from "../plan-charts/before-after.js";
import { flightingCalendars, moneyOverTime } from "../plan-charts/flighting-calendar.js";
import { frontierChart, returnsChart } from "../plan-charts/frontier.js";
import { scenarioChart } from "../plan-charts/scenarios.js";
import { unitShift } from "../plan-charts/unit-shift.js";
import { renderPlanPage } from "./plan-page.js";
import { planSections } from "./plan-sections.js";
import { planWords } from "./plan-words.js";

const model = { ...randomModel(3, { channels: 4, draws: 12 }), valuePerKpi: 3, currency: "EUR" };
const planFor = (request: PlanRequest) => planBudget(model, request);
const column = (table: { rows: readonly (readonly unknown[])[] }, at: number) =>
  table.rows.reduce((sum, row) => sum + Number(row[at]), 0);

describe("a plan in words and charts", () => {
  let plan: Plan;
  beforeAll(async () => {
    const solved = await planFor({ goal: { kind: "budget" } });
    const rows = ["today", "this plan"].map((name, i) => ({
      name,
      spend: Object.fromEntries(solved.channels.map((each) => [each.name, each.optimal.spend])),
      outcome: i === 0 ? solved.expected.current : solved.expected.optimal,
      gain: solved.expected.gain,
      probabilityOfGain: 1,
    }));
    plan = { ...solved, frontier: await efficientFrontier(model), scenarios: rows };
  });

  it("shows spend and effect that add up to the plan's totals", () => {
    const { current, optimal } = plan.expected;
    expect(column(spendBeforeAfter(plan).table, 1)).toBeCloseTo(current.spend, 6);
    expect(column(spendBeforeAfter(plan).table, 2)).toBeCloseTo(optimal.spend, 6);
    expect(column(kpiBeforeAfter(plan).table, 1)).toBeCloseTo(current.kpi.mean, 6);
    expect(column(kpiBeforeAfter(plan).table, 4)).toBeCloseTo(optimal.kpi.mean, 6);
    expect(column(allocationShift(plan).table, 1)).toBeCloseTo(0, 6);
  });

  it("draws the frontier through its points, and returns in value where it is known", () => {
    expect(frontierChart(plan)!.table.rows).toHaveLength(11);
    const [first] = returnsChart(plan)!.table.rows;
    expect(first![1]).toBeCloseTo(plan.frontier![0]!.roi!.mean, 9);
    const { frontier: _, ...without } = plan;
    expect(frontierChart(without)).toBeNull();
    expect(returnsChart(without)).toBeNull();
  });

  it("leaves out calendars and units where they are not planned", () => {
    expect(flightingCalendars(plan)).toBeNull();
    expect(moneyOverTime(plan)).toBeNull();
    expect(unitShift(plan)).toBeNull();
    expect(planSections(plan).map(({ id }) => id)).toEqual([
      "plan",
      "plan-money",
      "plan-frontier-section",
      "plan-scenarios-section",
      "plan-certificate",
    ]);
    const { scenarios: _, ...alone } = plan;
    expect(scenarioChart(alone)).toBeNull();
  });

  it("lays out periods and units with their sums", async () => {
    const laid = randomModel(5, { channels: 2, units: 3, periods: 4, perUnit: true, perPeriod: true });
    const calendar = await planBudget(laid, { goal: { kind: "budget" } }, { sensitivity: false });
    const [heat] = flightingCalendars(calendar)!;
    expect(column(heat!.table, 1) + column(heat!.table, 2)).toBeCloseTo(calendar.expected.optimal.spend, 6);
    expect(column(moneyOverTime(calendar)!.table, 1)).toBeCloseTo(calendar.expected.current.spend, 6);
    expect(column(unitShift(calendar)!.table, 2)).toBeCloseTo(calendar.expected.optimal.spend, 6);
    expect(unitShift(calendar)!.table.rows).toHaveLength(3);
  });

  it("writes one page that needs no network", () => {
    const html = renderPlanPage(plan, { locale: "de-DE", title: "Plan <2027>" });
    expect(html.length).toBeLessThan(3e6);
    expect(html).toContain("Plan &lt;2027&gt;");
    expect(html).toContain("No plan within the limits is better by more than");
    expect(html).not.toMatch(/(src|href)="https?:/);
  });
});

describe("planWords", () => {
  it("says less where the plan brings less, and what that does to profit", async () => {
    const lean = await planFor({ goal: { kind: "budget", total: 1000 } });
    const [, , difference] = planWords(lean).outcome;
    expect(difference).toMatch(/^That is .* less KPI for .* less money: profit changes by /);
  });

  it("names the goal and the objective", async () => {
    const goal = { kind: "profit", atMost: 12_000 } as const;
    const plan = await planFor({ goal, objective: { kind: "cvar", share: 0.1 } });
    expect(planWords(plan).goal).toMatch(
      /largest profit, at most €12k, judged by the mean of the worst 10% of cases\.$/,
    );
  });

  it("keeps a plan that goes far beyond today from looking good", async () => {
    const far = await planFor({ goal: { kind: "budget", total: 1e7 }, limits: { "*": { min: 0, max: 1e7 } } });
    const verdict = planSections(far)[0]!.blocks[0]!;
    expect(verdict).toMatchObject({ kind: "verdict", tone: "bad" });
    expect(far.diagnostics[0]!.code).toBe("BUDGET_FAR_FROM_TODAY");
  });
});
