import { expect, it } from "vitest";
import { simulateLiftTest } from "./simulate-lift-test.js";
import { simulatePanel } from "./simulate-panel.js";

const { panel, truth } = simulatePanel({ units: 3, periods: 60, channels: 2 }, 4);
const design = {
  channel: "spend_0",
  units: "all",
  from: panel.periods[10]!,
  to: panel.periods[12]!,
  relativeError: 0,
} as const;

it("switching a channel on is worth what it contributed then, and later what it left behind", () => {
  const during = simulateLiftTest(truth, panel, { ...design, spendChange: "all" }, 1);
  const after = simulateLiftTest(truth, panel, { ...design, until: panel.periods[20]!, spendChange: "all" }, 1);
  let contributed = 0;
  for (let r = 0; r < 3; r++) for (let t = 10; t < 13; t++) contributed += truth.contributions[(r * 60 + t) * 2]!;
  expect(during.lift).toBeGreaterThan(0);
  expect(during.lift).toBeLessThan(contributed);
  expect(after.lift).toBeGreaterThan(during.lift);
});

it("errs by its standard error, and the same seed by the same", () => {
  const change = { percent: 50 } as const;
  const { lift } = simulateLiftTest(truth, panel, { ...design, spendChange: change }, 1);
  const errors = Array.from({ length: 200 }, (_, seed) => {
    const test = simulateLiftTest(truth, panel, { ...design, spendChange: change, relativeError: 0.2 }, seed);
    expect(test.standardError).toBeCloseTo(0.2 * lift, 9);
    return (test.lift - lift) / test.standardError;
  });
  const square = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  expect(square).toBeGreaterThan(0.75);
  expect(square).toBeLessThan(1.3);
});
