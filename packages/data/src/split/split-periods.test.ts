import { columnValues } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { checkPanel } from "../panel/check-panel.js";
import { simulatePanel } from "../simulate/simulate-panel.js";
import { splitPeriods } from "./split-periods.js";

const { panel } = simulatePanel({ units: 2, periods: 60, ragged: 1 }, 1);

describe("splitPeriods", () => {
  it("cuts the last periods off and repeats the ones before as carry-in", () => {
    const { train, holdout, holdoutStart, carryIn } = splitPeriods(panel, 12, { carryIn: 8 });
    expect(holdoutStart).toBe(48);
    expect(carryIn).toBe(8);
    expect(train.periods).toEqual(panel.periods.slice(0, 48));
    expect(holdout!.periods).toEqual(panel.periods.slice(40));
    const whole = columnValues(panel, "spend_0");
    expect([...columnValues(holdout!, "spend_0").subarray(20, 40)]).toEqual([...whole.subarray(100, 120)]);
    expect([...holdout!.observed.subarray(0, 20)]).toEqual([...panel.observed.subarray(40, 60)]);
  });

  it("takes a part, a label and a date inside a period", () => {
    expect(splitPeriods(panel, 0.1).holdoutStart).toBe(54);
    expect(splitPeriods(panel, panel.periods[50]!).holdoutStart).toBe(50);
    expect(splitPeriods(panel, "2023-06-01").train.periods.at(-1)).toBe("2023-05-29");
    expect(splitPeriods(panel, 0)).toMatchObject({ holdout: null, holdoutStart: 60, carryIn: 0 });
  });

  it("never repeats more than there is", () => {
    expect(splitPeriods(panel, 55).carryIn).toBe(5);
  });

  it.each([58, 61, -1, 2.5, "2030-01-01", "x"])("refuses %s and says what is possible", (holdout) => {
    expect(() => splitPeriods(panel, holdout)).toThrow(
      /^A holdout of .* is not possible: the panel has 60 periods, 2023-01-02 to 2024-02-19\.$/,
    );
  });

  it("suggests only what a model of the panel can still be fitted to", () => {
    const refusal = (() => {
      try {
        splitPeriods(panel, "2030-01-01");
      } catch (error) {
        return (error as { readonly fix: string }).fix;
      }
      throw new Error("accepted");
    })();
    const most = Number(/from 0 to (\d+)/.exec(refusal)![1]);
    const earliest = /from (\S+) to \S+\.$/.exec(refusal)![1]!;
    expect(splitPeriods(panel, earliest).holdoutStart).toBe(60 - most);
    expect(() => checkPanel(panel, { holdout: most })).not.toThrow();
    expect(() => checkPanel(panel, { holdout: most + 1 })).toThrow(/too few/);
  });
});
