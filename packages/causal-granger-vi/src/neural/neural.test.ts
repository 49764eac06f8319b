import { auroc } from "@mmm/causal";
import { createRandom } from "@mmm/core";
import { compile, eagerEngine, flattenTree, mapTree, type NdArray, setupBackend, valueAndGrad } from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { registerMatchers } from "@mmm/testing";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { responseShapes } from "../response/shapes.js";
import { exampleShops } from "../shops/example-shops.js";
import type { Shop } from "../shops/shop.js";
import type { ShopBelief } from "./belief.js";
import { edgeSignals, initDecoder, predictNext, responder, saturationShapes } from "./decoder.js";
import { encode, initEncoder } from "./encoder.js";
import { discoverNeural, type NeuralDiscovery } from "./engine.js";
import { forecastNeural } from "./forecast-neural.js";
import { initMixture, unchanged } from "./graph-posterior.js";
import { loadNeuralModel, saveNeuralModel } from "./model.js";
import { expectedNext } from "./movement.js";
import { boundParts, type NeuralParams, type ObjectiveOptions, parameterPrice } from "./objective.js";
import { neuralCurve, scoreNeural } from "./score-neural.js";
import { batchShops, prepareShop, type ShopBatch } from "./shop-tensors.js";

registerMatchers();
beforeAll(() => setupBackend("cpu"));

const { shops, layout, truth } = exampleShops({ shops: 36 });
const nodes = layout.nodes.length;
const decays = [0.2, 0.6];
const design = {
  shapes: responseShapes(decays, ["linear"]),
  directions: Float64Array.of(0.7, 0.7),
  width: 1,
  ownLags: 1,
  seasonPeriod: 0,
  harmonics: 0,
};
const prepared = (given: readonly Shop[]) =>
  given.map((shop) => prepareShop(shop, nodes, { design, decays, context: [{ mean: 0, sd: 1 }] }));
const withContext = (shop: Shop, s: number): Shop => ({ ...shop, context: [s - 1] });
const tensors = (batch: ShopBatch<NdArray>): ShopBatch =>
  mapTree(batch, (leaf: NdArray) => tf.tensor(leaf.data as Float32Array, [...leaf.shape])) as unknown as ShopBatch;
const options: ObjectiveOptions = {
  target: 3,
  saturation: true,
  decays,
  edges: "gumbel",
  rollOut: 3,
  edgePrior: 0.2,
  learnMixture: true,
  calibration: unchanged,
  marks: {
    free: Array.from({ length: 16 }, (_, e) => (e % 5 === 0 || e === 1 ? 0 : 1)),
    required: new Array(16).fill(0),
  },
};
const someParams = (): NeuralParams => {
  const random = createRandom(4);
  const noise = (x: Tensor): Tensor =>
    tf.add(
      x,
      tf.tensor(
        Float32Array.from({ length: x.size }, () => 0.1 * random.normal()),
        x.shape,
      ),
    );
  return mapTree(
    { encoder: initEncoder(random, 6, 2), decoder: initDecoder(4, 1, 3), mixture: initMixture(random, 2, 16, 0.2) },
    noise,
  ) as unknown as NeuralParams;
};
const small = (): ShopBatch<NdArray> =>
  batchShops(
    prepared(shops.slice(0, 2).map(({ unit, values }, s) => withContext({ unit, values: values.slice(0, 96) }, s))),
    nodes,
    2,
    28,
  );

describe("relational encoder", () => {
  const order = [2, 0, 3, 1];
  const moved = (shop: Shop): Shop => ({
    ...shop,
    values: shop.values.map((_, i) => shop.values[i - (i % nodes) + order[i % nodes]!]!),
  });

  it("relabelled channels give relabelled outputs", () => {
    const params = initEncoder(createRandom(2), 8, 2);
    const read = (given: readonly Shop[]) =>
      mapTree(encode(params, tensors(batchShops(prepared(given), nodes, 2, 80))), (leaf: Tensor) => leaf.dataSync());
    const two = shops.slice(0, 2).map(withContext);
    const [before, after] = [read(two), read(two.map(moved))] as Record<string, Float32Array>[];
    let largest = 0;
    for (const name of ["evidence", "effect", "effectLogSd"]) {
      for (let from = 0; from < nodes; from++) {
        for (let to = 0; to < nodes; to++) {
          const expected = before![name]![order[from]! * nodes + order[to]!]!;
          expect(after![name]![from * nodes + to]).toBeCloseTo(expected, 4);
          largest = Math.max(largest, Math.abs(expected));
        }
      }
    }
    expect(largest).toBeGreaterThan(0.1);
  });

  it("takes histories of any length, and padding changes nothing", () => {
    const params = initEncoder(createRandom(2), 8, 2);
    const ragged = prepared([
      withContext(shops[0]!, 0),
      withContext({ unit: "short", values: shops[1]!.values.slice(0, 160) }, 1),
    ]);
    const alone = encode(params, tensors(batchShops(ragged.slice(1), nodes, 1, 40))).evidence.dataSync();
    const padded = encode(params, tensors(batchShops(ragged, nodes, 3, 96))).evidence.dataSync();
    alone.forEach((value, e) => {
      expect(padded[16 + e]).toBeCloseTo(value, 4);
    });
  });
});

describe("response decoder", () => {
  it("removing a non-edge's sender never changes a prediction", () => {
    const batch = small();
    const silent = { ...batch, carried: { ...batch.carried, data: Float32Array.from(batch.carried.data) } };
    for (let k = 0; k < silent.carried.data.length; k++)
      if (Math.floor(k / 2) % nodes === 1) silent.carried.data[k] = 0;
    const params = someParams();
    const effects = tf.ones([2, 4, 4]);
    const edges = tf.tensor(
      Float32Array.from({ length: 32 }, (_, e) => (e % 16 === 4 + 2 ? 0 : 1)),
      [2, 4, 4],
    );
    const predict = (given: ShopBatch<NdArray>) => {
      const own = tensors(given);
      const encoding = encode(params.encoder, tensors(batch));
      const signals = edgeSignals(responder(params.decoder, own, options).respond(own.carried), encoding.memories, 3);
      return predictNext(encoding, tf.mul(edges, effects), tensors(batch).residual, signals).dataSync();
    };
    const [with1, without1] = [predict(batch), predict(silent)];
    const change = (node: number) =>
      Math.max(...with1.map((value, k) => (k % nodes === node ? Math.abs(value - without1[k]!) : 0)));
    expect(change(2)).toBe(0);
    expect(change(3)).toBeGreaterThan(0.01);
  });

  it("moves in plain numbers as on tensors", () => {
    const raw = small();
    const batch = tensors(raw);
    const params = someParams();
    const encoding = encode(params.encoder, batch);
    const { respond, centre, scale } = responder(params.decoder, batch, options);
    const drawn = Float32Array.from({ length: 32 }, (_, e) => Math.sin(e));
    const signals = edgeSignals(respond(batch.carried), encoding.memories, 3);
    const predicted = predictNext(encoding, tf.tensor(drawn, [2, 4, 4]), batch.residual, signals).dataSync();
    const curves = saturationShapes(params.decoder, batch.context);
    const { evidence, effect, effectLogSd, memories, persistence } = encoding;
    const read = { evidence, effect, effectLogSd, memories, persistence, centre, scale, ...curves };
    for (const shop of [0, 1]) {
      const rows = Object.entries(read).map(([name, tensor]): [string, Float64Array] => {
        const each = tensor.size / 2;
        return [name, Float64Array.from(tensor.dataSync().subarray(shop * each, (shop + 1) * each))];
      });
      const belief = { ...Object.fromEntries(rows), edges: new Float64Array(16), clusters: Float64Array.of(1) };
      for (const t of [0, 7, 20]) {
        const before = {
          residual: raw.residual.data.subarray((shop * 28 + t) * 4, (shop * 28 + t + 1) * 4),
          carried: raw.carried.data.subarray((shop * 28 + t) * 8, (shop * 28 + t + 1) * 8),
        };
        const weights = drawn.subarray(16 * shop, 16 * shop + 16);
        expectedNext(before, belief as ShopBelief, weights, options).forEach((value, node) => {
          expect(value).toBeCloseTo(predicted[(shop * 28 + t) * 4 + node]!, 4);
        });
      }
    }
  });

  it("context moves the saturation curves, with gradients that live", () => {
    const batch = tensors(small());
    const loss = (p: NeuralParams) => tf.mean(boundParts(p, batch, { ...options, edges: "expected" }).logLikelihood);
    const { gradient } = valueAndGrad(loss)(someParams());
    for (const name of ["slope", "half", "slopeContext", "halfContext"] as const) {
      const values = (gradient.decoder as NeuralParams["decoder"])[name].dataSync();
      expect(values.filter((value) => Math.abs(value) > 1e-6).length, name).toBeGreaterThan(values.length / 2);
    }
  });
});

describe("bound", () => {
  const loss = (p: NeuralParams, batch: ShopBatch, key: Tensor, given: ObjectiveOptions): Tensor => {
    const parts = boundParts(p, batch, given, { key, temperature: tf.scalar(0.7) });
    const cost = tf.sub(tf.add(parts.graphDivergence, parts.effectDivergence), parts.logLikelihood);
    return tf.div(tf.add(tf.mean(tf.sub(cost, parts.rolled)), parameterPrice(p, given)), 100);
  };

  it("has the gradients of its value", () => {
    const batch = tensors(small());
    const params = someParams();
    const key = tf.scalar(3, "int32");
    const { gradient } = valueAndGrad((p: NeuralParams) => loss(p, batch, key, options))(params);
    for (const part of ["encoder", "decoder", "mixture"] as const) {
      const slopes = flattenTree<Tensor>(gradient[part]);
      const squares = [...slopes.values()].reduce((sum, slope) => sum + tf.sum(tf.square(slope)).dataSync()[0]!, 0);
      const norm = Math.sqrt(squares);
      const at = (step: number): number => {
        const moved = mapTree(params[part], (own: Tensor, path) =>
          tf.add(own, tf.mul(slopes.get(path)!, step / norm)),
        ) as never;
        return loss({ ...params, [part]: moved }, batch, key, options).dataSync()[0]!;
      };
      const numeric = (at(0.01) - at(-0.01)) / 0.02;
      expect(Math.abs(numeric / norm - 1), part).toBeLessThan(0.02);
    }
  });

  it.each(["expected", "gumbel", "straight-through"] as const)(
    "ONNX equals the eager engine, edges %s",
    async (edges) => {
      const batch = small();
      const params = mapTree(someParams(), (leaf: Tensor) => ({ data: leaf.dataSync(), shape: leaf.shape }));
      const run = (p: NeuralParams, given: ShopBatch, key: Tensor) =>
        valueAndGrad((q: NeuralParams) => loss(q, given, key, { ...options, edges }))(p) as never;
      const results: Map<string, NdArray>[] = [];
      for (const engine of [eagerEngine({ backend: "cpu" }), onnxEngine()]) {
        const compiled = await compile(run, [params, batch, 5] as never, { engine });
        results.push(flattenTree<NdArray>(await compiled(params as never, batch as never, 5 as never)));
        await compiled.dispose();
      }
      expect(results[0]!.size).toBeGreaterThan(20);
      for (const [path, { data }] of results[0]!) {
        expect(results[1]!.get(path)!.data, path).toBeAllclose(data, { relative: 2e-3, absolute: 1e-5 });
      }
    },
  );
});

describe("discoverNeural", { timeout: 60_000 }, () => {
  const engine = onnxEngine();
  const settings = { engine, steps: 80, hidden: 12, batchShops: 18, clusters: [2], restarts: 1 };
  const off = (e: number) => e % nodes !== Math.floor(e / nodes);
  const separation = (found: NeuralDiscovery) =>
    found.shops.reduce((sum, { edges }, s) => {
      const pairs = (values: ArrayLike<number>) => Array.from(values).filter((_, e) => off(e));
      return sum + auroc(pairs(edges), pairs(truth[s]!)) / found.shops.length;
    }, 0);
  let found: NeuralDiscovery;
  beforeAll(async () => {
    found = await discoverNeural(shops, layout, settings);
  }, 60_000);

  it("recovers both kinds of shops, also from the bound alone", async () => {
    expect(separation(found)).toBeGreaterThan(0.97);
    const alone = await discoverNeural(shops, layout, { ...settings, warmStart: "none", steps: 150 });
    expect(separation(alone)).toBeGreaterThan(0.93);
  });

  it("reports all parts of the bound, and none is idle", () => {
    const { elbo, logLikelihood, graphDivergence, effectDivergence } = found.model.bound;
    expect(elbo).toBeCloseTo(logLikelihood - graphDivergence - effectDivergence, 6);
    expect(graphDivergence / shops.length).toBeGreaterThan(0.5);
    expect(effectDivergence / shops.length).toBeGreaterThan(1);
    expect(found.model.losses.at(-1)).toBeLessThan(found.model.losses[0]!);
  });

  it("a saved and loaded model scores new shops as the model does, alone or together", async () => {
    const fresh = exampleShops({ shops: 3, seed: 9 }).shops;
    const together = await scoreNeural(found.model, fresh, engine);
    const [alone] = await scoreNeural(loadNeuralModel(saveNeuralModel(found.model)), fresh.slice(0, 1), engine);
    alone!.edges.forEach((value, e) => {
      expect(value).toBeCloseTo(together[0]!.edges[e]!, 4);
    });
    expect(() => loadNeuralModel("{}")).toThrow(/schema/);
  });

  it("gives rising curves, positive signs and lag profiles that sum to one", () => {
    const { responses, curves } = found.shops[0]!;
    const edge = responses.edges.find(({ from, to }) => from === 0 && to === 2)!;
    expect(edge.sign).toBe(1);
    expect(edge.lagProfile.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    const { response } = neuralCurve(curves, 0, 2, [0, 0.5, 1, 2]);
    expect(response[0]).toBe(0);
    expect(response[1]).toBeGreaterThan(0);
    expect(response[3]).toBeGreaterThan(response[2]!);
  });

  it("takes odd histories and says what is odd about them", async () => {
    const odd = (edit: (values: Float64Array) => void): Shop => {
      const values = shops[0]!.values.slice();
      edit(values);
      return { unit: "odd", values };
    };
    const constant = odd((values) => {
      for (let i = 1; i < values.length; i += nodes) values[i] = 3;
    });
    const gap = odd((values) => values.fill(Number.NaN, 30 * nodes, 34 * nodes));
    const short = { unit: "short", values: shops[0]!.values.slice(0, 3 * nodes) };
    const scored = await scoreNeural(found.model, [constant, gap, short], engine);
    expect(scored.map(({ diagnostics }) => diagnostics.map(({ code }) => code))).toEqual([
      ["CONSTANT_SERIES"],
      ["MISSING_PERIODS"],
      ["SHORT_SERIES"],
    ]);
    for (const { edges } of scored) expect(edges.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(scored[1]!.edges[2]).toBeGreaterThan(0.5);
    await expect(scoreNeural(found.model, [{ unit: "a", values: new Float64Array(7) }], engine)).rejects.toThrow(
      /7 values/,
    );
    const one = await discoverNeural(shops.slice(0, 1), layout, { ...settings, steps: 10 });
    expect(one.diagnostics.map(({ code }) => code)).toContain("FEW_SHOPS");
  });

  it("forecasts are ordered, non-negative, and follow a plan", async () => {
    const future = new Float64Array(6 * nodes).fill(Number.NaN);
    for (let h = 0; h < 6; h++) future[h * nodes] = 4;
    const [free] = await forecastNeural(found.model, shops.slice(0, 2), { horizon: 6, draws: 50 }, engine);
    const [planned] = await forecastNeural(found.model, shops.slice(0, 2), { horizon: 6, draws: 50, future }, engine);
    free!.mean.forEach((mean, i) => {
      expect(free!.lower[i]).toBeLessThanOrEqual(mean + 1e-9);
      expect(free!.upper[i]).toBeGreaterThanOrEqual(mean - 1e-9);
      expect(free!.lower[i]).toBeGreaterThanOrEqual(0);
    });
    expect(found.model.forecasts?.shrink).toHaveLength(nodes);
    expect(planned!.mean[0]).toBeCloseTo(4, 3);
    expect(planned!.mean[3 * nodes + 2]).toBeGreaterThan(free!.mean[3 * nodes + 2]!);
  });
});
