import { expect, it } from "vitest";
import { carryOver, geometric, hill, saturate } from "./plain.js";

it("the numbers of the README are right", () => {
  const weights = geometric().weights([0.5], 4);
  [8 / 15, 4 / 15, 2 / 15, 1 / 15].forEach((value, l) => {
    expect(weights[l]).toBeCloseTo(value, 12);
  });
  const carried = carryOver([100, 0, 0, 50, 0, 0], weights);
  [53.3, 26.7, 13.3, 33.3, 13.3, 6.7].forEach((value, t) => {
    expect(carried[t]).toBeCloseTo(value, 1);
  });
  expect(saturate(hill(), carried, [1.3, 40])[0]).toBeGreaterThan(0.5);
  const out = new Float64Array(4);
  hill().derivatives(40, [1.3, 40], out);
  [0.5, 0.008125, 0, -0.008125].forEach((value, i) => {
    expect(out[i]).toBeCloseTo(value, 12);
  });
});
