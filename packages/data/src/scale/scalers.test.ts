import { columnValues, createPanel, type Panel } from "@mmm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulatePanel } from "../simulate/simulate-panel.js";
import {
  fitScalers,
  scaleActivity,
  scaleControl,
  scaleKpi,
  unscaleActivity,
  unscaleControl,
  unscaleKpi,
} from "./scalers.js";

const { panel } = simulatePanel({ units: 3, periods: 40, ragged: 0.5, missing: 0.1 }, 2);
const end = 30;

/** The panel with other numbers in every cell from period `end` on. */
function changedAfter(from: Panel, factor: number): Panel {
  const width = from.periods.length;
  return createPanel({
    ...from,
    columns: from.columns.map((column) => ({
      ...column,
      values: column.values.map((value, cell) => (cell % width >= end ? factor * value + factor : value)),
    })),
  });
}

describe("fitScalers", () => {
  it("is not moved by any holdout cell", () => {
    const before = fitScalers(panel, { end });
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (factor) => {
        expect(fitScalers(changedAfter(panel, factor), { end })).toEqual(before);
      }),
    );
    expect(fitScalers(changedAfter(panel, 3))).not.toEqual(fitScalers(panel));
  });

  it("brings each unit's median positive activity, mean KPI and each control to 1, 1 and 0 ± 1", () => {
    const scalers = fitScalers(panel, { end });
    const training = (values: Float64Array, unit: number) =>
      Array.from(values.subarray(unit * 40, unit * 40 + end)).filter((_, t) => panel.observed[unit * 40 + t] === 1);
    const mean = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    for (let unit = 0; unit < 3; unit++) {
      expect(mean(training(scaleKpi(scalers, columnValues(panel, "y")), unit))).toBeCloseTo(1, 12);
      const active = training(scaleActivity(scalers, 1, columnValues(panel, "spend_1")), unit).filter((x) => x > 0);
      expect(active.filter((x) => x < 1).length).toBe(active.filter((x) => x > 1).length);
    }
    const control = [0, 1, 2].flatMap((unit) =>
      training(scaleControl(scalers, 0, columnValues(panel, "control_0")), unit),
    );
    expect(mean(control)).toBeCloseTo(0, 12);
    expect(mean(control.map((x) => x * x))).toBeCloseTo(1, 12);
  });

  it("inverts", () => {
    const scalers = fitScalers(panel, { end });
    const same = (a: Float64Array, b: Float64Array) =>
      a.forEach((value, i) => {
        if (!Number.isNaN(b[i]!)) expect(value).toBeCloseTo(b[i]!, 8);
      });
    const y = columnValues(panel, "y");
    same(unscaleKpi(scalers, scaleKpi(scalers, y)), y);
    const spend = columnValues(panel, "spend_2");
    same(unscaleActivity(scalers, 2, scaleActivity(scalers, 2, spend)), spend);
    const control = columnValues(panel, "control_1");
    same(unscaleControl(scalers, 1, scaleControl(scalers, 1, control)), control);
  });

  it("survives JSON", () => {
    const scalers = fitScalers(panel);
    expect(JSON.parse(JSON.stringify(scalers))).toEqual(scalers);
  });

  it("gives a unit without activity the scale of the others", () => {
    const silent = createPanel({
      ...panel,
      columns: panel.columns.map((column) => ({
        ...column,
        values: column.name === "spend_0" ? column.values.map((v, cell) => (cell < 40 ? v * 0 : v)) : column.values,
      })),
    });
    const [first, second, third] = fitScalers(silent).activity[0]!.scale;
    expect(first).toBeCloseTo((second! + third!) / 2, 8);
  });
});
