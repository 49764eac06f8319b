import fc from "fast-check";
import { expect, test } from "vitest";
import { packNumbers, unpackNumbers } from "./pack.js";

test("numbers come back within the precision that was asked for", () => {
  const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(numbers, fc.constantFrom(1, 1e-2, 1e-4), (values, precision) => {
      const back = unpackNumbers(packNumbers(values, precision), values.length);
      values.forEach((value, i) => {
        expect(Math.abs(back[i]! - value)).toBeLessThanOrEqual(precision + 1e-8);
      });
    }),
  );
});

test("coarse numbers take one character each, constants none", () => {
  expect(packNumbers([0, 1, 63], 0.5)).toMatchObject({ digits: 1, text: "AB_" });
  expect(packNumbers([7, 7, 7], 1)).toEqual({ low: 7, step: 0, digits: 0, text: "" });
  expect([...unpackNumbers(packNumbers([7, 7], 1), 2)]).toEqual([7, 7]);
});
