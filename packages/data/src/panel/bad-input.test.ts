import { formatError, isMmmError, shiftPeriod } from "@mmm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LoadPanelOptions, loadPanel } from "./load-panel.js";

/** Forty clean weeks of date, tv, search and sales as CSV lines; line 0 is the header. */
function clean(): string[] {
  const rows = Array.from({ length: 40 }, (_, i) =>
    [shiftPeriod("2024-01-01", "week", i), (i * 7) % 11, (i * 5) % 13, 100 + ((i * 3) % 17)].join(","),
  );
  return ["week,tv_spend,search_spend,sales", ...rows];
}
const edit = (change: (lines: string[]) => void): string => {
  const lines = clean();
  change(lines);
  return `${lines.join("\n")}\n`;
};
/** Replace cell `column` of file line `line` (1-based). */
const put = (line: number, column: number, text: string) =>
  edit((lines) => {
    const cells = lines[line - 1]!.split(",");
    cells[column] = text;
    lines[line - 1] = cells.join(",");
  });
const column = (position: number, value: string) =>
  edit((lines) => {
    for (let i = 1; i < lines.length; i++) {
      const cells = lines[i]!.split(",");
      cells[position] = value;
      lines[i] = cells.join(",");
    }
  });

const faults: readonly [what: string, text: string, options: LoadPanelOptions, code: string, printed: string][] = [
  [
    "a missing column",
    edit(() => {}),
    { media: "tv_spend,radio" },
    "NO_SUCH_COLUMN",
    `media: no column matches 'radio'; the table has: week, tv_spend, search_spend, sales.
  fix: Correct the name or the glob.`,
  ],
  [
    "a duplicate column",
    edit((lines) => (lines[0] = "week,tv_spend,tv_spend,sales")),
    {},
    "DUPLICATE_COLUMN",
    `Two columns are named 'tv_spend' (columns 2 and 3).
  at: shop.csv, row 1, column 'tv_spend'
  fix: Rename one of them in the header.`,
  ],
  [
    "text in a number column",
    put(17, 1, "abc"),
    {},
    "NOT_A_NUMBER",
    `Column 'tv_spend' holds 'abc' in row 17, which is not a number.
  at: shop.csv, row 17, column 'tv_spend'
  fix: Correct the cell, empty it, or leave the column out with the option ignore.`,
  ],
  [
    "a duplicate period",
    put(41, 0, "2024-01-08"),
    {},
    "DUPLICATE_ROW",
    `Rows 3 and 41 are both period '2024-01-08'.
  at: shop.csv, row 41, period '2024-01-08'
  fix: Delete or add up the rows, or name the column that tells them apart with the option geo.`,
  ],
  [
    "a duplicate unit and period",
    edit((lines) => {
      const both = lines.slice(1).flatMap((line) => [`${line},north`, `${line},south`]);
      lines.splice(0, lines.length, `${lines[0]},region`, ...both, both[9]!);
    }),
    {},
    "DUPLICATE_ROW",
    `Rows 11 and 82 are both unit 'south', period '2024-01-29'.
  at: shop.csv, row 82, unit 'south', period '2024-01-29'
  fix: Delete one of the rows or add them up; if another column tells them apart, name that one with the option geo.`,
  ],
  [
    "an unparseable date",
    put(12, 0, "sometime"),
    {},
    "UNPARSEABLE_DATE",
    `'sometime' in column 'week', row 12, is not a date (other rows follow YYYY-MM-DD).
  at: shop.csv, row 12, column 'week'
  fix: Write dates as YYYY-MM-DD, weeks as 2024-W05 or plain integers, or name the pattern with the option dateFormat.`,
  ],
  [
    "mixed frequencies",
    put(12, 0, "2024-03-13"),
    {},
    "MIXED_FREQUENCY",
    `Column 'week' mixes frequencies: most periods are a week apart, but 2024-03-13 (row 12) does not fit after 2024-03-04 (row 11).
  at: shop.csv, row 12, column 'week'
  fix: Bring all rows to one week per period, always on the same day of it.`,
  ],
  [
    "a gap",
    edit((lines) => lines.splice(20, 2)),
    {},
    "GAP",
    `2 periods have no row in any unit: 2024-05-13, 2024-05-20 (first between rows 20 and 21).
  at: shop.csv, row 21, column 'week'
  fix: Add the rows; where the KPI is not known leave its cell empty, and it is masked rather than filled.`,
  ],
  [
    "negative spend",
    put(17, 1, "-3"),
    {},
    "NEGATIVE_VALUE",
    `Channel 'tv_spend' has -3 in column 'tv_spend', row 17; spend and exposure cannot be negative.
  at: shop.csv, row 17, column 'tv_spend'
  fix: Book refunds into the period they belong to, or set the cell to 0.`,
  ],
  [
    "an all-zero channel",
    column(2, "0"),
    {},
    "ZERO_CHANNEL",
    `Channel 'search_spend' is 0 in every row of column 'search_spend'; nothing can be learned about it.
  at: column 'search_spend'
  fix: Leave it out with the option ignore, or pass history in which it was active.`,
  ],
  [
    "a constant KPI",
    column(3, "120"),
    {},
    "CONSTANT_KPI",
    `The KPI 'sales' is 120 in every row; there is nothing to explain.
  at: column 'sales'
  fix: Check that the option kpi names the right column.`,
  ],
  [
    "fewer periods than parameters",
    edit((lines) => lines.splice(13)),
    {},
    "TOO_FEW_PERIODS",
    `12 observed rows are too few: 1 unit, 2 channels and 0 controls have at least 12 parameters.
  fix: Pass more history or more regions, hold out fewer periods, or model fewer channels and controls.`,
  ],
  [
    "a holdout that leaves too few periods",
    edit(() => {}),
    { holdout: 30 },
    "TOO_FEW_PERIODS",
    `10 observed rows before the holdout of 30 periods are too few: 1 unit, 2 channels and 0 controls have at least 12 parameters.
  fix: Pass more history or more regions, hold out fewer periods, or model fewer channels and controls.`,
  ],
  [
    "an empty media cell",
    put(17, 1, ""),
    {},
    "MISSING_VALUE",
    `Column 'tv_spend' is empty in row 17.
  at: shop.csv, row 17, column 'tv_spend'
  fix: Write 0 where nothing was spent, or pass the option emptyCells 'zero' to take empty media cells as 0.`,
  ],
  [
    "an empty file",
    "",
    {},
    "EMPTY_FILE",
    `The file is empty.
  at: shop.csv
  fix: Pass a table with a header row and data rows.`,
  ],
  [
    "something that is not a CSV",
    '{"rows": [1, 2, 3]}',
    {},
    "NOT_A_TABLE",
    `The file is not a CSV table: it looks like JSON.
  at: shop.csv
  fix: Pass a text table with one header row and columns separated by comma, semicolon, tab or |.`,
  ],
];

describe("bad input", () => {
  it("is not in the clean table that the cases start from", () => {
    expect(loadPanel(edit(() => {})).warnings).toEqual([]);
  });

  it.each(faults)("%s", (_, text, options, code, printed) => {
    try {
      loadPanel(text, { file: "shop.csv", ...options });
      expect.unreachable();
    } catch (error) {
      if (!isMmmError(error)) throw error;
      expect(error.code).toBe(code);
      expect(["data", "usage"]).toContain(error.kind);
      expect(formatError(error)).toBe(printed);
    }
  });

  it("rows of several regions without a region column", () => {
    const text = edit((lines) => lines.push(...lines.slice(1)));
    expect(() => loadPanel(text)).toThrow(
      expect.objectContaining({ code: "NO_GEO_COLUMN", message: expect.stringContaining("occur in several rows") }),
    );
  });

  it("never gets past as anything but a clear error, wherever it strikes", () => {
    const junk = fc.constantFrom(
      "",
      "abc",
      "NA",
      "-1",
      "1e999",
      "2024-13-01",
      "1,5",
      '"',
      "0",
      "#REF!",
      "\u0000",
      "  ",
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 41 }), fc.integer({ min: 0, max: 3 }), junk, (line, position, text) => {
        try {
          const { panel } = loadPanel(put(line, position, text));
          for (const { values } of panel.columns) {
            values.forEach((value, cell) => {
              if (panel.observed[cell] === 1) expect(Number.isFinite(value)).toBe(true);
            });
          }
        } catch (error) {
          if (!isMmmError(error)) throw error;
          expect(error.fix ?? "").not.toBe("");
        }
      }),
      { numRuns: 200 },
    );
  });
});
