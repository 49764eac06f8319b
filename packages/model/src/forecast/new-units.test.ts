import { columnValues, createPanel, type Panel, slicePeriods } from "@mmm/core";
import { simulatePanel } from "@mmm/data";
import { describe, expect, it } from "vitest";
import { fitStructural } from "../fit/fit.js";
import { withoutUnits } from "../validation/refit.js";
import { forecast } from "./forecast.js";

const { panel, truth } = simulatePanel({ units: 14, periods: 80, channels: 2, controls: 1, edges: 0 }, 21);
const inhabited = createPanel({
  ...panel,
  columns: [
    ...panel.columns,
    { name: "people", values: Float64Array.from({ length: 14 * 80 }, (_, i) => 1e5 * truth.size[Math.floor(i / 80)]!) },
  ],
  roles: { ...panel.roles, population: "people" },
});
const unseen = panel.units.slice(10);
const options = { draws: 60, lags: 8, graph: "none" } as const;
const fit = await fitStructural(withoutUnits(slicePeriods(inhabited, 0, 72), unseen), options);
const plan = withoutUnits(slicePeriods(inhabited, 72, 80), panel.units.slice(2, 10));
const without = (of: Panel, name: string): Panel =>
  createPanel({
    ...of,
    columns: of.columns.filter((column) => column.name !== name),
    roles: { ...of.roles, population: null },
  });

describe.each([
  ["population", plan],
  ["planned activity", without(plan, "people")],
])("new units sized by %s", (what, given) => {
  const ahead = forecast(fit, given, { newUnits: true });

  it("are predicted within intervals that hold most of what came, wider than those of known units", () => {
    const kpi = columnValues(panel, "y");
    const cells = ahead.cells.filter(({ unit }) => unseen.includes(unit));
    expect(cells).toHaveLength(4 * 8);
    const actual = (unit: string, period: string): number =>
      kpi[panel.units.indexOf(unit) * 80 + panel.periods.indexOf(period)]!;
    const held = cells.filter(
      ({ unit, period, predicted: { lower, upper } }) => lower <= actual(unit, period) && actual(unit, period) <= upper,
    );
    expect(held.length / cells.length).toBeGreaterThan(0.7);
    for (const { unit, period, predicted } of cells) {
      expect(Math.abs(Math.log(predicted.mean / actual(unit, period)))).toBeLessThan(0.6);
    }
    const width = (units: readonly string[]): number => {
      const chosen = ahead.cells.filter(({ unit }) => units.includes(unit));
      return chosen.reduce((sum, { predicted: p }) => sum + (p.upper - p.lower) / p.mean, 0) / chosen.length;
    };
    expect(width(unseen)).toBeGreaterThan(1.5 * width(panel.units.slice(0, 2)));
  });

  it("are named, with what their size rests on, and parts add up", () => {
    const finding = ahead.diagnostics.find(({ code }) => code === "NEW_UNIT")!;
    expect(finding.message).toContain(`4 units ${unseen.join(", ")} are not in the fit`);
    expect(finding.message).toContain(what);
    for (const { predicted, baseline, contributions } of ahead.cells) {
      const sum = contributions.reduce((total, { mean }) => total + mean, baseline);
      expect(sum / predicted.mean).toBeCloseTo(1, 9);
    }
  });

  it("leave the forecast of known units as it is", () => {
    const known = forecast(fit, withoutUnits(given, unseen));
    for (const cell of known.cells) {
      const twin = ahead.cells.find(({ unit, period }) => unit === cell.unit && period === cell.period)!;
      expect(twin.predicted.mean / cell.predicted.mean).toBeCloseTo(1, 9);
    }
  });
});

describe("refusals", () => {
  it("an unknown unit is an error unless asked for", () => {
    expect(() => forecast(fit, plan)).toThrow(/The plan has rows for 'region_10', 'region_11'/);
  });

  it("a fit of one unit knows no spread, and a unit without size cannot be predicted", async () => {
    const one = await fitStructural(withoutUnits(slicePeriods(panel, 0, 72), panel.units.slice(1)), options);
    const others = withoutUnits(slicePeriods(panel, 72, 80), panel.units.slice(2));
    expect(() => forecast(one, others, { newUnits: true })).toThrow("the fit has one unit only");
    const silent = without(plan, "people");
    const dark = createPanel({
      ...silent,
      columns: silent.columns.map((column) =>
        column.name.startsWith("spend") ? { ...column, values: column.values.map(() => 0) } : column,
      ),
    });
    expect(() => forecast(fit, dark, { newUnits: true })).toThrow("Nothing says how large the unit 'region_10' is");
  });
});
