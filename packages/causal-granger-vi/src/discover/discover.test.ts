import { auroc } from "@mmm/causal";
import { createRandom, isMmmError } from "@mmm/core";
import { beforeAll, describe, expect, it } from "vitest";
import { responseCurve } from "../response/curves.js";
import { exampleShops } from "../shops/example-shops.js";
import type { Shop } from "../shops/shop.js";
import { discoverShops, type ShopDiscovery } from "./discover.js";
import { learnGraphs } from "./learn.js";
import { loadModel, saveModel } from "./model.js";
import { forecastShop, scoreShop, scoreShops } from "./score.js";

const { shops, layout, truth } = exampleShops({ shops: 30 });
const size = layout.nodes.length;
const off = (e: number) => e % size !== Math.floor(e / size);
const settings = { clusters: [2, 3], restarts: 1, delays: [0] };
let found: ShopDiscovery;
beforeAll(async () => {
  found = await discoverShops(shops, layout, settings);
}, 60_000);

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isMmmError(error)) return error.code;
    throw error;
  }
  return "none";
}

describe("discoverShops", () => {
  it("recovers both kinds of shops", () => {
    expect(found.clusters).toHaveLength(2);
    const scores = found.shops.map(({ edges }, s) =>
      auroc(
        [...edges].filter((_, e) => off(e)),
        [...truth[s]!].filter((_, e) => off(e)),
      ),
    );
    expect(scores.reduce((a, b) => a + b, 0) / scores.length).toBeGreaterThan(0.98);
    const share = found.clusters.reduce((sum, cluster) => sum + cluster.share, 0);
    expect(share).toBeCloseTo(1, 10);
  });

  it("gives positive signs, rising curves and lag profiles that sum to one", () => {
    const edge = found.shops[0]!.responses.edges.find(({ from, to }) => from === 0 && to === 2)!;
    expect(edge.sign).toBe(1);
    expect(edge.lagProfile.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 10);
    const { response } = responseCurve(found.shops[0]!.dynamics, found.model.settings.shapes, 0, 2, [0, 0.5, 1, 2]);
    expect(response[0]).toBe(0);
    expect(response[3]).toBeGreaterThan(response[1]!);
  });

  it("does not depend on the order or the units of the columns", async () => {
    const order = [3, 0, 2, 1];
    const moved = shops.map(({ unit, values }) => ({
      unit,
      values: Float64Array.from(values, (_, i) => values[i - (i % size) + order[i % size]!]! * (1 + order[i % size]!)),
    }));
    const other = await discoverShops(moved, { ...layout, nodes: order.map((i) => layout.nodes[i]!) }, settings);
    other.shops.forEach(({ edges }, s) => {
      for (let from = 0; from < size; from++) {
        for (let to = 0; to < size; to++) {
          expect(edges[from * size + to]).toBeCloseTo(found.shops[s]!.edges[order[from]! * size + order[to]!]!, 4);
        }
      }
    });
  });

  it("finds effects that wait a step, and says when they arrive", async () => {
    const waiting = Array.from({ length: 10 }, (_, s) => {
      const random = createRandom(s);
      const values = new Float64Array(90 * 2);
      for (let t = 0; t < 90; t++) {
        values[2 * t] = random.normal();
        values[2 * t + 1] = (t > 1 ? 0.6 * values[2 * t - 4]! : 0) + random.normal();
      }
      return { unit: `${s}`, values };
    });
    const pair = { nodes: ["tv", "sales"], target: "sales" };
    const { model, shops: scored } = await discoverShops(waiting, pair, { clusters: [2], restarts: 1 });
    expect(model.settings.shapes.some(({ delay }) => delay === 1)).toBe(true);
    for (const { edges, responses } of scored) {
      expect(edges[1]).toBeGreaterThan(0.9);
      expect(edges[2]).toBeLessThan(0.5);
      const { lagProfile } = responses.edges.find(({ from }) => from === 0)!;
      expect(lagProfile[1]).toBeGreaterThan(lagProfile[0]!);
    }
    expect(found.model.settings.shapes.every(({ delay }) => delay === 0)).toBe(true);
  });

  it("both terms of the bound matter", () => {
    const { logLikelihood, graphDivergence, elbo } = found.model.bound;
    expect(graphDivergence).toBeGreaterThan(0.05 * logLikelihood);
    expect(elbo).toBeLessThan(logLikelihood);
  });

  it("gives shops of pure noise at most the prior", async () => {
    const noise = exampleShops({ shops: 12, seed: 5 }).shops.map(({ unit, values }, s) => {
      const shuffled = values.slice();
      for (let node = 0; node < size; node++) {
        for (let t = 0; t < values.length / size; t++) {
          const from = (t * 37 + 11 * node + 13 * s) % (values.length / size);
          shuffled[t * size + node] = values[from * size + node]!;
        }
      }
      return { unit, values: shuffled };
    });
    const { shops: scored } = await discoverShops(noise, layout, settings);
    const mean = scored.flatMap(({ edges }) => [...edges].filter((_, e) => off(e)));
    expect(mean.reduce((a, b) => a + b, 0) / mean.length).toBeLessThan(0.22);
  });
});

describe("scoring", () => {
  it("a saved and loaded model scores a new shop as the model does", () => {
    const [fresh] = exampleShops({ shops: 1, seed: 9 }).shops;
    const again = loadModel(saveModel(found.model));
    expect([...scoreShop(again, fresh!).edges]).toEqual([...scoreShop(found.model, fresh!).edges]);
    expect(() => loadModel("{}")).toThrow(/schema/);
    expect(() => loadModel("<")).toThrow(/no saved model/);
  });

  it("streams, resumes, and agrees with scoring in memory", async () => {
    const stream = async function* () {
      yield shops.slice(0, 7);
      yield shops.slice(7);
    };
    const model = await learnGraphs(stream, layout, settings);
    const units: string[] = [];
    for await (const shop of scoreShops(model, stream, layout, undefined, 10)) units.push(shop.unit);
    expect(units).toEqual(shops.slice(10).map(({ unit }) => unit));
    expect(model.bound.elbo).toBeCloseTo(found.model.bound.elbo, 6);
  });

  it("removing a non-edge's sender never changes a prediction", () => {
    const result = found.shops[1]!;
    let checked = 0;
    for (let to = 0; to < size; to++) {
      const { sets } = result.dynamics.targets[to]!;
      for (let from = 0; from < size; from++) {
        if (from === to || sets.some(({ parents }) => parents.includes(from))) continue;
        // Plans hold every series but the target's at its mean, the sender once at a wild level: nothing else can differ.
        const plan = (level: number) => {
          const future = new Float64Array(5 * size);
          for (let i = 0; i < future.length; i++) future[i] = i % size === from ? level : 1;
          for (let h = 0; h < 5; h++) future[h * size + to] = Number.NaN;
          return forecastShop(found.model, shops[1]!, result, { horizon: 5, draws: 20, future });
        };
        const [calm, wild] = [plan(1), plan(50)];
        for (let h = 0; h < 5; h++) expect(wild.mean[h * size + to]).toBe(calm.mean[h * size + to]);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(0);
  });

  it("forecasts are ordered and non-negative where history is", () => {
    const forecast = forecastShop(found.model, shops[0]!, found.shops[0]!, { horizon: 10 });
    forecast.mean.forEach((mean, i) => {
      expect(forecast.lower[i]).toBeLessThanOrEqual(forecast.upper[i]!);
      expect(forecast.lower[i]).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(mean)).toBe(true);
    });
  });
});

describe("bad input", () => {
  const flatShop = (edit: (values: Float64Array) => void, unit = "odd"): Shop => {
    const values = shops[0]!.values.slice();
    edit(values);
    return { unit, values };
  };

  it("one shop works and is told so", async () => {
    const { diagnostics, shops: scored } = await discoverShops(shops.slice(0, 1), layout, settings);
    expect(diagnostics.map(({ code }) => code)).toContain("FEW_SHOPS");
    expect(scored).toHaveLength(1);
  });

  it("a constant series keeps the prior's probabilities", () => {
    const odd = flatShop((values) => {
      for (let i = 1; i < values.length; i += size) values[i] = 3;
    });
    const { edges, diagnostics } = scoreShop(found.model, odd);
    expect(diagnostics.map(({ code }) => code)).toEqual(["CONSTANT_SERIES"]);
    expect([...edges].every(Number.isFinite)).toBe(true);
    expect(edges[1 * size + 0]).toBeLessThan(0.3);
  });

  it("missing periods are skipped and reported", () => {
    const gap = flatShop((values) => values.fill(Number.NaN, 30 * size, 34 * size));
    const { edges, diagnostics } = scoreShop(found.model, gap);
    expect(diagnostics.map(({ code }) => code)).toEqual(["MISSING_PERIODS"]);
    expect(edges[0 * size + 2]).toBeGreaterThan(0.5);
  });

  it("a short history gets the mixture's graph; only short ones are refused", async () => {
    const short = { unit: "new", values: shops[0]!.values.slice(0, 3 * size) };
    const { diagnostics, edges } = scoreShop(found.model, short);
    expect(diagnostics[0]!.code).toBe("SHORT_SERIES");
    expect([...edges].every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(await codeOf(() => learnGraphs([short], layout))).toBe("TOO_SHORT");
  });

  it("refuses what cannot be meant, with a code", async () => {
    const model = found.model;
    const first = async (given: typeof layout) => {
      for await (const _ of scoreShops(model, shops, given)) return;
    };
    expect(await codeOf(() => learnGraphs([], layout))).toBe("NO_SHOPS");
    expect(await codeOf(() => learnGraphs([shops[0]!, shops[0]!], layout))).toBe("DUPLICATE_UNIT");
    expect(await codeOf(() => scoreShop(model, { unit: "a", values: new Float64Array(7) }))).toBe("SHAPE");
    expect(
      await codeOf(() =>
        scoreShop(
          model,
          flatShop((v) => (v[5] = Number.POSITIVE_INFINITY)),
        ),
      ),
    ).toBe("NOT_FINITE");
    expect(await codeOf(() => scoreShop(model, { ...shops[0]!, context: [1] }))).toBe("CONTEXT");
    expect(await codeOf(() => first({ ...layout, nodes: ["tv", "radio", "search", "sales"] }))).toBe(
      "UNKNOWN_CHANNELS",
    );
    expect(await codeOf(() => first({ ...layout, nodes: ["social", "tv", "search", "sales"] }))).toBe("NODE_ORDER");
    expect(await codeOf(() => learnGraphs(shops, { ...layout, target: "gmv" }))).toBe("UNKNOWN_NODE");
    expect(await codeOf(() => learnGraphs(shops, layout, { decays: [1.2] }))).toBe("BAD_SETTING");
  });
});
