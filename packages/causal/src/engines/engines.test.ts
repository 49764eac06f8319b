import { type CausalEngine, type CausalGraph, createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { adjacencyFromPairs, adjacencyOf } from "../graph/adjacency.js";
import { dagToCpdag } from "../graph/equivalence.js";
import { scoreGraph, truthAdjacency } from "../metrics/score-graph.js";
import {
  type SimulatedData,
  simulateInternallyStandardised,
  simulateLinear,
  simulateSvar,
  standardise,
} from "../simulate/index.js";
import { eqvar } from "./equal-variance.js";
import { granger } from "./granger.js";
import { lassoVar } from "./lasso-var.js";
import { lingam } from "./lingam.js";
import { orderBic } from "./order-bic.js";
import { pc } from "./pc.js";
import { pcmciPlus } from "./pcmci-plus.js";
import { sortedRegression } from "./sorted-regression.js";
import { svarOrder } from "./svar-order.js";
import { varLingam } from "./varlingam.js";

const seeds = [0, 1, 2];

async function mean(
  engine: CausalEngine,
  sets: readonly SimulatedData[],
  figure: (score: ReturnType<typeof scoreGraph>) => number,
): Promise<number> {
  let sum = 0;
  for (const { data, truth } of sets) sum += figure(scoreGraph(await engine.discover(data), truth)) / sets.length;
  return sum;
}

describe("order-bic", () => {
  it("recovers standardised ER2 graphs far better than the bar of 7 (d = 10) and 2 (d = 20)", async () => {
    for (const [size, bar] of [
      [10, 7],
      [20, 2],
    ] as const) {
      const sets = seeds.map((seed) => simulateLinear({ family: "ER2", size, seed, standardised: true }));
      expect(await mean(orderBic(), sets, ({ shd }) => shd)).toBeLessThanOrEqual(bar);
    }
  });

  it("does not fail on dense standardised graphs: ER4, d = 20, a tenth of a random order's errors", async () => {
    const sets = seeds.map((seed) => simulateLinear({ family: "ER4", size: 20, seed, standardised: true }));
    const random = await mean(sortedRegression({ by: "random" }), sets, ({ shd }) => shd);
    expect(await mean(orderBic(), sets, ({ shd }) => shd)).toBeLessThan(random / 10);
  });

  it("with plenty of rows returns exactly the CPDAG of the truth", async () => {
    // v0 → v2 ← v1, v2 → v3, v0 — v4: a collider, an arrow that follows from it, an open edge
    const random = createRandom(0);
    const rows = 20_000;
    const values = new Float64Array(rows * 5);
    for (let t = 0; t < rows; t++) {
      const [a, b, c, d, e] = [0, 1, 2, 3, 4].map(() => random.normal()) as [number, number, number, number, number];
      const collider = 0.8 * a - 0.7 * b + c;
      values.set([a, b, collider, 0.5 * collider + d, 0.6 * a + e], t * 5);
    }
    const truth = adjacencyFromPairs(5, [
      [0, 2],
      [1, 2],
      [2, 3],
      [0, 4],
    ]);
    const data = { columns: ["v0", "v1", "v2", "v3", "v4"], rows, values, temporal: false };
    for (const engine of [orderBic(), orderBic({ exactUpTo: 2 }), pc()]) {
      expect(adjacencyOf(await engine.discover(data))).toEqual(dagToCpdag(truth));
    }
  });

  it("draws fewer than half as many wrong arrows on 150 rows as the class of the best DAG, and counts what it left open", async () => {
    let [wrong, wrongOfBest, drawn, drawnOfBest] = [0, 0, 0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const { data, truth } = simulateInternallyStandardised({ family: "ER1", size: 10, seed, rows: 150 });
      const right = truthAdjacency(truth);
      const arrows = (graph: CausalGraph) => graph.edges.filter((edge) => edge.selected && edge.directed !== false);
      const isWrong = ({ from, to }: { from: string; to: string }) =>
        right[data.columns.indexOf(from) * 10 + data.columns.indexOf(to)] === 0;
      const graph = await orderBic().discover(data);
      const best = await orderBic({ averageUpTo: 0 }).discover(data);
      wrong += arrows(graph).filter(isWrong).length;
      wrongOfBest += arrows(best).filter(isWrong).length;
      drawn += arrows(graph).length;
      drawnOfBest += arrows(best).length;
      const fewer = arrows(best).some(({ from, to }) =>
        graph.edges.some((edge) => edge.from === from && edge.to === to && edge.selected && edge.directed === false),
      );
      expect(graph.diagnostics.some(({ code }) => code === "OPEN_DIRECTIONS")).toBe(fewer);
    }
    expect(wrong).toBeLessThan(wrongOfBest / 2);
    expect(drawn).toBeGreaterThan(0.8 * drawnOfBest);
  });

  it("is unchanged when any one column is rescaled by 10^±3", async () => {
    const { data } = simulateInternallyStandardised({ family: "ER2", size: 8, seed: 0, rows: 150 });
    const marks = adjacencyOf(await orderBic().discover(data));
    for (let column = 0; column < 8; column++) {
      for (const factor of [1e3, 1e-3]) {
        const values = data.values.map((value, k) => (k % 8 === column ? factor * value : value));
        expect(adjacencyOf(await orderBic().discover({ ...data, values }))).toEqual(marks);
      }
    }
  });
});

describe("eqvar", () => {
  it("recovers raw equal-variance graphs without an error, sparse and scale-free ones", async () => {
    for (const family of ["ER1", "ER2", "SF4"] as const) {
      const sets = seeds.map((seed) => simulateLinear({ family, size: 20, seed }));
      expect(await mean(eqvar(), sets, ({ shd }) => shd)).toBeLessThanOrEqual(0.5);
    }
  });

  it("warns always, and calls unit variances an error", async () => {
    const { data } = simulateLinear({ family: "ER1", size: 5, seed: 0 });
    const codes = (graph: CausalGraph): string[] => graph.diagnostics.map(({ code }) => code);
    expect(codes(await eqvar().discover(data))).toContain("EQUAL_VARIANCE_ASSUMED");
    expect(codes(await eqvar().discover(standardise(data)))).toContain("STANDARDISED_COLUMNS");
  });
});

describe("lingam", () => {
  it("ranks edges of standardised skewed data almost perfectly: AUROC at least 0.97", async () => {
    for (const noise of ["exp", "gumbel"] as const) {
      const sets = seeds.map((seed) => simulateLinear({ family: "ER2", size: 10, seed, noise, standardised: true }));
      expect(await mean(lingam(), sets, ({ auroc }) => auroc)).toBeGreaterThanOrEqual(0.97);
    }
  });

  it("orients on 150 rows where nothing else can: ER2, exponential, internally standardised, SHD at most 2.5", async () => {
    const sets = seeds.map((seed) =>
      simulateInternallyStandardised({ family: "ER2", size: 10, seed, rows: 150, noise: "exp" }),
    );
    expect(await mean(lingam(), sets, ({ shd }) => shd)).toBeLessThanOrEqual(2.5);
  });
});

describe("pc", () => {
  it("a chain stays undirected, a collider is drawn", async () => {
    const { data } = simulateLinear({ family: "ER1", size: 3, seed: 0, rows: 500 });
    const chain = data.values.slice();
    const collider = data.values.slice();
    const noise = (t: number, j: number): number => Math.sin(12.9898 * (3 * t + j) ** 2) * 2;
    for (let t = 0; t < 500; t++) {
      const [a, b, c] = [noise(t, 0), noise(t, 1), noise(t, 2)];
      chain.set([a, a + b, a + b + c], 3 * t);
      collider.set([a, a + b + c, b], 3 * t);
    }
    expect([...adjacencyOf(await pc().discover({ ...data, values: chain }))]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
    expect([...adjacencyOf(await pc().discover({ ...data, values: collider }))]).toEqual([0, 1, 0, 0, 0, 0, 0, 1, 0]);
  });
});

describe("time series", () => {
  const standardised = seeds.map((seed) => simulateSvar({ size: 10, seed, standardised: true }));

  it("svar-order meets the bar on standardised data: lag AUROC 0.86, same-period SHD 2", async () => {
    const engine = svarOrder({ lags: 1 });
    expect(await mean(engine, standardised, ({ lagged }) => lagged!.auroc)).toBeGreaterThanOrEqual(0.86);
    expect(await mean(engine, standardised, ({ shd }) => shd)).toBeLessThanOrEqual(2);
  });

  it("chooses the number of lags that made the data", async () => {
    for (const lags of [1, 2]) {
      const { data } = simulateSvar({ size: 4, seed: 3, periods: 400, lags });
      const graph = await svarOrder({ lags: { atMost: 4 } }).discover(data);
      expect(graph.engine.settings["lags"]).toBe(lags);
    }
  });

  it("varlingam orients the present of skewed series", async () => {
    const sets = seeds.map((seed) => simulateSvar({ size: 10, seed, noise: "exp", standardised: true }));
    expect(await mean(varLingam({ lags: 1 }), sets, ({ shd }) => shd)).toBeLessThanOrEqual(1);
  });

  it("Granger and lasso rank lags well above chance; PCMCI+ also finds the present", async () => {
    for (const engine of [granger({ lags: 1 }), lassoVar({ lags: 1 }), pcmciPlus({ lags: 1 })]) {
      expect(await mean(engine, standardised, ({ lagged }) => lagged!.auroc)).toBeGreaterThan(0.75);
    }
    expect(await mean(pcmciPlus({ lags: 1 }), standardised, ({ tpr }) => tpr)).toBeGreaterThan(0.6);
  });

  it("Granger's false positives keep the level when nothing drives anything", async () => {
    let drawn = 0;
    let pairs = 0;
    const columns = ["v0", "v1", "v2", "v3", "v4", "v5"];
    for (let seed = 0; seed < 20; seed++) {
      const random = createRandom(seed);
      const values = Float64Array.from({ length: 150 * 6 }, () => random.normal());
      const graph = await granger({ lags: 2, alpha: 0.05 }).discover({ columns, rows: 150, values, temporal: true });
      const found = new Set(graph.edges.filter((edge) => edge.selected).map(({ from, to }) => `${from} ${to}`));
      drawn += found.size;
      pairs += 36;
    }
    expect(drawn / pairs).toBeGreaterThan(0.02);
    expect(drawn / pairs).toBeLessThan(0.09);
  });

  it("a panel of short units with their own levels gives what one long series gives", async () => {
    const { data, truth } = simulateSvar({ size: 8, seed: 0, periods: 40, units: 10 });
    const score = scoreGraph(await svarOrder({ lags: 1 }).discover(data), truth);
    expect(score.shd).toBeLessThanOrEqual(1);
    expect(score.lagged!.auroc).toBeGreaterThan(0.95);
  });
});
