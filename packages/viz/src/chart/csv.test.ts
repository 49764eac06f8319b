import { expect, test } from "vitest";
import { chartTable } from "./chart.js";
import { tableToCsv } from "./csv.js";

test("quotes commas and quotation marks, keeps full precision, leaves gaps empty", () => {
  const table = chartTable(
    [
      ["Channel, paid", "text"],
      ["Value", "number"],
    ],
    [
      ['say "TV"', 0.1 + 0.2],
      ["radio", null],
    ],
  );
  expect(tableToCsv(table)).toBe('"Channel, paid",Value\r\n"say ""TV""",0.30000000000000004\r\nradio,\r\n');
});

test("a name that a spreadsheet would run as a formula is defused", () => {
  const table = chartTable([["Channel", "text"]], [["=HYPERLINK(1)"], ["-tv"]]);
  expect(tableToCsv(table)).toBe("Channel\r\n'=HYPERLINK(1)\r\n'-tv\r\n");
});
