import { expect, it } from "vitest";
import { registerMatchers, worstDifference } from "./allclose.js";

registerMatchers();

it("accepts within the tolerance and names the worst element otherwise", () => {
  expect([1, 100]).toBeAllclose([1.0005, 100], { relative: 1e-5, absolute: 0 });
  expect(() => expect([1, 2, 3]).toBeAllclose([1, 2.5, 3])).toThrow("element 1 is 2, expected 2.5: off by 0.5");
  expect(() => expect([1]).toBeAllclose([1, 2])).toThrow("1 numbers are not 2 numbers");
});

it("never takes NaN for a number, but equal infinities agree", () => {
  expect(worstDifference([Number.NaN], [1]).close).toBe(false);
  expect(worstDifference([1], [Number.NaN]).close).toBe(false);
  expect(worstDifference([Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]).close).toBe(true);
});

it("compares shapes where both sides have one", () => {
  const row = { data: [1, 2], shape: [1, 2] };
  expect(worstDifference(row, { data: [1, 2], shape: [2, 1] }).message).toBe("shape [1, 2] is not [2, 1]");
  expect(worstDifference(row, [1, 2]).close).toBe(true);
});
