import { expect, it } from "vitest";
import { startMeter } from "./meter.js";

it("measures time, processor time, memory and versions", () => {
  const cost = startMeter();
  const start = performance.now();
  while (performance.now() - start < 30);
  const { seconds, cpuSeconds, peakRssMb, versions } = cost();
  expect(seconds).toBeGreaterThanOrEqual(0.03);
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(peakRssMb).toBeGreaterThan(10);
  expect(versions).toMatchObject({
    node: process.versions.node,
    "@mmm/model": expect.stringMatching(/^\d+\.\d+\.\d+/),
  });
});
