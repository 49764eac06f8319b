import { testCausalEngine } from "@mmm/testing";
import { describe, expect, it } from "vitest";
import { grangerVi } from "./engine.js";
import { exampleShops } from "./shops/example-shops.js";

const { shops, layout } = exampleShops({ shops: 16, steps: 70 });
const rows = 16 * 70;
const values = new Float64Array(rows * 4);
shops.forEach((shop, s) => {
  values.set(shop.values, s * 70 * 4);
});
const data = {
  columns: layout.nodes,
  rows,
  values,
  units: shops.map(({ unit }) => unit),
  unitOffsets: Array.from({ length: 17 }, (_, s) => s * 70),
  temporal: true,
};

describe("granger-vi engine", () => {
  it("gives every pair a probability, pooled and per unit", async () => {
    const graph = await grangerVi({ clusters: [2], restarts: 1 }).discover(data);
    expect(graph.kind).toBe("lagged");
    expect(graph.edges).toHaveLength(12);
    expect(Object.keys(graph.graphs!)).toEqual(data.units);
    for (const { probability, lag } of graph.graphs!["shop 3"]!.edges) {
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
      expect(lag).toBe(1);
    }
    const selected = graph
      .graphs!["shop 0"]!.edges.filter((edge) => edge.selected)
      .map(({ from, to }) => `${from}>${to}`);
    expect(selected).toContain("search>sales");
  });

  it("obeys forbidden and required edges and tiers", async () => {
    const graph = await grangerVi({ clusters: [2], restarts: 1 }).discover(data, {
      constraints: {
        forbidden: [["tv", "search"]],
        required: [["social", "search"]],
        tiers: [["tv", "social"], ["sales"]],
      },
    });
    const at = (from: string, to: string) =>
      graph.graphs!["shop 0"]!.edges.find((e) => e.from === from && e.to === to)!;
    expect(at("tv", "search").probability).toBe(0);
    expect(at("sales", "tv").probability).toBe(0);
    expect(at("social", "search").probability).toBeCloseTo(1, 10);
  });

  it("refuses rows that are not in time order and offsets that do not fit", async () => {
    const gap = data.values.slice();
    gap[9] = Number.NaN;
    await expect(grangerVi().discover({ ...data, values: gap })).rejects.toThrow(/missing|finite/);
    const skipped = await grangerVi({ missing: "skip", clusters: [2], restarts: 1 }).discover({ ...data, values: gap });
    expect(skipped.diagnostics.map(({ code }) => code)).toContain("MISSING_PERIODS");
    await expect(grangerVi().discover({ ...data, temporal: false })).rejects.toThrow(/time order/);
    await expect(grangerVi().discover({ ...data, unitOffsets: [0, 5] })).rejects.toThrow(/unitOffsets/);
    await expect(grangerVi({ target: "gmv" }).discover(data)).rejects.toThrow(/gmv/);
  });
});

testCausalEngine("granger-vi", () => grangerVi());
