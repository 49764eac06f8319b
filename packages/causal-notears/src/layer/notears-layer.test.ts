import { createRandom } from "@mmm/core";
import { adam, eagerEngine, ndArray, setupBackend, train } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { initialMultipliers, nextMultipliers } from "./multipliers.js";
import { type NotearsLayerParams, notearsLayer } from "./notears-layer.js";

const channels = ["tv", "search", "social"];
beforeAll(() => setupBackend("cpu"));

// tv → search → social within a week, last week's social → tv; heavy-tailed noise; standardised.
function activity(units: number, periods: number): Float32Array {
  const random = createRandom(3);
  const values = new Float32Array(units * periods * 3);
  const noise = (): number => random.normal() / Math.sqrt(random.gamma(1.5) / 1.5);
  for (let unit = 0; unit < units; unit++) {
    let social = 0;
    for (let t = 0; t < periods; t++) {
      const tv = 0.4 * social + noise();
      const search = 0.8 * tv + 0.7 * noise();
      social = -0.7 * search + 0.7 * noise();
      values.set([tv, search, social], (unit * periods + t) * 3);
    }
  }
  for (let j = 0; j < 3; j++) {
    let square = 0;
    for (let k = j; k < values.length; k += 3) square += values[k]! ** 2;
    const scale = Math.sqrt((3 * square) / values.length);
    for (let k = j; k < values.length; k += 3) values[k]! /= scale;
  }
  return values;
}

const asTensors = (params: object): NotearsLayerParams =>
  Object.fromEntries(
    Object.entries(params as Record<string, { data: Float32Array; shape: number[] }>).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, shape),
    ]),
  ) as unknown as NotearsLayerParams;

describe.each([0, 4])("trained with %i hidden units", (hidden) => {
  it("recovers the graph that made the activity", async () => {
    const layer = notearsLayer({ channels, lags: 1, hidden, lambda: 0.02, threshold: 0.2 });
    const [units, periods] = [2, 80];
    const data = { activity: ndArray(activity(units, periods), [units, periods, 3]) };
    const engine = eagerEngine({ backend: "cpu" });
    let params: unknown = layer.init(createRandom(1));
    let multipliers = initialMultipliers;
    for (let stretch = 0; stretch < 5; stretch++) {
      const { alpha, rho } = multipliers;
      const result = await train({
        engine,
        objective: (p: NotearsLayerParams, d: { activity: Tensor }) =>
          tf.sub(layer.penalty(p, { alpha, rho }), layer.apply(p, d, undefined).logLikelihood),
        params: params as never,
        data,
        optimiser: adam({ learningRate: 0.04 }),
        steps: 45,
      });
      params = result.params;
      const h = tf.tidy(() => layer.acyclicity(asTensors(result.params as object)).dataSync()[0]!);
      multipliers = nextMultipliers(multipliers, h, { growth: 10 });
    }
    const fitted = asTensors(params as object);
    const graph = layer.graph(fitted);
    const present = graph.edges
      .filter((edge) => edge.selected && edge.lag === 0)
      .map(({ from, to }) => `${from} → ${to}`);
    expect(present.sort()).toEqual(["search → social", "tv → search"]);
    const past = graph.edges.filter((edge) => edge.lag === 1 && edge.selected).map(({ from, to }) => `${from} → ${to}`);
    expect(past).toContain("social → tv");
    expect(layer.describe!(fitted)["acyclicity"]).toBeLessThan(0.01);
  });
});

describe("notearsLayer", () => {
  const chain = (): NotearsLayerParams => ({
    weights: tf.tensor2d([0, 2, 0, 0, 0, 3, 0, 0, 0], [3, 3]),
    bias: tf.zeros([3]),
    logScale: tf.zeros([3]),
  });

  it("spreads a change through children and grandchildren, and not upwards", () => {
    const layer = notearsLayer({ channels });
    const now = tf.tensor3d([1, 5, 7, 0, 0, 0], [1, 2, 3]);
    const change = tf.tensor3d([1, 0, 0, 0, 1, 0], [1, 2, 3]);
    const then = layer.counterfactual(chain(), now, change).dataSync();
    expect([...then]).toEqual([2, 7, 13, 0, 1, 3]);
  });

  it("gives the density of standard noise when nothing is explained", () => {
    const params = { ...chain(), weights: tf.zeros([3, 3]) };
    const z = [0.3, -1.2, 2];
    const input = { activity: tf.tensor3d(z, [1, 1, 3]) };
    const gaussian = notearsLayer({ channels, noise: "gaussian" }).apply(params, input, undefined);
    const expected = z.reduce((sum, value) => sum - 0.5 * value ** 2 - 0.5 * Math.log(2 * Math.PI), 0);
    expect(gaussian.logLikelihood.dataSync()[0]).toBeCloseTo(expected, 5);
    // Student-t, 5 degrees of freedom: density at 0 is 0.3796066898.
    const student = notearsLayer({ channels }).apply(params, { activity: tf.zeros([1, 1, 3]) }, undefined);
    expect(student.logLikelihood.dataSync()[0]).toBeCloseTo(3 * Math.log(0.3796066898), 5);
  });

  it("leaves unobserved cells out of the likelihood", () => {
    const layer = notearsLayer({ channels, lags: 1 });
    const params = layer.init(createRandom(1));
    const values = [0, 0, 0, 1, 2, 3, 9, 9, 9];
    const observed = tf.tensor2d([1, 1, 0], [1, 3]);
    const two = layer.apply(params, { activity: tf.tensor3d(values.slice(0, 6), [1, 2, 3]) }, undefined);
    const three = layer.apply(params, { activity: tf.tensor3d(values, [1, 3, 3]), observed }, undefined);
    expect(three.logLikelihood.dataSync()[0]).toBeCloseTo(two.logLikelihood.dataSync()[0]!, 5);
  });

  it("holds forbidden effects at zero and prices neither them nor required ones", () => {
    const constraints = { forbidden: [["tv", "search"]], required: [["search", "social"]] } as const;
    const layer = notearsLayer({ channels, constraints, lambda: 1 });
    const graph = layer.graph(chain());
    expect(graph.edges.filter((edge) => edge.selected).map(({ from, to }) => `${from} → ${to}`)).toEqual([
      "search → social",
    ]);
    expect(layer.penalty(chain()).dataSync()[0]).toBeCloseTo(0, 4);
    // A required edge counts as present: its reverse closes a cycle even at zero weight.
    const reversed = { ...chain(), weights: tf.tensor2d([0, 0, 0, 0, 0, 0, 1, 0, 0], [3, 3]) };
    const loop = notearsLayer({ channels, constraints: { required: [["tv", "social"]] } });
    expect(loop.acyclicity(reversed).dataSync()[0]).toBeCloseTo(0, 4);
    const through = { ...chain(), weights: tf.tensor2d([0, 0, 0, 1, 0, 0, 0, 1, 0], [3, 3]) };
    expect(loop.acyclicity(through).dataSync()[0]).toBeGreaterThan(0.3);
  });

  it("raises ρ only while h stalls, and α by ρ·h", () => {
    const first = nextMultipliers(initialMultipliers, 2);
    expect(first).toEqual({ alpha: 2, rho: 1, previous: 2 });
    expect(nextMultipliers(first, 1)).toEqual({ alpha: 5, rho: 3, previous: 1 });
    expect(nextMultipliers(first, 0.1)).toEqual({ alpha: 2.1, rho: 1, previous: 0.1 });
    expect(nextMultipliers({ alpha: 0, rho: 1e6, previous: 1 }, 1).rho).toBe(1e6);
  });

  it("names a bad number of lags or hidden units", () => {
    expect(() => notearsLayer({ channels, lags: -1 })).toThrow("lags must be a whole number from 0, got -1.");
    expect(() => notearsLayer({ channels, hidden: 0.5 })).toThrow("hidden must be a whole number from 0, got 0.5.");
  });
});
