import { formatError, isMmmError } from "@mmm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTable } from "./read-table.js";
import { createTable } from "./table.js";
import { toCsv } from "./write-csv.js";

const cells = (text: string | Uint8Array) =>
  Object.fromEntries(readTable(text).columns.map((column) => [column.name, column.cells]));
const utf16 = (text: string, bigEndian: boolean, mark: boolean) => {
  const units = [...((mark ? "\ufeff" : "") + text)].map((character) => character.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => (bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
};
const failure = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (isMmmError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("readTable", () => {
  it.each([",", ";", "\t", "|"])("sniffs %j", (delimiter) => {
    expect(cells(["week,tv,y", "1,2.5,3", "2,0.5,4"].join("\n").replaceAll(",", delimiter))).toEqual({
      week: ["1", "2"],
      tv: ["2.5", "0.5"],
      y: ["3", "4"],
    });
  });

  it("is not misled by decimal commas, quoted delimiters or a `sep=` line", () => {
    expect(cells("week;tv;y\n1;2,5;3,1\n2;0,5;4,2\n")["tv"]).toEqual(["2,5", "0,5"]);
    expect(cells('name,note,y\n"a;b;c;d","x;y;z",1\n')["name"]).toEqual(["a;b;c;d"]);
    expect(cells("sep=;\nweek;tv\n1;2\n")).toEqual({ week: ["1"], tv: ["2"] });
  });

  it("handles quotes, blanks, line ends and line numbers", () => {
    const text = 'a , "b ""x""", c\r\n\r\n1,"two\r\nlines", z \r\n\n2,"p,q",\n';
    const table = readTable(text);
    expect(table.columns).toEqual([
      { name: "a", cells: ["1", "2"] },
      { name: 'b "x"', cells: ["two\nlines", "p,q"] },
      { name: "c", cells: ["z", ""] },
    ]);
    expect(table.lines).toEqual([3, 6]);
    expect(cells("a,b\r1,2\r3,4")).toEqual({ a: ["1", "3"], b: ["2", "4"] });
  });

  it("decodes byte order marks and UTF-16 with or without one", () => {
    const text = "week,Umsätze\n1,2\n";
    const expected = { week: ["1"], Umsätze: ["2"] };
    expect(cells(new TextEncoder().encode(`\ufeff${text}`))).toEqual(expected);
    expect(cells(`\ufeff${text}`)).toEqual(expected);
    for (const bigEndian of [false, true]) {
      for (const mark of [false, true]) expect(cells(utf16(text, bigEndian, mark))).toEqual(expected);
    }
  });

  it("reads other 8-bit text as Windows-1252 and says so", () => {
    const table = readTable(Uint8Array.from([..."caf\u00e9,y\n1,2\n"].map((character) => character.charCodeAt(0))));
    expect(table.columns[0]!.name).toBe("café");
    expect(table.warnings[0]).toMatchObject({ code: "NOT_UTF8", severity: "warning" });
  });

  it("drops empty unnamed columns, names filled ones, forgives trailing delimiters", () => {
    expect(cells(",week,y,\n0,1,2,\n1,2,3,,,\n")).toEqual({ unnamed_1: ["0", "1"], week: ["1", "2"], y: ["2", "3"] });
  });

  it.each<[string, string | Uint8Array, string, string]>([
    ["nothing", "", "EMPTY_FILE", "The file is empty."],
    ["blanks", " \n\n", "EMPTY_FILE", "The file is empty."],
    ["a header only", "a,b\n", "EMPTY_FILE", "The file has a header and no data rows."],
    ["JSON", '[{"a": 1}]', "NOT_A_TABLE", "The file is not a CSV table: it looks like JSON."],
    ["a JSON object", '{\n "a": [1, 2]}', "NOT_A_TABLE", "The file is not a CSV table: it looks like JSON."],
    ["HTML", "<!DOCTYPE html><p>a,b", "NOT_A_TABLE", "The file is not a CSV table: it looks like HTML or XML."],
    [
      "xlsx",
      Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0),
      "NOT_A_TABLE",
      "The file is not a CSV table: it is a zip archive or an Excel workbook (.xlsx).",
    ],
    [
      "binary",
      Uint8Array.from({ length: 300 }, (_, i) => (i * 37) % 256),
      "NOT_A_TABLE",
      "The file is not a CSV table: it looks like binary data.",
    ],
    [
      "prose",
      "Dear all\nthe data follow\n",
      "NOT_A_TABLE",
      "The file is not a CSV table: its first line has no comma, semicolon, tab or | to separate columns.",
    ],
    ["twice the same name", "a,b,a\n1,2,3\n", "DUPLICATE_COLUMN", "Two columns are named 'a' (columns 1 and 3)."],
    [
      "a short row",
      "a,b,c\n1,2,3\n4,5\n6\n",
      "RAGGED_ROW",
      "Row 3 has 2 cells, the header has 3 columns (also rows 4).",
    ],
    ["a long row", "a,b\n1,2\n1,2,3\n", "RAGGED_ROW", "Row 3 has 3 cells, the header has 2 columns."],
    ["an open quote", 'a,b\n1,"2\n3,4\n', "BROKEN_QUOTES", "The quotes of row 3 do not match."],
  ])("refuses %s", (_, input, code, message) => {
    const error = failure(() => readTable(input, { file: "bad.csv" }));
    expect(error).toMatchObject({ code, message, kind: "data" });
    expect(error.place.file).toBe("bad.csv");
    expect(error.fix).not.toBe(undefined);
    expect(formatError(error)).toContain("at: bad.csv");
  });

  it("reads back whatever table was written", () => {
    const cell = fc.string({ unit: fc.constantFrom(..."ab1,;|\t\"'\n .-é") }).map((text) => text.trim());
    const tables = fc
      .integer({ min: 2, max: 5 })
      .chain((width) =>
        fc
          .array(fc.tuple(...Array.from({ length: width }, () => cell)), { minLength: 1, maxLength: 8 })
          .map((rows) =>
            createTable(
              Object.fromEntries(Array.from({ length: width }, (_, i) => [`c${i}`, rows.map((row) => row[i]!)])),
            ),
          ),
      );
    fc.assert(
      fc.property(tables, fc.constantFrom(",", ";", "\t", "|" as const), (table, delimiter) => {
        const filled = Array.from({ length: table.rows }, (_, row) => row).filter((row) =>
          table.columns.some(({ cells: own }) => own[row] !== ""),
        );
        fc.pre(filled.length > 0);
        const back = readTable(toCsv(table, { delimiter }), { delimiter: delimiter as "," });
        expect(back.columns).toEqual(
          table.columns.map(({ name, cells: own }) => ({ name, cells: filled.map((row) => own[row]!) })),
        );
      }),
    );
  });

  it("never fails with anything but its own errors, whatever the bytes or text", () => {
    const survives = (input: string | Uint8Array) => {
      try {
        const table = readTable(input);
        for (const column of table.columns) expect(column.cells).toHaveLength(table.rows);
      } catch (error) {
        if (!isMmmError(error)) throw error;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: 300 });
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'a1,;\t|"\n\r\ufeff\0 <{[') }), survives), {
      numRuns: 500,
    });
  });
});
