import { createPanel, isMmmError, type Panel } from "@mmm/core";
import { describe, expect, it } from "vitest";
import type { LiftTest } from "./lift-test.js";
import { placeLiftTest } from "./place-lift-test.js";
import { readLiftTests } from "./read-lift-tests.js";

// Two regions, six weeks. tv is off in the south in the last two weeks; radio is driven by impressions and costs spend.
const panel: Panel = createPanel({
  units: ["north", "south"],
  periods: ["2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22", "2024-01-29", "2024-02-05"],
  frequency: "week",
  columns: [
    { name: "sales", values: Float64Array.from({ length: 12 }, (_, i) => 100 + i) },
    { name: "tv", values: Float64Array.of(10, 10, 10, 10, 30, 30, 4, 4, 4, 4, 0, 0) },
    { name: "impressions", values: Float64Array.from({ length: 12 }, () => 500) },
    { name: "radio_spend", values: Float64Array.from({ length: 12 }, () => 5) },
  ],
  observed: new Uint8Array(12).fill(1),
  roles: {
    kpi: "sales",
    channels: [
      { name: "tv", activity: "tv", spend: "tv", kind: "paid" },
      { name: "radio", activity: "impressions", spend: "radio_spend", kind: "paid" },
    ],
    controls: [],
    population: null,
    revenuePerKpi: null,
    context: [],
  },
});

const test: LiftTest = {
  channel: "tv",
  units: ["north"],
  from: "2024-01-29",
  to: "2024-02-05",
  spendChange: { amount: 40 },
  lift: 8,
  standardError: 2,
};

describe("placeLiftTest", () => {
  it("takes an increase off the observed activity, in proportion", () => {
    const placed = placeLiftTest(panel, test);
    expect(placed).toMatchObject({ channel: 0, units: [0], start: 4, end: 6, until: 6 });
    for (const value of placed.withoutTest) expect(value).toBeCloseTo(10, 12);
    expect([...placeLiftTest(panel, { ...test, spendChange: { percent: 200 } }).withoutTest]).toEqual([10, 10]);
    expect(placeLiftTest(panel, { ...test, spendChange: { percent: 200 } }).spendChange).toBeCloseTo(40, 12);
    expect([...placeLiftTest(panel, { ...test, spendChange: "all" }).withoutTest]).toEqual([0, 0]);
  });

  it("adds a cut to what was left, by what each unit spent before", () => {
    const south = placeLiftTest(panel, { ...test, units: ["south"], spendChange: { amount: -8 } });
    expect([...south.withoutTest]).toEqual([4, 4]);
    expect(south.spendChange).toBe(-8);
    const both = placeLiftTest(panel, { ...test, units: "all", spendChange: { amount: -28 } });
    expect([...both.withoutTest].map((value) => Number(value.toFixed(9)))).toEqual([40, 40, 4, 4]);
  });

  it("turns spend into the activity that it buys", () => {
    const placed = placeLiftTest(panel, { ...test, channel: "radio", spendChange: { amount: -2 } });
    expect([...placed.withoutTest]).toEqual([600, 600]);
    expect([...placeLiftTest(panel, { ...test, channel: "radio", spendChange: { amount: 5 } }).withoutTest]).toEqual([
      250, 250,
    ]);
  });

  it("counts the whole periods that contain the dates", () => {
    const placed = placeLiftTest(panel, {
      ...test,
      from: "2024-01-10",
      to: "2024-01-15",
      until: "2024-01-28",
      spendChange: "all",
    });
    expect(placed).toMatchObject({ start: 1, end: 3, until: 4 });
  });

  it.each<[Partial<LiftTest>, string, string]>([
    [{ channel: "tvv" }, "channel", "There is no channel 'tvv'; the channels are: tv, radio."],
    [{ units: ["west"] }, "units", "There is no unit 'west'; there are: north, south."],
    [{ from: "2023-12-31" }, "from", "2023-12-31 is outside the data, which run from 2024-01-01 to 2024-02-05."],
    [{ to: "2024-02-12" }, "to", "2024-02-12 is outside the data"],
    [{ from: "2024-02-05", to: "2024-01-29" }, "to", "The test ends (2024-01-29) before it begins (2024-02-05)."],
    [{ until: "2024-02-04" }, "until", "which is before the test ends"],
    [{ spendChange: { amount: 61 } }, "spend_change", "is said to have added 61, but the data show only 60 there."],
    [{ spendChange: { percent: -100 } }, "spend_change", "leaves no spend to tell from the data"],
    [{ spendChange: { amount: 0 } }, "spend_change", "The spend change is 0."],
    [{ units: ["south"] }, "spend_change", "The data show no spend in the test of 'tv' from 2024-01-29 to 2024-02-05"],
    [{ standardError: 0 }, "standard_error", "The standard error is 0; it must be above 0."],
    [{ lift: Number.NaN }, "lift", "The lift is NaN."],
  ])("refuses %j and names the column", (change, column, message) => {
    try {
      placeLiftTest(panel, { ...test, ...change });
    } catch (error) {
      expect(isMmmError(error) && error).toMatchObject({ kind: "data", place: { column } });
      expect((error as Error).message).toContain(message);
      return;
    }
    expect.unreachable();
  });
});

describe("readLiftTests", () => {
  it("reads every column, in any case and order", () => {
    const csv = `Units,Channel,From,To,Until,Spend change,Lift,Standard error,Degrees of freedom,note
north; south,tv,2024-01-15,2024-01-22,,50%,12,3,,a
all,radio,2024-01-15,2024-01-22,2024-01-29,all,5,2,8,b
south,tv,2024-01-29,2024-02-05,,-8,-1.5,0.5,,c
`;
    expect(readLiftTests(csv, panel)).toEqual([
      {
        channel: "tv",
        units: ["north", "south"],
        from: "2024-01-15",
        to: "2024-01-22",
        spendChange: { percent: 50 },
        lift: 12,
        standardError: 3,
      },
      {
        channel: "radio",
        units: "all",
        from: "2024-01-15",
        to: "2024-01-22",
        until: "2024-01-29",
        spendChange: "all",
        lift: 5,
        standardError: 2,
        degreesOfFreedom: 8,
      },
      {
        channel: "tv",
        units: ["south"],
        from: "2024-01-29",
        to: "2024-02-05",
        spendChange: { amount: -8 },
        lift: -1.5,
        standardError: 0.5,
      },
    ]);
  });

  it("turns an interval into a standard error, and a lift per period into a total", () => {
    const csv =
      "channel,from,to,spend_change,lift_per_period,lower,upper,confidence\ntv,08/01/2024,28/01/2024,50%,4,2,6,95%\n";
    const [read] = readLiftTests(csv, panel);
    expect(read).toMatchObject({ units: "all", from: "2024-01-08", lift: 12 });
    expect(read!.standardError).toBeCloseTo((3 * 2) / 1.959964, 5);
  });

  it("reads decimal commas", () => {
    const csv = "channel;from;to;spend_change;lift;standard_error\ntv;15.01.2024;28.01.2024;10,5;1,5;0,25\n";
    expect(readLiftTests(csv, panel)[0]).toMatchObject({
      spendChange: { amount: 10.5 },
      lift: 1.5,
      standardError: 0.25,
    });
  });

  const head = "channel,units,from,to,spend_change,lift,standard_error\n";
  it.each([
    [
      `${head}tv,all,2024-01-15,2024-01-22,50%,1,1\nradio,west,2024-01-15,2024-01-22,50%,1,1\n`,
      3,
      "units",
      "no unit 'west'",
    ],
    [`${head}tv,all,2024-01-15,2024-01-22,50%,much,1\n`, 2, "lift", "Row 2, column 'lift': 'much' is no number."],
    [`${head}tv,all,2024-01-15,2024-01-22,,1,1\n`, 2, "spend_change", "Row 2, column 'spend_change': is empty."],
    [`${head}tv,all,15,22,50%,1,1\n`, 2, "from", "'15' is no date"],
    [`${head}tv,all,2024-01-15,2025-01-22,50%,1,1\n`, 2, "to", "2025-01-22 is outside the data"],
    [
      `${head.replace("standard_error", "lower,upper")}tv,all,2024-01-15,2024-01-22,50%,1,2,3\n`,
      2,
      "lower",
      "does not hold",
    ],
    [
      `${head}tv,all,2024-01-15,2024-01-22,9,1,1\ntv,all,2024-01-15,2024-01-22,9,1,1\n`,
      3,
      undefined,
      "repeats the test of row 2",
    ],
    [
      "channel,from,lift\ntv,1,2\n",
      undefined,
      undefined,
      "no column 'to', no column 'spend_change', no column 'standard_error'",
    ],
  ])("names file, row and column: %j", (csv, row, column, message) => {
    try {
      readLiftTests(csv, panel, { file: "tests.csv" });
    } catch (error) {
      if (!isMmmError(error)) throw error;
      expect(error.message).toContain(message);
      expect(error.place).toEqual({ file: "tests.csv", ...(row && { row }), ...(column && { column }) });
      expect(error.fix).toBeTruthy();
      return;
    }
    expect.unreachable();
  });
});
