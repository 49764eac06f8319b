import { dayToIso, isMmmError, isoDay } from "@mmm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTable } from "../table/table.js";
import { compileDatePattern, isoWeekDay } from "./date-pattern.js";
import { readPeriods } from "./read-periods.js";

const read = (cells: readonly string[], dateFormat?: string) =>
  readPeriods(createTable({ when: cells }), "when", dateFormat === undefined ? {} : { dateFormat });
const dates = (cells: readonly string[], dateFormat?: string) => read(cells, dateFormat).positions.map(dayToIso);

describe("readPeriods", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["ISO", ["2024-01-29", "2024-02-05"], ["2024-01-29", "2024-02-05"]],
    ["slashes, year first", ["2024/1/29", "2024/02/05"], ["2024-01-29", "2024-02-05"]],
    ["dots", ["05.02.2024", "12.2.2024"], ["2024-02-05", "2024-02-12"]],
    ["day first", ["05/02/2024", "13/02/2024"], ["2024-02-05", "2024-02-13"]],
    ["month first", ["02/05/2024", "02/13/2024"], ["2024-02-05", "2024-02-13"]],
    ["two-digit year", ["2/5/24", "2/13/24"], ["2024-02-05", "2024-02-13"]],
    ["month names", ["5 Feb 2024", "12 February 2024"], ["2024-02-05", "2024-02-12"]],
    ["American month names", ["Feb 5, 2024", "Sept. 12, 2024"], ["2024-02-05", "2024-09-12"]],
    ["months", ["2024-01", "2024-02"], ["2024-01-01", "2024-02-01"]],
    ["short months", ["Jan-24", "Feb-24"], ["2024-01-01", "2024-02-01"]],
    ["ISO weeks", ["2024-W05", "2024-W06"], ["2024-01-29", "2024-02-05"]],
    ["quarters", ["2024-Q1", "2024-Q2"], ["2024-01-01", "2024-04-01"]],
    ["quarters in words", ["Q1 2024", "Q2 2024"], ["2024-01-01", "2024-04-01"]],
    ["timestamps", ["2024-01-29T00:00:00Z", "2024-02-05T00:00:00Z"], ["2024-01-29", "2024-02-05"]],
    ["timestamps at one hour", ["2024-01-29 08:00", "2024-02-05 08:00"], ["2024-01-29", "2024-02-05"]],
    ["eight digits", ["20240129", "20240205"], ["2024-01-29", "2024-02-05"]],
    ["six digits", ["202401", "202402"], ["2024-01-01", "2024-02-01"]],
    ["six digits with weeks past twelve", ["202412", "202413"], ["2024-03-18", "2024-03-25"]],
    ["years", ["2022", "2023"], ["2022-01-01", "2023-01-01"]],
  ])("reads %s", (_, cells, expected) => {
    expect(dates(cells)).toEqual(expected);
  });

  it("reads plain integers as periods", () => {
    expect(read(["1", "2", "109"])).toEqual({ kind: "index", positions: [1, 2, 109], format: "integer" });
    expect(read(["0.0", "1.0"]).positions).toEqual([0, 1]);
  });

  it("follows the format it is given", () => {
    expect(dates(["05/02/2024", "06/02/2024"], "MM/DD/YYYY")).toEqual(["2024-05-02", "2024-06-02"]);
    expect(dates(["2001-01-02", "2001-01-03"], "YYYY-DD-MM")).toEqual(["2001-02-01", "2001-03-01"]);
    expect(dates(["45292", "45299"], "excel")).toEqual(["2024-01-01", "2024-01-08"]);
    expect(read(["45292", "45299"], "integer").kind).toBe("index");
    expect(dates(["week 5 of 2024"], "[week ]WW[ of ]YYYY")).toEqual(["2024-01-29"]);
  });

  it.each<[string, readonly string[], string, string, string | RegExp]>([
    [
      "day or month first undecided",
      ["01/02/2024", "08/02/2024"],
      "AMBIGUOUS_DATE",
      "Column 'when' can be read as DD/MM/YYYY or as MM/DD/YYYY: '01/02/2024' (row 2) does not say, and no other row decides it.",
      "Say which with the option dateFormat: 'DD/MM/YYYY' or 'MM/DD/YYYY'.",
    ],
    [
      "day first in one row and month first in another",
      ["13/02/2024", "02/14/2024"],
      "MIXED_DATE_FORMATS",
      "Column 'when' mixes date formats: '13/02/2024' (row 2) is DD/MM/YYYY, '02/14/2024' (row 3) is not.",
      /Write all dates the same way/,
    ],
    [
      "text among dates",
      ["2024-01-01", "2024-01-08", "Total"],
      "UNPARSEABLE_DATE",
      "'Total' in column 'when', row 4, is not a date (other rows follow YYYY-MM-DD).",
      /YYYY-MM-DD/,
    ],
    [
      "a day that does not exist",
      ["2024-02-30", "2024-02-01"],
      "UNPARSEABLE_DATE",
      /'2024-02-30' .* row 2, is not a date/.source,
      /./,
    ],
    ["hours", ["2024-01-01 01:00", "2024-01-01 02:00"], "SUB_DAILY", /different times of day/.source, /days or weeks/],
    ["an empty cell", ["2024-01-01", ""], "MISSING_PERIOD", "Column 'when' has no period in row 3.", /Fill the cell/],
    [
      "Excel day numbers",
      ["45292", "45299"],
      "AMBIGUOUS_DATE",
      /look like Excel day numbers/.source,
      /'excel', or 'integer'/,
    ],
  ])("refuses %s", (_, cells, code, message, fix) => {
    const expected = expect.objectContaining({
      code,
      kind: "data",
      message: expect.stringMatching(
        new RegExp(message.includes("\\") || message.includes(".*") ? message : message.replace(/[().?*+]/g, "\\$&")),
      ),
      fix: typeof fix === "string" ? fix : expect.stringMatching(fix),
    });
    expect(() => read(cells)).toThrow(expected);
  });

  it("says when the given format does not fit", () => {
    expect(() => read(["2024-01-01", "x"], "YYYY-MM-DD")).toThrow(
      "'x' in column 'when', row 3, does not follow the date format YYYY-MM-DD.",
    );
    expect(() => read(["1"], "DD/MM")).toThrow("The date format 'DD/MM' has no year.");
  });

  it("reads back any run of dates in any unambiguous format", () => {
    const two = (value: number) => String(value).padStart(2, "0");
    const writers: readonly ((y: number, m: number, d: number) => string)[] = [
      (y, m, d) => `${y}-${two(m)}-${two(d)}`,
      (y, m, d) => `${y}/${m}/${d}`,
      (y, m, d) => `${two(d)}.${two(m)}.${y}`,
      (y, m, d) => `${d}/${m}/${y}`,
      (y, m, d) => `${m}/${d}/${y}`,
      (y, m, d) => `${y}${two(m)}${two(d)}`,
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: isoDay("1971-01-01"), max: isoDay("2068-01-01") }),
        fc.constantFrom(1, 7),
        fc.constantFrom(...writers),
        (start, step, write) => {
          const days = Array.from({ length: 60 }, (_, i) => start + step * i);
          const cells = days.map((day) => write(...(dayToIso(day).split("-").map(Number) as [number, number, number])));
          expect(read(cells).positions).toEqual(days);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("never fails with anything but its own errors, and never returns a hole", () => {
    const cell = fc.string({ unit: fc.constantFrom(..."0123456789-/. WQTJan:Z"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), (cells) => {
        try {
          const { positions } = read(cells.map((text) => text.trim()));
          for (const position of positions) expect(Number.isInteger(position)).toBe(true);
        } catch (error) {
          if (!isMmmError(error)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("isoWeekDay", () => {
  it("puts 4 January into week 1 and knows which years have week 53", () => {
    for (let year = 1990; year < 2040; year++) {
      const first = isoWeekDay(year, 1);
      const fourth = isoDay(`${year}-01-04`);
      expect(fourth - first).toBeGreaterThanOrEqual(0);
      expect(fourth - first).toBeLessThan(7);
      const weeks = Number.isNaN(isoWeekDay(year, 53)) ? 52 : 53;
      expect(isoWeekDay(year + 1, 1)).toBe(first + 7 * weeks);
    }
    expect(Number.isNaN(isoWeekDay(2020, 53))).toBe(false);
    expect(isoWeekDay(2021, 53)).toBeNaN();
  });

  it("reads weekdays of ISO week dates", () => {
    expect(dayToIso(compileDatePattern("YYYY-[W]WW-E").read("2024-W05-7"))).toBe("2024-02-04");
  });
});
