import { expect, it } from "vitest";
import { modelText } from "../commands/benchmark.js";
import { comparedModels, modelSuite } from "./models.js";

it("scores a model market by market, and its graph where channels drive channels", async () => {
  const structural = comparedModels.filter(({ name }) => name === "structural");
  const small = { units: 5, periods: 80, channels: 3, controls: 1 };
  const rows = await modelSuite(1, 3, {}, structural, [
    { name: "alone", options: { ...small, edges: 0 } },
    { name: "linked", options: { ...small, edges: 3 } },
  ]);
  expect(rows.map(({ market, graphAuroc }) => [market, graphAuroc !== null])).toEqual([
    ["alone", false],
    ["linked", true],
  ]);
  for (const row of rows) {
    expect(row.shareDistance).toBeLessThan(0.25);
    if (row.graphAuroc !== null) expect(row.graphAuroc).toBeGreaterThan(0.8);
  }
  const lines = modelText(rows, 80).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(82);
  expect(lines[0]).toMatch(/Markets +model +R² +off +in +total +in +graph/);
});
