import { type Frequency, shiftPeriod } from "@mmm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTable } from "../table/table.js";
import { readPeriods } from "./read-periods.js";
import { buildTimeline } from "./timeline.js";

const timeline = (cells: readonly string[]) => {
  const table = createTable({ when: cells });
  return buildTimeline(table, "when", readPeriods(table, "when"));
};

describe("buildTimeline", () => {
  it("finds any frequency from any start, in any row order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Frequency>("day", "week", "month", "quarter", "year", "index"),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 4, max: 60 }),
        fc.infiniteStream(fc.nat()),
        (frequency, offset, count, keys) => {
          const coarse = frequency === "month" || frequency === "quarter" || frequency === "year";
          const origin = frequency === "index" ? "3" : coarse ? "2001-01-01" : "2001-01-03";
          const start = shiftPeriod(origin, frequency, offset % (coarse ? 40 : frequency === "index" ? 1500 : 3000));
          const labels = Array.from({ length: count }, (_, i) => shiftPeriod(start, frequency, i));
          const shuffled = labels
            .map((label) => ({ label, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ label }) => label);
          const found = timeline(shuffled);
          expect(found.frequency).toBe(frequency);
          expect(found.periods).toEqual(labels);
          expect(found.periodOfRow.map((i) => found.periods[i])).toEqual(shuffled);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("labels month ends by their month and keeps another fixed day", () => {
    expect(timeline(["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"]).periods).toEqual([
      "2024-01-01",
      "2024-02-01",
      "2024-03-01",
      "2024-04-01",
    ]);
    expect(timeline(["2024-01-15", "2024-02-15", "2024-03-15"]).periods[1]).toBe("2024-02-15");
  });

  it.each<[string, readonly string[], string, string | RegExp, RegExp]>([
    [
      "a hole",
      ["2024-01-01", "2024-01-08", "2024-01-22", "2024-01-29"],
      "GAP",
      "1 period has no row in any unit: 2024-01-15 (first between rows 3 and 4).",
      /leave its cell empty, and it is masked rather than filled/,
    ],
    [
      "working days",
      ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"],
      "GAP",
      /2024-01-06, 2024-01-07/,
      /Only working days/,
    ],
    [
      "day and month swapped",
      ["2001", "2002"].flatMap((year) =>
        Array.from({ length: 12 }, (_, i) => `${year}-01-${String(i + 1).padStart(2, "0")}`),
      ),
      "GAP",
      /353 periods have no row/,
      /'YYYY-DD-MM'/,
    ],
    [
      "stepped integers",
      ["0", "7", "14", "21"],
      "GAP",
      /18 periods have no row in any unit: 1, 2, 3, 4, 5, …/,
      /step by 7: number them 1, 2, 3/,
    ],
    [
      "weeks with one day off",
      ["2024-01-01", "2024-01-08", "2024-01-16", "2024-01-22", "2024-01-29"],
      "MIXED_FREQUENCY",
      "Column 'when' mixes frequencies: most periods are a week apart, but 2024-01-16 (row 4) does not fit after 2024-01-08 (row 3).",
      /one week per period/,
    ],
    [
      "months then weeks",
      ["2023-10-01", "2023-11-01", "2023-12-01", "2024-01-01", "2024-01-08", "2024-01-15"],
      "MIXED_FREQUENCY",
      /mixes frequencies: most periods are a month apart, but 2024-01-08 \(row 6\)/,
      /one month per period/,
    ],
    [
      "fortnights",
      ["2024-01-01", "2024-01-15", "2024-01-29"],
      "MIXED_FREQUENCY",
      /first steps are 14, 14 days/,
      /dateFormat/,
    ],
    [
      "one date",
      ["2024-01-01", "2024-01-01"],
      "TOO_FEW_PERIODS",
      "Column 'when' has 1 different period; at least 3 are needed to tell the frequency.",
      /period column/,
    ],
  ])("refuses %s", (_, cells, code, message, fix) => {
    expect(() => timeline(cells)).toThrow(
      expect.objectContaining({
        code,
        message: typeof message === "string" ? message : expect.stringMatching(message),
        fix: expect.stringMatching(fix),
      }),
    );
  });
});
