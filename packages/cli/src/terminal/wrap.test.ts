import fc from "fast-check";
import { expect, it } from "vitest";
import { wrap } from "./wrap.js";

it("breaks at blanks, keeps line ends, indents and hangs", () => {
  expect(wrap("one two three", { width: 9 })).toBe("one two\nthree");
  expect(wrap("a b\nc", { width: 20, indent: "  " })).toBe("  a b\n  c");
  expect(wrap("fix: one two three", { width: 12, indent: " ", hanging: "  " })).toBe(" fix: one\n   two three");
});

it("keeps a percent sign with its number", () => {
  expect(wrap("from 3 % to 24 % of it", { width: 14 })).toBe("from 3 % to\n24 % of it");
});

it("keeps aligned columns where they fit", () => {
  expect(wrap("role   column   why it has it", { width: 20, hanging: "  " })).toBe("role   column   why\n  it has it");
});

it("never loses a word and never makes a line longer than a long word", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^\w{1,12}$/), { minLength: 1 }),
      fc.integer({ min: 4, max: 40 }),
      (words, width) => {
        const lines = wrap(words.join(" "), { width, indent: "  " }).split("\n");
        expect(lines.flatMap((line) => line.trim().split(" "))).toEqual(words);
        for (const line of lines) expect(line.length <= width || !line.trim().includes(" ")).toBe(true);
      },
    ),
  );
});
