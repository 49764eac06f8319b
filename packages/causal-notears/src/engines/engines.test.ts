import { adjacencyOf, isAcyclic, scoreGraph } from "@mmm/causal";
import { simulateInternallyStandardised, simulateLinear, simulateSvar } from "@mmm/causal/simulate";
import { type CausalData, type CausalEngine, type CausalGraph, createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { dagma } from "./dagma.js";
import { dynotears } from "./dynotears.js";
import { golem } from "./golem.js";
import { likelihood, temporalLikelihood } from "./likelihood.js";
import { notears } from "./notears.js";
import { notearsAdditive } from "./notears-additive.js";

const selected = (graph: CausalGraph): string[] =>
  graph.edges.filter((edge) => edge.selected).map(({ from, to, lag }) => `${from} → ${to} @${lag}`);

const table = (columns: readonly string[], rows: number, row: () => readonly number[]): CausalData => ({
  columns,
  rows,
  values: Float64Array.from(Array.from({ length: rows }, row).flat()),
  temporal: false,
});

describe("recovery", () => {
  it.each([
    ["notears", notears(), 2],
    ["notears without order moves", notears({ refine: "none" }), 5],
    ["dagma", dagma(), 2],
    ["dagma with order moves", dagma({ refine: "order" }), 2],
    ["golem-ev", golem(), 2],
    ["likelihood", likelihood(), 3],
  ])("%s finds raw equal-variance graphs", async (_, engine, most) => {
    const { data, truth } = simulateLinear({ family: "ER2", size: 10, seed: 0 });
    const graph = await engine.discover(data);
    expect(scoreGraph(graph, truth).shd).toBeLessThanOrEqual(most);
    expect(isAcyclic(adjacencyOf(graph))).toBe(true);
  });

  it("order moves never leave NOTEARS with a worse graph than its own start on dense graphs", async () => {
    const { data, truth } = simulateLinear({ family: "ER3", size: 8, seed: 1 });
    const moved = scoreGraph(await notears().discover(data), truth).shd;
    const plain = scoreGraph(await notears({ refine: "none" }).discover(data), truth).shd;
    expect(moved).toBeLessThanOrEqual(plain);
  });

  it("likelihood finds the equivalence class when nothing is to be read from variances", async () => {
    const { data, truth } = simulateInternallyStandardised({ family: "ER1", size: 8, seed: 0, rows: 2000 });
    expect(scoreGraph(await likelihood().discover(data), truth).shdCpdag).toBeLessThanOrEqual(1);
  });

  it("dynotears and temporalLikelihood find lagged and present effects of a panel", async () => {
    const { data, truth } = simulateSvar({ size: 6, seed: 0, periods: 120, units: 4 });
    for (const engine of [dynotears(), temporalLikelihood()]) {
      const score = scoreGraph(await engine.discover(data), truth);
      expect(score.lagged!.auroc).toBeGreaterThan(0.95);
      expect(score.shdCpdag).toBeLessThanOrEqual(1);
    }
  });

  it("logistic finds a chain of yes-or-no columns, Poisson one of counts", async () => {
    const random = createRandom(1);
    const coin = (logit: number): number => (random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0);
    const binary = table(["a", "b", "c"], 2000, () => {
      const a = coin(0);
      const b = coin(4 * a - 2);
      return [a, b, coin(4 * b - 2)];
    });
    const links = selected(await notears({ loss: "logistic", lambda: 0.02 }).discover(binary)).map((edge) =>
      edge.slice(0, 5).split(" → ").sort().join(""),
    );
    expect(links.sort()).toEqual(["ab", "bc"]);

    const poisson = (mean: number): number => {
      let count = 0;
      for (let p = random.uniform(); p > Math.exp(-mean); p *= random.uniform()) count++;
      return count;
    };
    const counts = table(["a", "b"], 1500, () => {
      const a = poisson(1);
      return [a, poisson(Math.exp(0.5 * a - 0.5))];
    });
    const drawn = selected(await notears({ loss: "poisson", lambda: 0.02 }).discover(counts));
    expect(drawn).toEqual(["a → b @0"]);
  });

  it("notears-additive finds bent effects that linear engines miss", async () => {
    const random = createRandom(2);
    const data = table(["a", "b", "c"], 800, () => {
      const a = random.normal();
      const b = a * a + 0.5 * random.normal();
      return [a, b, 2 * Math.sin(2 * b) + 0.5 * random.normal()];
    });
    expect(selected(await notearsAdditive().discover(data)).sort()).toEqual(["a → b @0", "b → c @0"]);
    expect(selected(await likelihood().discover(data))).not.toContain("a → b @0");
  });
});

describe("change of units", () => {
  const { data } = simulateLinear({ family: "ER2", size: 6, seed: 4, rows: 400 });
  const bend = { ...data, values: data.values.map((value) => Math.asinh(value)) };
  const series = simulateSvar({ size: 5, seed: 1 }).data;
  it.each([
    ["likelihood", likelihood(), data],
    ["temporal-likelihood", temporalLikelihood(), series],
    ["notears-additive", notearsAdditive({ functions: 2 }), bend],
  ] as [string, CausalEngine, CausalData][])(
    "leaves the graph of %s alone, whichever column",
    async (_, engine, given) => {
      const size = given.columns.length;
      const before = selected(await engine.discover(given));
      for (let column = 0; column < size; column++) {
        for (const factor of [1e3, 1e-3]) {
          const values = given.values.map((value, k) => (k % size === column ? value * factor : value));
          expect(selected(await engine.discover({ ...given, values }))).toEqual(before);
        }
      }
    },
  );

  it("alters NOTEARS, which says so", async () => {
    const values = data.values.map((value, k) => value * (k % 2 ? 100 : 0.01));
    const [before, after] = [await notears().discover(data), await notears().discover({ ...data, values })];
    expect(selected(after)).not.toEqual(selected(before));
    expect(notears().capabilities.scaleInvariant).toBe(false);
    expect(before.diagnostics.map(({ code }) => code)).toContain("SCALE_DEPENDENT");
  });
});

describe("difficult and bad input", () => {
  const { data } = simulateLinear({ family: "ER1", size: 6, seed: 2, rows: 200 });
  const engines = [notears(), dagma(), golem({ noise: "unequal" }), likelihood()];

  it("names the column and row of a missing value, constant, copied and dependent columns", async () => {
    const change = (edit: (values: Float64Array, row: number) => void): CausalData => {
      const values = data.values.slice();
      for (let t = 0; t < data.rows; t++) edit(values.subarray(t * 6, t * 6 + 6), t);
      return { ...data, values };
    };
    const cases: [CausalData, RegExp][] = [
      [change((row, t) => void (t === 7 && (row[2] = Number.NaN))), /Column 'v2' is NaN in row 8/],
      [change((row) => void (row[3] = 5)), /Column 'v3' is constant/],
      [change((row) => void (row[4] = 2 * row[1]! + 1)), /Columns 'v1' and 'v4' carry the same numbers/],
      [change((row) => void (row[5] = row[0]! - row[1]!)), /linear combination/],
    ];
    for (const engine of engines) {
      for (const [broken, message] of cases) await expect(engine.discover(broken)).rejects.toThrow(message);
    }
  });

  it("handles more columns than rows, and says that edges are unsure", async () => {
    const wide = simulateLinear({ family: "ER1", size: 14, seed: 0, rows: 12 }).data;
    for (const engine of engines) {
      const graph = await engine.discover(wide);
      expect(isAcyclic(adjacencyOf(graph))).toBe(true);
      expect(graph.diagnostics.map(({ code }) => code)).toContain("FEW_ROWS");
    }
  });

  it("refuses contradictory and cyclic requirements", async () => {
    for (const engine of engines) {
      const both = { required: [["v0", "v1"]], forbidden: [["v0", "v1"]] } as const;
      await expect(engine.discover(data, { constraints: both })).rejects.toThrow(
        "'v0 → v1' is required, but also forbidden",
      );
      const cycle = {
        required: [
          ["v0", "v1"],
          ["v1", "v0"],
        ],
      } as const;
      await expect(engine.discover(data, { constraints: cycle })).rejects.toThrow("v0 → v1 → v0");
    }
  });

  it("keeps a required edge against the data, and the graph free of cycles around it", async () => {
    const { truth } = simulateLinear({ family: "ER1", size: 6, seed: 2, rows: 200 });
    const { from, to } = truth.edges[0]!;
    for (const engine of engines) {
      const graph = await engine.discover(data, { constraints: { required: [[to, from]] } });
      expect(selected(graph)).toContain(`${to} → ${from} @0`);
      expect(isAcyclic(adjacencyOf(graph))).toBe(true);
    }
  });

  it("refuses values outside a loss's support and options that do not combine", async () => {
    await expect(notears({ loss: "logistic" }).discover(data)).rejects.toThrow(
      /with loss 'logistic' every value must be 0 or 1/,
    );
    await expect(notears({ loss: "poisson" }).discover(data)).rejects.toThrow(/must be a count/);
    expect(() => notears({ loss: "poisson", refine: "order" })).toThrow("With loss 'poisson' neither");
    expect(() => notearsAdditive({ functions: 1 })).toThrow("functions must be a whole number from 2, got 1.");
    await expect(dynotears().discover(data)).rejects.toThrow(/not temporal/);
  });
});
