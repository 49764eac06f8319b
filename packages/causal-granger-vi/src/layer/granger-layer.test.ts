import { createRandom } from "@mmm/core";
import {
  compile,
  eagerEngine,
  flattenTree,
  mapTree,
  type NdArray,
  ndArray,
  setupBackend,
  valueAndGrad,
} from "@mmm/tensor";
import { onnxEngine } from "@mmm/tensor-onnx";
import { registerMatchers, testCausalLayer } from "@mmm/testing";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { grangerLayer } from "./granger-layer.js";
import type { GrangerLayerParams } from "./posterior.js";

registerMatchers();
beforeAll(() => setupBackend("cpu"));
const channels = ["tv", "search", "social"];
const cells = 180;

testCausalLayer(
  "grangerLayer",
  (names, constraints) => grangerLayer({ channels: names, cells, ...(constraints && { constraints }) }),
  { lag: 1 },
);
testCausalLayer(
  "grangerLayer with a graph per unit",
  (names, constraints) =>
    grangerLayer({ channels: names, cells, units: ["a", "b", "c"], clusters: 2, ...(constraints && { constraints }) }),
  { lag: 1 },
);

/** No bend, no memory; nothing carried over. */
function plain(logits: number[], effect: number[], options: Partial<GrangerLayerParams> = {}): GrangerLayerParams {
  return {
    logits: tf.tensor2d(logits, [3, 3]),
    effect: tf.tensor2d(effect, [3, 3]),
    effectLogSd: tf.fill([3, 3], -20),
    memory: tf.zeros([3]),
    bias: tf.zeros([3]),
    logScale: tf.zeros([3]),
    decay: tf.fill([3], -30),
    bend: tf.fill([3], -20),
    ...options,
  };
}
const sure = [0, 30, -30, -30, 0, 30, -30, -30, 0]; // tv → search → social

describe("grangerLayer", () => {
  const layer = grangerLayer({ channels, lags: 2, noise: "gaussian" });

  it("spreads an impulse one edge per period; memory keeps what was induced, not what was added", () => {
    const params = plain(sure, [0, 2, 0, 0, 0, 3, 0, 0, 0], { memory: tf.tensor1d([0.5, Math.atanh(0.5), 0]) });
    const impulse = tf.tensor3d([1, 0, 0, ...new Array(9).fill(0)], [1, 4, 3]);
    const after = Array.from(layer.counterfactual(params, tf.zeros([1, 4, 3]), impulse).dataSync());
    const expected = [1, 0, 0, 0, 2, 0, 0, 1, 6, 0, 0.5, 3];
    // κ = 0.001 bends by a relative 1e-6.
    after.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[k]!, 4);
    });
  });

  it("removing a non-edge's sender never changes what is explained", () => {
    const never = grangerLayer({ channels, constraints: { forbidden: [["tv", "social"]] } });
    const params = never.init(createRandom(1));
    const random = createRandom(2);
    const values = Float32Array.from({ length: 60 }, () => random.normal());
    const silenced = values.map((value, k) => (k % 3 === 0 ? 0 : value));
    const social = (given: Float32Array, key?: Tensor) =>
      never
        .apply(params, { activity: tf.tensor3d(given, [1, 20, 3]), ...(key && { key }) }, undefined)
        .explained.dataSync()
        .filter((_, k) => k % 3 === 2);
    for (const key of [undefined, tf.scalar(4, "int32")]) expect(social(silenced, key)).toEqual(social(values, key));
  });

  it("the likelihood without a key is the mean over edges and effects", () => {
    const half = [0, 0.4, -30, -30, 0, -30, -30, -30, 0];
    const params = plain(half, [0, 1.5, 0, 0, 0, 0, 0, 0, 0], { effectLogSd: tf.fill([3, 3], Math.log(0.4)) });
    const input = { activity: tf.tensor3d([1, 0, 0, 2, 0, 0, 0.5, 1, 0.3], [1, 3, 3]) };
    const q = 1 / (1 + Math.exp(-0.4));
    // Only search at the last step has a source: tv was 2; nothing is carried over.
    const level = (2 - 0) * 1;
    let expected = 0;
    for (const [share, mean, variance] of [
      [1 - q, 0, 0],
      [q, 1.5 * level, 0.16 * level * level],
    ] as const) {
      expected += share * -0.5 * ((1 - mean) ** 2 + variance);
    }
    expected += -0.5 * (0.5 ** 2 + 0.3 ** 2) - 1.5 * Math.log(2 * Math.PI);
    expect(layer.apply(params, input, undefined).logLikelihood.dataSync()[0]).toBeCloseTo(expected, 4);
  });

  it("the divergence of sure edges is their prior's price, and vanishes at the prior", () => {
    const atPrior = Math.log(0.2 / 0.8);
    const params = plain(new Array(9).fill(atPrior), new Array(9).fill(0), {
      effectLogSd: tf.fill([3, 3], Math.log(0.5)),
      bend: tf.fill([3], -1),
      decay: tf.fill([3], -1),
    });
    expect(layer.penalty(params).dataSync()[0]).toBeCloseTo(0, 6);
    const priced = { ...params, logits: tf.tensor2d(sure, [3, 3]) };
    const price = -2 * Math.log(0.2) - 4 * Math.log(0.8);
    expect(layer.penalty(priced).dataSync()[0]).toBeCloseTo(price / 100, 5);
  });

  it.each([{}, { straightThrough: true }])(
    "ONNX equals the eager engine, with and without a key (%o)",
    async (more) => {
      const random = createRandom(6);
      const own = grangerLayer({ channels, units: ["a", "b"], clusters: 2, ...more });
      const params = mapTree(own.init(random), (leaf: Tensor) =>
        ndArray(leaf.dataSync().map((value) => value + 0.3 * random.normal()) as Float32Array, leaf.shape),
      );
      const activity = ndArray(
        Float32Array.from({ length: 2 * 20 * 3 }, () => random.normal()),
        [2, 20, 3],
      );
      const run = (p: GrangerLayerParams, x: Tensor, key: Tensor) => {
        const loss = (q: GrangerLayerParams) => {
          const sampled = own.apply(q, { activity: x, key }, undefined).logLikelihood;
          const exact = own.apply(q, { activity: x }, undefined).logLikelihood;
          const moved = tf.mean(tf.square(own.counterfactual(q, x, tf.onesLike(x))));
          return tf.add(moved, tf.sub(own.penalty(q), tf.add(sampled, exact)));
        };
        const { value, gradient } = valueAndGrad(loss)(p);
        return { value, gradient };
      };
      const results: Map<string, NdArray>[] = [];
      for (const engine of [eagerEngine({ backend: "cpu" }), onnxEngine()]) {
        const compiled = await compile(run, [params, activity, 3] as never, { engine });
        results.push(flattenTree<NdArray>(await compiled(params as never, activity as never, 3 as never)));
        await compiled.dispose();
      }
      for (const [path, { data }] of results[0]!) {
        expect(results[1]!.get(path)!.data, path).toBeAllclose(data, { relative: 1e-4, absolute: 1e-5 });
      }
    },
  );

  it("gives each unit its own graph and names what is wrong", () => {
    const own = grangerLayer({ channels, units: ["a", "b"] });
    const params = own.init(createRandom(1));
    const edge = { ...params, logits: tf.tensor3d([...sure, ...sure.map((x) => -x)], [2, 3, 3]) };
    const graph = own.graph(edge);
    expect(graph.graphs!["a"]!.edges.filter(({ selected }) => selected)).toHaveLength(2);
    expect(graph.graphs!["b"]!.edges.filter(({ selected }) => selected)).toHaveLength(4);
    expect(graph.edges.every(({ probability }) => Math.abs(probability! - 0.5) < 1e-6)).toBe(true);
    expect(() => own.apply(params, { activity: tf.zeros([3, 9, 3]) }, undefined)).toThrow(
      "The activity has 3 units, the layer names 2.",
    );
    expect(() => grangerLayer({ channels, lags: 0 })).toThrow("lags is 0; it must be a whole number of at least 1.");
    expect(() => grangerLayer({ channels, cells: 0 })).toThrow("cells is 0; it must be above 0.");
    expect(() => grangerLayer({ channels, edgePrior: 1 })).toThrow("edgePrior is 1; it must lie between 0 and 1.");
  });
});
