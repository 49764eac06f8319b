import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTable } from "../table/table.js";
import { profileColumns } from "./column-profile.js";
import { isMissingWord } from "./missing.js";
import { markEvidence, readNumber } from "./read-number.js";

describe("readNumber", () => {
  it.each<[string, "." | ",", number]>([
    ["1234.5", ".", 1234.5],
    ["1,234,567.25", ".", 1234567.25],
    ["1,234", ".", 1234],
    ["1.234.567,25", ",", 1234567.25],
    ["1.234", ",", 1234],
    ["12,5", ",", 12.5],
    ["1 234,5", ",", 1234.5],
    ["1\u202f234\u202f567", ".", 1234567],
    ["1'234.50", ".", 1234.5],
    ["€ 1,200.00", ".", 1200],
    ["1.200,00 €", ",", 1200],
    ["-$45.10", ".", -45.1],
    ["R$ 3,50", ",", 3.5],
    ["12 kr", ".", 12],
    ["SEK 1 200", ".", 1200],
    ["(45.10)", ".", -45.1],
    ["\u221245", ".", -45],
    ["12.5%", ".", 12.5],
    ["3.2e-4", ".", 3.2e-4],
    ["+.5", ".", 0.5],
    ["5.", ".", 5],
  ])("%s with decimal '%s' is %d", (cell, decimal, value) => {
    expect(readNumber(cell, decimal)).toBe(value);
  });

  it.each(["", "abc", "1.2.3", "12,34,567", "1,23.4", "1e", "--5", "0x10", "Infinity", "1 23", "2024-01-05", "12a"])(
    "%j is no number",
    (cell) => {
      expect(readNumber(cell, ".")).toBeNaN();
    },
  );

  it("a mark that contradicts the column is no number", () => {
    expect(readNumber("12,5", ".")).toBeNaN();
    expect(readNumber("12.5", ",")).toBeNaN();
  });

  it("reads any number however it is written", () => {
    const written = fc.record({
      whole: fc.integer({ min: 0, max: 99_999_999 }),
      cents: fc.integer({ min: 0, max: 99 }),
      negative: fc.boolean(),
      style: fc.constantFrom<readonly [string, "." | ","]>([",", "."], ["", "."], [".", ","], [" ", ","], ["'", "."]),
    });
    fc.assert(
      fc.property(written, ({ whole, cents, negative, style: [group, decimal] }) => {
        const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, group);
        const text = `${negative ? "-" : ""}${grouped}${decimal}${String(cents).padStart(2, "0")}`;
        expect(readNumber(text, decimal)).toBeCloseTo((negative ? -1 : 1) * (whole + cents / 100), 6);
        expect(markEvidence(text)).toBe(decimal);
      }),
    );
  });

  it("never returns an infinite number", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789.,e+-€%()' ") }), (cell) => {
        for (const decimal of [".", ","] as const) expect(Math.abs(readNumber(cell, decimal))).not.toBe(Infinity);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("profileColumns", () => {
  const profile = (columns: Record<string, readonly string[]>, options = {}) =>
    Object.fromEntries(profileColumns(createTable(columns), options).map((each) => [each.name, each]));

  it("decides the decimal mark by the column's own cells", () => {
    const { a, b, c } = profile({
      a: ["1,234", "1,234,567"],
      b: ["1.234", "0,5"],
      c: ["1,234", "0,123"],
    });
    expect([...a!.values]).toEqual([1234, 1234567]);
    expect([...b!.values]).toEqual([1234, 0.5]);
    expect([...c!.values]).toEqual([1.234, 0.123]);
  });

  it("lets the other columns decide where its own cells do not", () => {
    expect([...profile({ a: ["1,234"], b: ["12.5"] })["a"]!.values]).toEqual([1234]);
    expect([...profile({ a: ["1,234"], b: ["12,5"] })["a"]!.values]).toEqual([1.234]);
    expect([...profile({ a: ["1.234"], b: ["12,5"] })["a"]!.values]).toEqual([1234]);
    expect([...profile({ a: ["1.234"] })["a"]!.values]).toEqual([1.234]);
  });

  it("refuses what it cannot decide, naming the option", () => {
    expect(() => profile({ a: ["7", "1,234"] })).toThrow(
      expect.objectContaining({
        code: "AMBIGUOUS_NUMBER",
        message: "Column 'a' holds '1,234' (row 3), which may mean 1234 or 1.234; no other cell decides it.",
        fix: expect.stringContaining("option decimal"),
      }),
    );
    expect([...profile({ a: ["7", "1,234"] }, { decimal: "," })["a"]!.values]).toEqual([7, 1.234]);
    expect(() => profile({ a: ["1,234.5", "1.234,5"] })).toThrow(
      "Column 'a' mixes decimal marks: '1,234.5' (row 2) and '1.234,5' (row 3).",
    );
  });

  it("tells number, text, mixed and empty columns apart; missing words count only in number columns", () => {
    const { n, t, m, e } = profile({
      n: ["1", "NA", "null", ""],
      t: ["na", "event1", "na", "na"],
      m: ["1", "2", "abc", "n/a"],
      e: ["", "NA", "-", ""],
    });
    expect(n).toMatchObject({ kind: "number", missing: [1, 2, 3], firstText: null });
    expect(t).toMatchObject({ kind: "text", levels: ["na", "event1"], commonest: "na" });
    expect(m).toMatchObject({ kind: "mixed", firstText: 2 });
    expect(e!.kind).toBe("empty");
    expect(isMissingWord("NaN")).toBe(true);
    expect(isMissingWord("nano")).toBe(false);
  });

  it("keeps the currency", () => {
    expect(profile({ a: ["€ 1.200,00", "€ 3,50"] })["a"]!.measure).toBe("€");
  });
});
