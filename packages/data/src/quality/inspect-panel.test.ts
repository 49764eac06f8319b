import { columnValues, createPanel, type Panel } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { simulatePanel } from "../simulate/simulate-panel.js";
import { correlationMatrix, varianceInflation } from "./correlation.js";
import { inspectPanel } from "./inspect-panel.js";

const codes = (panel: Panel, options = {}) => inspectPanel(panel, options).diagnostics.map(({ code }) => code);
const message = (panel: Panel, code: string, options = {}) =>
  inspectPanel(panel, options).diagnostics.find((each) => each.code === code)?.message;

/** The panel with a column's values replaced, or a new column added. */
function withColumn(panel: Panel, name: string, value: (cell: number) => number): Panel {
  const values = Float64Array.from({ length: panel.observed.length }, (_, cell) => value(cell));
  const columns = panel.columns.filter((column) => column.name !== name);
  return createPanel({ ...panel, columns: [...columns, { name, values }] });
}

describe("correlation and variance inflation", () => {
  it("have the closed form of two and three columns", () => {
    const [inflation] = varianceInflation([
      [1, 0.6],
      [0.6, 1],
    ]);
    expect(inflation).toBeCloseTo(1 / (1 - 0.36), 12);
    // R² of the first on two uncorrelated others is the sum of squares.
    const [first] = varianceInflation([
      [1, 0.6, 0.5],
      [0.6, 1, 0],
      [0.5, 0, 1],
    ]);
    expect(first).toBeCloseTo(1 / (1 - 0.36 - 0.25), 12);
  });

  it("are capped, not infinite, for an exact combination", () => {
    const a = Float64Array.of(1, -1, 2, -2, 0);
    const b = Float64Array.of(2, 1, -1, -2, 0);
    const sum = a.map((value, i) => value + b[i]!);
    for (const value of varianceInflation(correlationMatrix([a, b, sum]))) {
      expect(value).toBeGreaterThan(1e5);
      expect(Number.isFinite(value)).toBe(true);
    }
  });

  it("ignore the size of units", () => {
    const { panel } = simulatePanel({ units: 6, channels: 2, edges: 0 }, 3);
    const { values } = inspectPanel(panel).correlations;
    const larger = withColumn(
      panel,
      "spend_0",
      (cell) => columnValues(panel, "spend_0")[cell]! + 1e5 * Math.floor(cell / 104),
    );
    expect(inspectPanel(larger).correlations.values[0]![1]).toBeCloseTo(values[0]![1]!, 8);
  });
});

describe("inspectPanel", () => {
  const { panel } = simulatePanel({ units: 4, periods: 156, channels: 3, edges: 0 }, 5);

  it("counts cells, zeros and totals", () => {
    const ragged = simulatePanel({ units: 3, periods: 60, missing: 0.1 }, 1).panel;
    const quality = inspectPanel(ragged);
    const observed = ragged.observed.reduce((a, b) => a + b, 0);
    expect(quality.observedCells).toBe(observed);
    expect(quality.missingCells).toBe(180 - observed);
    const column = quality.columns.find(({ name }) => name === "spend_0")!;
    const values = [...columnValues(ragged, "spend_0")].filter((_, cell) => ragged.observed[cell] === 1);
    expect(column.zeroShare).toBeCloseTo(values.filter((value) => value === 0).length / observed, 12);
    expect(column.total.reduce<number>((a, b) => a + (b ?? 0), 0)).toBeCloseTo(
      values.reduce((a, b) => a + b, 0),
      4,
    );
    expect(quality.columns[0]).toMatchObject({ name: "y", role: "kpi" });
    expect(JSON.parse(JSON.stringify(quality))).toEqual(quality);
  });

  it("finds nothing to warn about in clean data", () => {
    expect(inspectPanel(panel).diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it("names channels that move together", () => {
    const spend = columnValues(panel, "spend_0");
    const twin = withColumn(panel, "spend_1", (cell) => 2 * spend[cell]! + 1);
    expect(message(twin, "COLLINEAR_CHANNELS")).toBe(
      "'spend_0', 'spend_1' move together (correlation 1.00 within units); the data tell their sum, hardly each one's part.",
    );
  });

  it("names a whole group once, and controls apart", () => {
    const spend = columnValues(panel, "spend_0");
    const wobble = columnValues(panel, "control_0");
    let group = panel;
    for (const name of ["spend_1", "spend_2"]) group = withColumn(group, name, (cell) => 3 * spend[cell]! + 1);
    expect(codes(group).filter((code) => code.startsWith("COLLINEAR"))).toEqual(["COLLINEAR_CHANNELS"]);
    expect(message(group, "COLLINEAR_CHANNELS")).toMatch(
      /^'spend_0', 'spend_1', 'spend_2' move together \(correlation up to 1/,
    );
    const echo = withColumn(panel, "control_1", (cell) => spend[cell]! + wobble[cell]!);
    expect(message(echo, "COLLINEAR_CONTROL")).toMatch(/^Channel 'spend_0' and control 'control_1' move together/);
  });

  it("names a channel that is a combination of others", () => {
    const [a, b] = [columnValues(panel, "spend_0"), columnValues(panel, "spend_1")];
    const scale = (x: Float64Array) => Math.max(...x);
    const sum = withColumn(panel, "spend_2", (cell) => a[cell]! / scale(a) + b[cell]! / scale(b));
    expect(message(sum, "COLLINEAR_COMBINATION")).toMatch(/^'spend_\d' is nearly a combination of the other channels/);
  });

  it("names a channel that hardly varies, rarely runs, or runs only in the holdout", () => {
    expect(codes(withColumn(panel, "spend_2", (cell) => 100 + (cell % 2)))).toContain("CONSTANT_CHANNEL");
    expect(codes(withColumn(panel, "spend_2", (cell) => (cell % 156 === 3 ? 9 : 0)))).toContain("SPARSE_CHANNEL");
    const late = withColumn(panel, "spend_2", (cell) => (cell % 156 > 150 ? 9 : 0));
    expect(inspectPanel(late, { holdout: 10 }).diagnostics[0]).toMatchObject({
      severity: "error",
      code: "SILENT_IN_TRAINING",
    });
  });

  it("compares spend with exposure", () => {
    const spend = columnValues(panel, "spend_0");
    const split = (exposure: (cell: number) => number) => {
      const added = withColumn(panel, "views", exposure);
      const channels = [{ name: "a", activity: "views", spend: "spend_0", kind: "paid" as const }];
      return createPanel({ ...added, roles: { ...added.roles, channels } });
    };
    expect(codes(split((cell) => (cell % 10 === 0 ? 0 : 7 * spend[cell]!)))).toContain("SPEND_WITHOUT_EXPOSURE");
    expect(codes(split((cell) => 7 * spend[cell]! + 5))).toContain("EXPOSURE_WITHOUT_SPEND");
    expect(codes(split((cell) => 7 * spend[cell]!))).not.toContain("SPEND_WITHOUT_EXPOSURE");
  });

  it("finds the outliers that the simulator made, and the rows they stand in", () => {
    const rough = simulatePanel({ units: 4, periods: 156, outliers: 0.005, noise: 0.01, seasonality: 0.05 }, 9);
    const found = message(rough.panel, "OUTLIERS");
    expect(found).toMatch(
      /^The KPI jumps away from its neighbours in \d+ rows?, most in period 20\d\d-\d\d-\d\d of unit 'region_\d'/,
    );
    const named = /most in period (\S+) of unit '(\w+)'/.exec(found!)!;
    const cell = rough.panel.units.indexOf(named[2]!) * 156 + rough.panel.periods.indexOf(named[1]!);
    expect(rough.truth.outliers).toContain(cell);
  });

  it("says what a short, wide or ragged panel costs", () => {
    const short = simulatePanel({ units: 1, periods: 40, ragged: 0 }, 1).panel;
    expect(codes(short)).toEqual(expect.arrayContaining(["FEW_ROWS_PER_PARAMETER", "SHORT_HISTORY"]));
    const ragged = simulatePanel({ units: 5, periods: 156, ragged: 1 }, 1).panel;
    expect(message(ragged, "RAGGED")).toMatch(/unit-periods are absent, in 5 of 5 units; 'region_\d' has \d+ of 156/);
  });

  it("names a control that is nearly the KPI", () => {
    const { panel } = simulatePanel({ units: 3, periods: 60, controls: 1 }, 5);
    const kpi = columnValues(panel, panel.roles.kpi);
    const follower = withColumn(panel, "control_0", (cell) => 2 * kpi[cell]! + (cell % 3));
    expect(message(follower, "CONTROL_LIKE_KPI")).toContain("Control 'control_0' moves almost exactly with the KPI");
    expect(codes(panel)).not.toContain("CONTROL_LIKE_KPI");
  });

  it("names a unit that is the total of the others", () => {
    const { panel } = simulatePanel({ units: 3, periods: 40 }, 5);
    const kpi = columnValues(panel, panel.roles.kpi);
    const total = withColumn(panel, panel.roles.kpi, (cell) =>
      cell < 40 ? kpi[cell + 40]! + kpi[cell + 80]! : kpi[cell]!,
    );
    expect(message(total, "TOTAL_UNIT")).toBe(
      `Unit '${panel.units[0]}' is the sum of all other units in every period, so everything would count twice.`,
    );
    expect(codes(panel)).not.toContain("TOTAL_UNIT");
  });

  it("says when a constant per unit explains the pooled variance", () => {
    const y = columnValues(panel, "y");
    const apart = withColumn(panel, "y", (cell) => y[cell]! + 1e5 * Math.floor(cell / 156));
    expect(message(apart, "UNITS_DIFFER")).toMatch(/^100% of the KPI's variance lies between units/);
  });
});
