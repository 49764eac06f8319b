import { expect, it } from "vitest";
import { textTable } from "./table.js";

const columns = [{ head: "Name", align: "left" }, { head: "value" }] as const;

it("aligns the first column left and numbers right, two blanks apart", () => {
  expect(
    textTable(
      columns,
      [
        ["  a", "1"],
        ["long name", "12.5"],
      ],
      { indent: 1 },
    ),
  ).toBe([" Name       value", "   a            1", " long name   12.5"].join("\n"));
});

it("wraps only the first column, and only when the table is too wide", () => {
  const text = textTable(columns, [["impressions_of_a_channel", "12345"]], { width: 20, indent: 0 });
  expect(text.split("\n").every((line) => line.length <= 20)).toBe(true);
  expect(text.replace(/[\s]|12345/g, "")).toContain("impressions_of_a_channel");
  expect(text).toContain("12345");
});
