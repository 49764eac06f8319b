import { type CausalData, createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { granger } from "../engines/granger.js";
import { lingam } from "../engines/lingam.js";
import { orderBic } from "../engines/order-bic.js";
import { simulateLinear } from "../simulate/index.js";
import { checkedMoments } from "./check-data.js";

const random = createRandom(1);

function table(columns: Record<string, number[]>): CausalData {
  const names = Object.keys(columns);
  const rows = columns[names[0]!]!.length;
  const values = new Float64Array(rows * names.length);
  for (const [j, name] of names.entries())
    for (let t = 0; t < rows; t++) values[t * names.length + j] = columns[name]![t]!;
  return { columns: names, rows, values, temporal: false };
}
const noise = (n = 50): number[] => Array.from({ length: n }, () => random.normal());

describe("bad input ends in an error that names the column and the way out", () => {
  it("NaN and infinity", async () => {
    const tv = noise();
    tv[7] = Number.NaN;
    await expect(orderBic().discover(table({ tv, sales: noise() }))).rejects.toMatchObject({
      code: "NOT_FINITE",
      message: expect.stringContaining("Column 'tv' is NaN in row 8"),
      place: { column: "tv", row: 8 },
    });
  });

  it("a constant column, also when it differs only between units", async () => {
    await expect(orderBic().discover(table({ tv: noise(), promo: Array(50).fill(3) }))).rejects.toMatchObject({
      code: "CONSTANT_COLUMN",
      message: expect.stringContaining("'promo' is constant;"),
    });
    const level = Array.from({ length: 50 }, (_, t) => (t < 25 ? 1 : 2));
    const panel = { ...table({ tv: noise(), level }), units: ["a", "b"], unitOffsets: [0, 25, 50] };
    expect(() => checkedMoments(panel)).toThrow("'level' is constant within every unit");
  });

  it("duplicate columns, also shifted and scaled", async () => {
    const tv = noise();
    const grp = tv.map((value) => 5 - 200 * value);
    await expect(lingam().discover(table({ tv, grp, sales: noise() }))).rejects.toMatchObject({
      code: "DUPLICATE_COLUMNS",
      message: expect.stringContaining("'tv' and 'grp' carry the same numbers"),
    });
  });

  it("a total beside its parts", () => {
    const [tv, radio, sales] = [noise(), noise(), noise()];
    const total = tv.map((value, t) => value + radio[t]!);
    expect(() => checkedMoments(table({ tv, radio, total, sales }))).toThrow(
      /linear combination of '(tv|radio|total)'/,
    );
  });

  it("two columns of one name, and shapes that do not fit", () => {
    const data = table({ tv: noise(), sales: noise() });
    expect(() => checkedMoments({ ...data, columns: ["tv", "tv"] })).toThrow("Two columns are named 'tv'");
    expect(() => checkedMoments({ ...data, rows: 49 })).toThrow("49 rows × 2 columns need 98 values; there are 100");
    expect(() => checkedMoments({ ...data, unitOffsets: [0, 60] })).toThrow("unitOffsets must rise from 0 to");
  });
});

describe("more columns than rows", () => {
  const { data } = simulateLinear({ family: "ER1", size: 30, seed: 0, rows: 20 });

  it("order-bic caps the parents, still returns a graph, and says so", async () => {
    const graph = await orderBic({ restarts: 2, shakes: 2 }).discover(data);
    expect(graph.diagnostics.map(({ code }) => code)).toContain("FEW_ROWS");
    for (const node of graph.nodes) {
      const parents = graph.edges.filter((edge) => edge.selected && edge.to === node);
      expect(parents.length).toBeLessThanOrEqual(6);
    }
  });

  it("engines that regress on everything refuse and point to one that works", async () => {
    await expect(lingam().discover(data)).rejects.toMatchObject({
      code: "TOO_FEW_ROWS",
      fix: expect.stringContaining("order-bic"),
    });
    await expect(granger({ lags: 1 }).discover({ ...data, temporal: true })).rejects.toMatchObject({
      code: "TOO_FEW_ROWS",
      fix: expect.stringContaining("svar-order"),
    });
  });
});

it("temporal engines refuse rows without order, and series shorter than their past", async () => {
  const data = table({ tv: noise(12), sales: noise(12) });
  await expect(granger({ lags: 1 }).discover(data)).rejects.toMatchObject({ code: "NOT_TEMPORAL" });
  await expect(granger({ lags: 8 }).discover({ ...data, temporal: true })).rejects.toMatchObject({
    code: "SHORT_SERIES",
  });
});
