import { createRandom } from "@mmm/core";
import { expect, test } from "vitest";
import { pausePeriods } from "./test-size.js";

const instant = { mean: 0, lower: 0, upper: 0 };

test("a pause of the planned length finds the loss with a chance of about 80 %", () => {
  const random = createRandom(1);
  const [sd, loss] = [3, 1.1];
  const n = pausePeriods(loss, { sd, correlation: 0 }, instant)!;
  let found = 0;
  const trials = 4000;
  for (let trial = 0; trial < trials; trial++) {
    let mean = 0;
    for (let t = 0; t < n; t++) mean += (loss + sd * random.normal()) / n;
    if (mean / (sd / Math.sqrt(n)) > 1.645) found++;
  }
  expect(found / trials).toBeGreaterThan(0.77);
  expect(found / trials).toBeLessThan(0.85);
});

test("noise with memory and slow effects take longer; no effect can never be found", () => {
  const plain = pausePeriods(1, { sd: 2, correlation: 0 }, instant)!;
  expect(pausePeriods(1, { sd: 2, correlation: 0.5 }, instant)).toBeGreaterThanOrEqual(3 * plain - 3);
  expect(pausePeriods(1, { sd: 2, correlation: 0 }, { mean: 3, lower: 2, upper: 4 })).toBe(plain + 6);
  expect(pausePeriods(0, { sd: 2, correlation: 0 }, instant)).toBeNull();
});
