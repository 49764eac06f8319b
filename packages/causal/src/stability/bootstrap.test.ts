import { type CausalEngine, createRandom, defineCausalEngine } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { lingam } from "../engines/lingam.js";
import { orderBic } from "../engines/order-bic.js";
import { svarOrder } from "../engines/svar-order.js";
import { expectedCalibrationError } from "../metrics/calibration.js";
import { offDiagonal } from "../metrics/ranking.js";
import { probabilitiesOf, scoreGraph, truthAdjacency } from "../metrics/score-graph.js";
import { simulateInternallyStandardised, simulateSvar } from "../simulate/index.js";
import { bootstrapTally, edgeProbabilities } from "./bootstrap.js";
import { drawRowWeights } from "./draw-weights.js";
import { mergeTallies, withProbabilities } from "./edge-tally.js";

const { data } = simulateInternallyStandardised({ family: "ER1", size: 6, seed: 0, rows: 120 });

/** The same engine without its fast path: what a third party's engine looks like. */
function plain(engine: CausalEngine): CausalEngine {
  const { id, specVersion, version, title, capabilities, citations, discover } = engine;
  return defineCausalEngine({ id, specVersion, version, title, capabilities, citations, discover });
}

describe("row weights", () => {
  it("draw as many rows as each unit has, in runs of the block length", () => {
    const plan = { rows: 70, unitOffsets: [0, 40, 70], blockLength: 5, drawUnits: false };
    const weights = drawRowWeights(plan, createRandom(1));
    expect(weights.slice(0, 40).reduce((sum, weight) => sum + weight, 0)).toBe(40);
    expect(weights.slice(40).reduce((sum, weight) => sum + weight, 0)).toBe(30);
    const rows = drawRowWeights({ ...plan, blockLength: 1 }, createRandom(1));
    const switches = (w: Float64Array): number =>
      w.reduce((n, x, t) => n + (t > 0 && x > 0 !== w[t - 1]! > 0 ? 1 : 0), 0);
    expect(switches(weights)).toBeLessThan(switches(rows) / 1.5);
  });

  it("draw whole units when asked", () => {
    const plan = { rows: 60, unitOffsets: [0, 10, 20, 30, 40, 50, 60], blockLength: 1, drawUnits: true };
    const weights = drawRowWeights(plan, createRandom(2));
    const perUnit = [0, 1, 2, 3, 4, 5].map((u) => weights.slice(10 * u, 10 * u + 10).reduce((sum, w) => sum + w, 0));
    expect(perUnit.reduce((sum, mass) => sum + mass, 0)).toBe(60);
    expect(perUnit.every((mass) => mass % 10 === 0)).toBe(true);
    expect(perUnit.some((mass) => mass === 0)).toBe(true);
  });
});

describe("bootstrap", () => {
  it("runs in pieces add up to the whole, in any order", async () => {
    const whole = await bootstrapTally(data, orderBic(), { replicates: 30, seed: 4 });
    const early = await bootstrapTally(data, orderBic(), { replicates: 10, seed: 4 });
    const late = await bootstrapTally(data, orderBic(), { first: 10, replicates: 20, seed: 4 });
    expect(mergeTallies(late, early)).toEqual(whole);
    expect(() => mergeTallies(whole, early)).toThrow("Both tallies count replicate 0");
    expect(() => mergeTallies(whole, { ...early, seed: 5 })).toThrow("different runs");
  });

  it("resumes from a stored tally and finishes with the same probabilities", async () => {
    const direct = await edgeProbabilities(data, lingam(), { replicates: 20, seed: 1 });
    const stored = JSON.parse(JSON.stringify(await bootstrapTally(data, lingam(), { replicates: 12, seed: 1 })));
    const resumed = await edgeProbabilities(data, lingam(), { replicates: 20, seed: 1, resume: stored });
    expect(resumed.edges).toEqual(direct.edges);
  });

  it("the fast path gives exactly what running the engine on repeated rows gives", async () => {
    for (const engine of [orderBic({ averageUpTo: 0 }), lingam()]) {
      const fast = await bootstrapTally(data, engine, { replicates: 8 });
      const slow = await bootstrapTally(data, plain(engine), { replicates: 8 });
      expect(slow.counts).toEqual(fast.counts);
    }
  });

  it("cuts series at the seams of blocks for engines that build lags themselves", async () => {
    const series = simulateSvar({ size: 4, seed: 0, periods: 240 });
    const graph = await edgeProbabilities(series.data, plain(svarOrder({ lags: 1 })), { replicates: 20 });
    const score = scoreGraph(graph, series.truth);
    expect(score.lagged!.auroc).toBeGreaterThan(0.9);
    for (const edge of graph.edges) {
      if (edge.selected && edge.lag === 0) expect(edge.probability).toBeGreaterThan(0.2);
    }
  });

  it("stops when cancelled and says when an engine keeps failing", async () => {
    const controller = new AbortController();
    const hooks = {
      signal: controller.signal,
      onProgress: ({ step }: { step: number }) => step === 3 && controller.abort(),
    };
    await expect(bootstrapTally(data, orderBic(), { replicates: 50 }, hooks as never)).rejects.toMatchObject({
      code: "CANCELLED",
    });
    const broken = defineCausalEngine({ ...plain(orderBic()), discover: () => Promise.reject(new Error("no")) });
    await expect(bootstrapTally(data, broken, { replicates: 4 })).rejects.toThrow("failed on 4 of 4");
  });

  it("probabilities are calibrated on internally standardised data: ECE at most 0.05", async () => {
    const said: number[] = [];
    const happened: number[] = [];
    for (const family of ["ER1", "ER2"] as const) {
      for (const rows of [150, 750]) {
        for (const seed of [0, 1, 2]) {
          const set = simulateInternallyStandardised({ family, size: 10, seed, rows });
          const graph = await edgeProbabilities(set.data, orderBic(), { replicates: 60 });
          said.push(...offDiagonal(probabilitiesOf(graph)));
          happened.push(...offDiagonal(truthAdjacency(set.truth)));
        }
      }
    }
    expect(expectedCalibrationError(said, happened)).toBeLessThanOrEqual(0.05);
  });
});

it("attaches probabilities to the right pairs", async () => {
  const graph = await orderBic().discover(data);
  const counts = [Array.from({ length: 36 }, (_, k) => k / 4)];
  const tally = {
    engine: "order-bic",
    nodes: data.columns,
    seed: 0,
    run: "",
    replicates: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    counts,
    failed: 0,
  };
  const edge = withProbabilities(graph, tally).edges.find(({ from, to }) => from === "v2" && to === "v5")!;
  expect(edge.probability).toBeCloseTo(17 / 4 / 9, 12);
});
