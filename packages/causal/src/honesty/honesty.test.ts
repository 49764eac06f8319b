import { createRandom } from "@mmm/core";
import { describe, expect, it } from "vitest";
import { eqvar } from "../engines/equal-variance.js";
import { lingam } from "../engines/lingam.js";
import { orderBic } from "../engines/order-bic.js";
import { adjacencyFromPairs, adjacencyOf } from "../graph/adjacency.js";
import { truthAdjacency } from "../metrics/score-graph.js";
import { momentsOf } from "../moments/moments.js";
import { recommendEngine } from "../recommend/recommend-engine.js";
import { simulateInternallyStandardised, simulateLinear, simulateSvar, standardise } from "../simulate/index.js";
import { hiddenCauseSigns, oneFactorFit } from "./hidden-causes.js";
import { honestyPanel } from "./honesty-panel.js";
import { normalityTest } from "./normality.js";
import { rescalingTest } from "./rescaling.js";
import { r2Sortability, sortability, varsortability } from "./sortability.js";

describe("sortability", () => {
  const chain = adjacencyFromPairs(3, [
    [0, 1],
    [1, 2],
  ]);

  it("counts paths of every length along which the key rises, ties one half", () => {
    expect(sortability(chain, [1, 2, 3])).toBe(1);
    expect(sortability(chain, [3, 2, 1])).toBe(0);
    expect(sortability(chain, [1, 1, 1])).toBe(0.5);
    expect(sortability(chain, [2, 1, 3])).toBeCloseTo(2 / 3, 12);
    expect(sortability(new Uint8Array(9), [1, 2, 3])).toBeNaN();
  });

  it("raw simulated data give the order away by variance, internally standardised data do not", () => {
    const average = (figures: number[]): number => figures.reduce((sum, x) => sum + x, 0) / figures.length;
    const raw = [0, 1, 2, 3].map((seed) => simulateLinear({ family: "ER2", size: 10, seed }));
    const honest = [0, 1, 2, 3].map((seed) =>
      simulateInternallyStandardised({ family: "ER2", size: 10, seed, rows: 1000 }),
    );
    const of = ({ data, truth }: (typeof raw)[number]) => varsortability(truthAdjacency(truth), momentsOf(data));
    expect(average(raw.map(of))).toBeGreaterThan(0.9);
    expect(average(honest.map(of))).toBeLessThan(0.8);
    const r2 = raw.map(({ data, truth }) => r2Sortability(truthAdjacency(truth), momentsOf(data)));
    const again = raw.map(({ data, truth }) => r2Sortability(truthAdjacency(truth), momentsOf(standardise(data))));
    for (const [k, value] of r2.entries()) expect(again[k]).toBeCloseTo(value, 9);
  });
});

describe("normality", () => {
  it("keeps its level on Gaussian rows and rejects skewed ones", () => {
    const random = createRandom(5);
    let rejected = 0;
    for (let k = 0; k < 400; k++) {
      const sample = Float64Array.from({ length: 100 }, () => random.normal());
      if (normalityTest(sample).significance < 0.05) rejected++;
    }
    expect(rejected / 400).toBeGreaterThan(0.02);
    expect(rejected / 400).toBeLessThan(0.09);
    const skewed = Float64Array.from({ length: 100 }, () => -Math.log(1 - random.uniform()));
    expect(normalityTest(skewed).significance).toBeLessThan(1e-4);
  });
});

describe("rescaling", () => {
  it("finds nothing for scale-free engines and much for equal-variance ones", async () => {
    const { data } = simulateLinear({ family: "ER2", size: 8, seed: 0, rows: 300 });
    expect((await rescalingTest(data, orderBic())).changed).toEqual([]);
    expect((await rescalingTest(data, lingam())).changed).toEqual([]);
    expect((await rescalingTest(data, eqvar())).changed.length).toBeGreaterThan(5);
  });
});

describe("hidden causes", () => {
  const rows = 400;
  function confounded(seed: number) {
    const random = createRandom(seed);
    const values = new Float64Array(rows * 5);
    for (let t = 0; t < rows; t++) {
      const demand = random.normal();
      for (let j = 0; j < 5; j++) values[t * 5 + j] = (j === 4 ? 0 : 0.8 * demand) + 0.6 * random.normal();
    }
    return { columns: ["tv", "search", "radio", "print", "weather"], rows, values, temporal: false };
  }

  it("an unseen driver of four columns is named", async () => {
    let named = 0;
    for (let seed = 0; seed < 5; seed++) {
      const panel = await honestyPanel(confounded(seed), orderBic(), { rescaledRuns: 1, randomOrders: 1 });
      const finding = panel.diagnostics.find(({ code }) => code === "HIDDEN_CAUSE");
      if (finding?.message.includes("tv, search, radio, print")) named++;
    }
    expect(named).toBeGreaterThanOrEqual(4);
  });

  it("graphs without one raise few alarms", async () => {
    let alarms = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { data } = simulateInternallyStandardised({ family: "ER4", size: 10, seed, rows: 300 });
      const marks = adjacencyOf(await orderBic().discover(data));
      if (hiddenCauseSigns(marks, momentsOf(data)).length > 0) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });

  it("the one-factor fit is exact where the correlations have one factor", () => {
    const loading = [0.9, 0.7, -0.5, 0.6];
    const correlation = Float64Array.from({ length: 16 }, (_, k) =>
      k % 5 === 0 ? 1 : loading[Math.floor(k / 4)]! * loading[k % 4]!,
    );
    const unique = loading.map((value) => 1 - value * value);
    const logDet =
      unique.reduce((sum, value) => sum + Math.log(value), 0) +
      Math.log(1 + loading.reduce((sum, value, k) => sum + (value * value) / unique[k]!, 0));
    expect(oneFactorFit(correlation, 4)).toBeCloseTo(logDet + 4, 5);
  });
});

describe("recommendation", () => {
  it("order-bic for Gaussian rows, lingam for skewed ones, their temporal forms for series", async () => {
    const gauss = simulateInternallyStandardised({ family: "ER1", size: 8, seed: 0, rows: 200 });
    const skewed = simulateInternallyStandardised({ family: "ER1", size: 8, seed: 0, rows: 200, noise: "exp" });
    expect((await recommendEngine(gauss.data)).engine.id).toBe("order-bic");
    const { engine, alternative, reasons } = await recommendEngine(skewed.data);
    expect([engine.id, alternative.id]).toEqual(["lingam", "order-bic"]);
    expect(reasons.join(" ")).toMatch(/\d of 8 residuals are clearly not Gaussian/);
    expect((await recommendEngine(simulateSvar({ size: 5, seed: 0 }).data)).engine.id).toBe("svar-order");
    expect((await recommendEngine(simulateSvar({ size: 5, seed: 0, noise: "exp" }).data)).engine.id).toBe("varlingam");
  });
});

describe("panel", () => {
  it("says when an engine read only the scale, and scores the yardsticks beside it", async () => {
    const { data, truth } = simulateLinear({ family: "ER2", size: 8, seed: 0, rows: 400 });
    const panel = await honestyPanel(data, eqvar(), { truth });
    const codes = panel.diagnostics.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["EQUAL_VARIANCE_ASSUMED", "SCALE_ARTEFACT", "VARSORTABLE"]));
    expect(panel.yardsticks.map(({ id }) => id)).toEqual(["randsort", "varsort", "r2sort"]);
    expect(panel.yardsticks[0]!.truth!.shd).toBeGreaterThan(panel.score!.shd + 5);
  });

  it("recommends lingam over order-bic on skewed noise, and warns of lingam on Gaussian noise", async () => {
    const skewed = simulateInternallyStandardised({ family: "ER1", size: 6, seed: 1, rows: 200, noise: "exp" });
    const gauss = simulateInternallyStandardised({ family: "ER1", size: 6, seed: 1, rows: 200 });
    const codes = async (data: typeof gauss.data, engine: ReturnType<typeof lingam>) =>
      (await honestyPanel(data, engine, { rescaledRuns: 1, randomOrders: 1 })).diagnostics.map(({ code }) => code);
    expect(await codes(skewed.data, orderBic())).toContain("NON_GAUSSIAN");
    expect(await codes(gauss.data, lingam())).toContain("GAUSSIAN_NOISE");
    expect(await codes(gauss.data, orderBic())).not.toContain("NON_GAUSSIAN");
  });
});
