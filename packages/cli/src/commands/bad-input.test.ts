// Every fault of a file, through the command: the text a person sees, exit code 2, and nothing written.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shiftPeriod } from "@mmm/core";
import { afterAll, expect, it } from "vitest";
import { runCli } from "../program/run-cli.js";
import { createMemoryTerminal } from "../terminal/memory-terminal.js";

const root = mkdtempSync(join(tmpdir(), "mmm-bad-input-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const header = "week,tv_spend,search_spend,sales";
/** Sixty clean weeks as lines of cells; line 0 is the header. */
const clean = (): string[][] => [
  header.split(","),
  ...Array.from({ length: 60 }, (_, i) => [
    shiftPeriod("2024-01-01", "week", i),
    String((i * 7) % 11),
    String((i * 5) % 13),
    String(100 + ((i * 3) % 17)),
  ]),
];
const file = (change: (lines: string[][]) => void): string => {
  const lines = clean();
  change(lines);
  return lines.map((cells) => cells.join(",")).join("\n");
};
/** The file with one cell replaced; `line` is 1-based as an editor counts. */
const cell = (line: number, column: number, text: string): string => file((lines) => (lines[line - 1]![column] = text));
const column = (position: number, text: string): string =>
  file((lines) => {
    for (const cells of lines.slice(1)) cells[position] = text;
  });

const faults: readonly [fault: string, text: string, message: string, flags?: readonly string[]][] = [
  [
    "missing column",
    file(() => {}),
    "Error: media: no column matches 'radio'; the table has: week, tv_spend, search_spend, sales. fix: Correct the name or the glob.",
    ["--media", "tv_spend,radio"],
  ],
  [
    "duplicate column",
    file((lines) => (lines[0] = ["week", "tv_spend", "tv_spend", "sales"])),
    "Error: Two columns are named 'tv_spend' (columns 2 and 3). at: FILE, row 1, column 'tv_spend' fix: Rename one of them in the header.",
  ],
  [
    "text in a number column",
    cell(17, 1, "abc"),
    "Error: Column 'tv_spend' holds 'abc' in row 17, which is not a number. at: FILE, row 17, column 'tv_spend' fix: Correct the cell, empty it, or leave the column out with the option ignore.",
  ],
  [
    "duplicate unit and period",
    file((lines) => {
      const both = lines.slice(1).flatMap((cells) => ["north", "south"].map((region) => [...cells, region]));
      lines.splice(0, lines.length, [...lines[0]!, "region"], ...both, both[9]!);
    }),
    "Error: Rows 11 and 122 are both unit 'south', period '2024-01-29'. at: FILE, row 122, unit 'south', period '2024-01-29' fix: Delete one of the rows or add them up; if another column tells them apart, name that one with the option geo.",
  ],
  [
    "unparseable date",
    cell(12, 0, "sometime"),
    "Error: 'sometime' in column 'week', row 12, is not a date (other rows follow YYYY-MM-DD). at: FILE, row 12, column 'week' fix: Write dates as YYYY-MM-DD,",
  ],
  [
    "mixed frequencies",
    cell(12, 0, "2024-03-13"),
    "Error: Column 'week' mixes frequencies: most periods are a week apart, but 2024-03-13 (row 12) does not fit after 2024-03-04 (row 11). at: FILE, row 12, column 'week' fix: Bring all rows to one week per period,",
  ],
  [
    "gap",
    file((lines) => lines.splice(20, 2)),
    "Error: 2 periods have no row in any unit: 2024-05-13, 2024-05-20 (first between rows 20 and 21). at: FILE, row 21, column 'week' fix: Add the rows;",
  ],
  [
    "negative spend",
    cell(17, 1, "-3"),
    "Error: Channel 'tv_spend' has -3 in column 'tv_spend', row 17; spend and exposure cannot be negative. at: FILE, row 17, column 'tv_spend' fix: Book refunds into the period they belong to, or set the cell to 0.",
  ],
  [
    "all-zero channel",
    column(2, "0"),
    "Error: Channel 'search_spend' is 0 in every row of column 'search_spend'; nothing can be learned about it. at: column 'search_spend' fix: Leave it out with the option ignore,",
  ],
  [
    "constant KPI",
    column(3, "120"),
    "Error: The KPI 'sales' is 120 in every row; there is nothing to explain. at: column 'sales' fix: Check that the option kpi names the right column.",
  ],
  [
    "fewer periods than parameters",
    file((lines) => lines.splice(13)),
    "Error: 12 observed rows are too few: 1 unit, 2 channels and 0 controls have at least 12 parameters. fix: Pass more history or more regions,",
  ],
  [
    "holdout that leaves too few periods",
    file(() => {}),
    "Error: 10 observed rows before the holdout of 50 periods are too few:",
    ["--holdout", "50"],
  ],
  ["empty file", "", "Error: The file is empty. at: FILE fix: Pass a table with a header row and data rows."],
  ["header without rows", header, "Error: "],
  ["not a CSV", '{"rows": [1, 2]}', "Error: The file is not a CSV table: it looks like JSON. at: FILE fix: "],
  ["not text", "\u0000\u0001\u0002PK\u0003", "Error: "],
  ["bad seed", file(() => {}), "Error: --seed is 'x'; it must be a whole number.", ["--seed", "x"]],
];

it.each(faults)("%s", async (fault, text, message, flags = []) => {
  const folder = join(root, fault.replaceAll(" ", "-"));
  mkdirSync(folder);
  const path = join(folder, "sales.csv");
  writeFileSync(path, text);
  const terminal = createMemoryTerminal();
  const code = await runCli(["fit", path, "--out", join(folder, "out"), ...flags], terminal);
  expect(terminal.err().replace(/\s+/g, " ").replaceAll(path, "FILE")).toContain(message);
  expect(terminal.err()).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(code).toBe(2);
  expect(readdirSync(folder)).toEqual(["sales.csv"]);
});

it.each(["fit", "graph", "inspect"])("%s of a CSV table that is named .parquet", async (command) => {
  const path = join(root, "sales.parquet");
  writeFileSync(
    path,
    file(() => {}),
  );
  const terminal = createMemoryTerminal();
  const out = command === "inspect" ? [] : ["--out", join(root, "none")];
  expect(await runCli([command, path, ...out], terminal)).toBe(2);
  rmSync(path);
  expect(terminal.err().replace(/\s+/g, " ").replaceAll(path, "FILE")).toContain(
    "Error: The file is named .parquet, but it does not begin as a Parquet file does (with the bytes PAR1). at: FILE fix: Write it again as Parquet, in case it was cut short or sent as text; if it is a CSV table, rename it to end in .csv.",
  );
});

it("file that is not there", async () => {
  const terminal = createMemoryTerminal();
  expect(await runCli(["fit", join(root, "none.csv"), "--out", join(root, "none")], terminal)).toBe(2);
  expect(terminal.err()).toContain("there is no such file");
  expect(readdirSync(root)).not.toContain("none");
});

it.each(["fit", "demo", "report"])("unwritable output of %s", async (command) => {
  const folder = mkdtempSync(join(root, "unwritable-"));
  const path = join(folder, "sales.csv");
  writeFileSync(
    path,
    file(() => {}),
  );
  const terminal = createMemoryTerminal();
  const data = command === "demo" ? [] : [path];
  const code = await runCli([command, ...data, "--out", join(path, "out")], terminal);
  expect(terminal.err().replace(/\s+/g, " ")).toBe(
    `Error: Cannot write '${join(path, "out")}': a part of the path is a file, not a directory. fix: Choose another path, or move that file away. `,
  );
  expect(code).toBe(2);
  expect(readdirSync(folder)).toEqual(["sales.csv"]);
});

it("reports the same fault to programs", async () => {
  const path = join(root, "program.csv");
  writeFileSync(path, cell(17, 1, "abc"));
  const terminal = createMemoryTerminal();
  await runCli(["inspect", path, "--json"], terminal);
  expect(terminal.events()).toEqual([
    expect.objectContaining({
      event: "error",
      code: "NOT_A_NUMBER",
      kind: "data",
      exitCode: 2,
      place: { file: path, row: 17, column: "tv_spend" },
    }),
  ]);
});
