import { describe, expect, it } from "vitest";
import { learnGraphs } from "../discover/learn.js";
import { scoreShops } from "../discover/score.js";
import { exampleShops } from "./example-shops.js";
import { type RowBlock, shopsFromBlocks } from "./from-blocks.js";
import type { Shop } from "./shop.js";

const layout = { nodes: ["tv", "sales"], target: "sales" };
const columns = { unit: "shop", time: "week" };

async function shopsOf(blocks: readonly RowBlock[], given: typeof layout & { contextNames?: string[] } = layout) {
  const found: Shop[] = [];
  const open = async function* () {
    yield* blocks;
  };
  for await (const part of shopsFromBlocks(open, given, { ...columns, blockShops: 1 })()) found.push(...part);
  return found;
}
const rows = (shop: unknown[], week: unknown[], tv: unknown[], more: Record<string, unknown[]> = {}): RowBlock => ({
  rows: shop.length,
  columns: { shop, week, tv, sales: tv, ...more },
});

describe("shopsFromBlocks", () => {
  it("joins shops across blocks; skipped whole numbers are missing steps", async () => {
    const found = await shopsOf([rows(["a", "a"], [1, 2], [1, null]), rows(["a", "b"], [5n, 1], ["3.5", 7n])]);
    expect(found.map(({ unit }) => unit)).toEqual(["a", "b"]);
    const none = Number.NaN;
    expect([...found[0]!.values]).toEqual([1, 1, none, none, none, none, none, none, 3.5, 3.5]);
    expect([...found[1]!.values]).toEqual([7, 7]);
  });

  it("says what is wrong, and where", async () => {
    await expect(shopsOf([rows(["a", "b", "a"], [1, 1, 2], [1, 1, 1])])).rejects.toThrow(
      "Row 3 returns to shop 'a' after rows of others.",
    );
    await expect(shopsOf([rows(["a", "a"], ["2024-01-08", "2024-01-01"], [1, 1])])).rejects.toThrow(
      "Row 2 of shop 'a' is at '2024-01-01', not after '2024-01-08'.",
    );
    await expect(shopsOf([rows(["a"], [1], ["many"])])).rejects.toThrow("Column 'tv' holds 'many' in row 1.");
    await expect(shopsOf([{ rows: 1, columns: { shop: ["a"], week: [1], tv: [1] } }])).rejects.toThrow(
      "There is no column 'sales'; the rows have: shop, week, tv.",
    );
    const context = rows(["a", "a"], [1, 2], [1, 1], { size: [3, 4] });
    await expect(shopsOf([context], { ...layout, contextNames: ["size"] })).rejects.toThrow(
      "Context 'size' changes within shop 'a' in row 2.",
    );
  });

  it("feeds learning and scoring like shops in memory", async () => {
    const example = exampleShops({ shops: 6, steps: 40 });
    const { nodes } = example.layout;
    const open = async function* (): AsyncGenerator<RowBlock> {
      for (const { unit, values } of example.shops) {
        const steps = values.length / nodes.length;
        const column = (k: number) => Array.from({ length: steps }, (_, t) => values[t * nodes.length + k]!);
        yield {
          rows: steps,
          columns: {
            shop: new Array(steps).fill(unit),
            ...Object.fromEntries(nodes.map((node, k) => [node, column(k)])),
          },
        };
      }
    };
    const source = shopsFromBlocks(open, example.layout, { unit: "shop" });
    const settings = { clusters: [2], restarts: 1 };
    const model = await learnGraphs(source, example.layout, settings);
    expect(model.bound.elbo).toBe((await learnGraphs(example.shops, example.layout, settings)).bound.elbo);
    let scored = 0;
    for await (const shop of scoreShops(model, source, example.layout)) {
      expect(shop.unit).toBe(example.shops[scored++]!.unit);
    }
    expect(scored).toBe(6);
  });
});
