import { describe, expect, it } from "vitest";
import { columnValues, createPanel, type Panel, slicePeriods, withColumn } from "./panel.js";
import { isoDay, shiftPeriod, yearPosition } from "./period.js";

const panel = (): Panel => ({
  units: ["a", "b"],
  periods: ["2024-01-01", "2024-01-08", "2024-01-15"],
  frequency: "week",
  columns: [
    { name: "y", values: Float64Array.of(1, 2, 3, 4, 5, Number.NaN) },
    { name: "tv", values: Float64Array.of(0, 1, 0, 1, 0, Number.NaN) },
  ],
  observed: Uint8Array.of(1, 1, 1, 1, 1, 0),
  roles: {
    kpi: "y",
    channels: [{ name: "tv", activity: "tv", spend: "tv", kind: "paid" }],
    controls: [],
    population: null,
    revenuePerKpi: null,
    context: [],
  },
});

describe("createPanel", () => {
  it("accepts NaN only where nothing was observed", () => {
    expect(createPanel(panel()).units).toEqual(["a", "b"]);
    const bad = panel();
    expect(() => createPanel({ ...bad, observed: new Uint8Array(6).fill(1) })).toThrow(/Column 'y' is NaN/);
  });

  it("names the role that points nowhere and the duplicate column", () => {
    const base = panel();
    expect(() => createPanel({ ...base, roles: { ...base.roles, controls: ["price"] } })).toThrow(
      "No column is named 'price'; the panel has: y, tv.",
    );
    expect(() => createPanel({ ...base, columns: [base.columns[0]!, base.columns[0]!] })).toThrow(/Two columns/);
  });

  it("slices periods per unit", () => {
    const cut = slicePeriods(createPanel(panel()), 1, 3);
    expect([...columnValues(cut, "y")]).toEqual([2, 3, 5, Number.NaN]);
    expect([...cut.observed]).toEqual([1, 1, 1, 0]);
  });
});

describe("periods", () => {
  it("rejects days that do not exist", () => {
    expect(isoDay("2024-02-30")).toBeNaN();
    expect(isoDay("1970-01-02")).toBe(1);
  });

  it("shifts by calendar", () => {
    expect(shiftPeriod("2024-01-31", "month", 1)).toBe("2024-02-29");
    expect(shiftPeriod("2024-12-30", "week", 1)).toBe("2025-01-06");
    expect(shiftPeriod("7", "index", -2)).toBe("5");
  });

  it("keeps seasonal phase across years", () => {
    const turns = yearPosition("2026-03-01", "week") - yearPosition("2022-03-01", "week");
    expect(Math.abs(turns - 4)).toBeLessThan(0.01);
  });
});

describe("withColumn", () => {
  it("replaces one column, by values or by a rule, and leaves the panel it was given", () => {
    const before = createPanel(panel());
    const doubled = withColumn(before, "y", (value, period, unit) => value + 10 * period + 100 * unit);
    expect([...columnValues(doubled, "y")]).toEqual([1, 12, 23, 104, 115, Number.NaN]);
    expect(columnValues(doubled, "tv")).toBe(columnValues(before, "tv"));
    const zeros = new Float64Array(6);
    expect(columnValues(withColumn(doubled, "tv", zeros), "tv")).toBe(zeros);
    expect(columnValues(before, "y")[1]).toBe(2);
  });

  it("says when there is no such column, and when the values do not fit", () => {
    const before = createPanel(panel());
    expect(() => withColumn(before, "radio", () => 0)).toThrow("No column is named 'radio'");
    expect(() => withColumn(before, "tv", new Float64Array(5))).toThrow("Column 'tv' has 5 values");
    expect(() => withColumn(before, "tv", () => Number.NaN)).toThrow("Column 'tv' is NaN in an observed row");
  });
});
