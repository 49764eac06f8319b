import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { drawObjective, type Objective, objectiveValue } from "./objective.js";

const random = createRandom(1);
const current = Float64Array.from({ length: 200 }, () => 100 + 10 * random.normal());
const kpi = current.map((value) => value + 3 + 2 * random.normal());

describe("drawObjective", () => {
  const all: Objective[] = [
    { kind: "expected" },
    { kind: "quantile", probability: 0.2 },
    { kind: "cvar", share: 0.1 },
    { kind: "beat-current" },
  ];

  it.each(all)("has the gradient of its value: $kind", (objective) => {
    const { combine } = drawObjective(objective, current, kpi);
    const weights = new Float64Array(kpi.length);
    combine(kpi, weights);
    for (const d of [0, 17, 42, 111]) {
      const h = 1e-4;
      const slope = (combine(kpi.with(d, kpi[d]! + h), null) - combine(kpi.with(d, kpi[d]! - h), null)) / (2 * h);
      expect(slope).toBeCloseTo(weights[d]!, 6);
    }
  });

  it("is close to the exact number", () => {
    for (const objective of all.slice(0, 3)) {
      const exact = objectiveValue(objective, kpi, current);
      expect(Math.abs(drawObjective(objective, current, kpi).combine(kpi, null) - exact)).toBeLessThan(0.6);
    }
  });

  it("orders caution: worst tenth < tenth percentile < mean", () => {
    const value = (objective: Objective) => objectiveValue(objective, kpi, current);
    expect(value({ kind: "cvar", share: 0.1 })).toBeLessThan(value({ kind: "quantile", probability: 0.1 }));
    expect(value({ kind: "quantile", probability: 0.1 })).toBeLessThan(value({ kind: "expected" }));
    const wins = kpi.filter((k, d) => k > current[d]!).length;
    expect(value({ kind: "beat-current" })).toBe(wins / 200);
  });

  it("refuses probabilities outside 0 to 1", () => {
    expect(() => drawObjective({ kind: "cvar", share: 5 }, current, kpi)).toThrow(/share .* is 5; it must lie between/);
  });
});
