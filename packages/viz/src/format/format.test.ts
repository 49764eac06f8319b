import { expect, test } from "vitest";
import { createFormat } from "./format.js";

const format = createFormat({ currency: "EUR" });

test("each style keeps the digits a reader needs", () => {
  expect(format.value(1_234_567, "compact")).toBe("1.23m");
  expect(format.value(1_234_567, "money")).toBe("€1.23m");
  expect(format.value(0.1234, "percent")).toBe("12%");
  expect(format.value(0.0123, "percent")).toBe("1.2%");
  expect(format.value(12.345, "ratio")).toBe("12.3");
  expect(format.value(1.2345, "ratio")).toBe("1.23");
  expect(format.value(0.00123, "ratio")).toBe("0.0012");
  expect(format.value(0.97661, "decimal")).toBe("0.977");
});

test("what is absent or not a number is a dash, and nothing is minus zero", () => {
  expect(format.value(null, "number")).toBe("–");
  expect(format.value(Number.NaN, "ratio")).toBe("–");
  expect(format.value(-0.0000001, "percent")).toBe("0%");
  expect(format.value(-0, "compact")).toBe("0");
});

test("intervals are written with their bounds", () => {
  expect(format.range({ mean: 1.2, lower: 0.9, upper: 1.6 }, "ratio")).toBe("1.2 (0.9 to 1.6)");
});

test("dates follow the frequency and the locale; plain integers stay", () => {
  expect(format.period("2024-03-04")).toBe("4 Mar 2024");
  expect(createFormat({ frequency: "month" }).period("2024-03-01")).toBe("Mar 2024");
  expect(createFormat({ locale: "de-DE" }).value(1234.5, "number")).toBe("1.234,5");
  expect(createFormat({ frequency: "index" }).period("17")).toBe("17");
});
