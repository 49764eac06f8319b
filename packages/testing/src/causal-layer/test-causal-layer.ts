// The conformance suite of causal layers. The same few lines train every layer, so a model can swap one for another.

import { type CausalConstraints, createRandom } from "@mmm/core";
import {
  adam,
  type CausalLayer,
  eagerEngine,
  flattenTree,
  type Multipliers,
  mapTree,
  type NdArray,
  ndArray,
  type ParameterTree,
  setupBackend,
  train,
  valueAndGrad,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";

const channels = ["tv", "search", "social", "radio"];
const [units, periods, size] = [3, 50, 4];

export interface LayerConformance {
  /** Periods after which an effect arrives in data that suit the layer. */
  readonly lag: 0 | 1;
  /** Milliseconds per test. Default 60000. */
  readonly timeout?: number;
}

/**
 * Register the conformance tests of one causal layer.
 *
 * They check that gradients are those of the objective, that a change runs along edges and nowhere else, that unobserved
 * cells do not count, that the graph is well formed, and that training recovers a chain tv → search → social.
 *
 * @param makeLayer must give every ordered pair an edge unless the constraints forbid it
 * @example testCausalLayer("mine", (names, constraints) => myLayer({ channels: names, constraints }), { lag: 1 });
 */
export function testCausalLayer<Params extends ParameterTree>(
  name: string,
  makeLayer: (channels: readonly string[], constraints?: CausalConstraints) => CausalLayer<Params>,
  { lag, timeout = 60_000 }: LayerConformance,
): void {
  describe(name, { timeout }, () => {
    let activity: Tensor;
    beforeAll(async () => {
      await setupBackend("cpu");
      activity = tf.tensor3d(chain(lag), [units, periods, size]);
    });
    const shaken = (layer: CausalLayer<Params>): Params => {
      const random = createRandom(5);
      return mapTree(layer.init(createRandom(1)), (leaf: Tensor) =>
        tf.add(
          leaf,
          tf.tensor(
            Float32Array.from({ length: leaf.size }, () => 0.2 * random.normal()),
            leaf.shape,
          ),
        ),
      ) as never;
    };

    it("has the gradients of its objective", () => {
      const layer = makeLayer(channels);
      const params = shaken(layer);
      const objective = (p: Params): Tensor =>
        tf.sub(
          layer.penalty(p, { alpha: 0.3, rho: 0.5 }),
          layer.apply(p, { activity: activity as never }, undefined).logLikelihood,
        );
      const { gradient } = valueAndGrad(objective)(params);
      const slopes = flattenTree<Tensor>(gradient);
      for (const [path, leaf] of flattenTree<Tensor>(params)) {
        const at = Math.max(leaf.size - 2, 0);
        const moved = (step: number): number => {
          const next = mapTree(params, (own: Tensor) => {
            if (own !== leaf) return own;
            const values = Float32Array.from(own.dataSync());
            values[at]! += step;
            return tf.tensor(values, own.shape);
          }) as never;
          return objective(next).dataSync()[0]!;
        };
        const numeric = (moved(0.02) - moved(-0.02)) / 0.04;
        const exact = slopes.get(path)!.dataSync()[at]!;
        expect(Math.abs(numeric - exact), path).toBeLessThan(2e-3 + 0.02 * Math.abs(exact));
      }
    });

    it("lets a change run along edges and nowhere else", () => {
      const values = (x: Tensor): number[] => Array.from(x.dataSync());
      const now = values(activity);
      const layer = makeLayer(channels);
      const params = shaken(layer);
      const still = values(layer.counterfactual(params, activity, tf.zerosLike(activity)));
      still.forEach((value, k) => {
        expect(value).toBeCloseTo(now[k]!, 4);
      });
      const change = tf.tensor3d(
        Float32Array.from(now, (_, k) => (k % size === 0 ? 1 : 0)),
        [units, periods, size],
      );
      const others = (after: number[]): number =>
        Math.max(...after.map((value, k) => (k % size === 0 ? 0 : Math.abs(value - now[k]!))));
      expect(others(values(layer.counterfactual(params, activity, change)))).toBeGreaterThan(0.01);
      const cut = makeLayer(channels, { forbidden: channels.slice(1).map((to) => [channels[0]!, to] as const) });
      const alone = values(cut.counterfactual(params, activity, change));
      expect(others(alone)).toBeLessThan(1e-5);
      alone.forEach((value, k) => {
        if (k % size === 0) expect(value).toBeCloseTo(now[k]! + 1, 4);
      });
    });

    it("explains the last periods, and leaves unobserved cells out of the likelihood", () => {
      const layer = makeLayer(channels);
      const params = shaken(layer);
      const { explained, logLikelihood } = layer.apply(params, { activity }, undefined);
      const kept = explained.shape[1]!;
      expect(explained.shape).toEqual([units, kept, size]);
      expect(kept).toBeLessThanOrEqual(periods);
      const spoilt = Float32Array.from(activity.dataSync());
      const observed = new Float32Array(units * periods).fill(1);
      for (let u = 0; u < units; u++) {
        observed[u * periods + periods - 1] = 0;
        spoilt.fill(9, (u * periods + periods - 1) * size, (u + 1) * periods * size);
      }
      const masked = (values: Float32Array): number => {
        const input = {
          activity: tf.tensor3d(values, [units, periods, size]),
          observed: tf.tensor2d(observed, [units, periods]),
        };
        return layer.apply(params, input, undefined).logLikelihood.dataSync()[0]!;
      };
      expect(masked(spoilt)).toBeCloseTo(masked(Float32Array.from(activity.dataSync())), 5);
      expect(masked(spoilt)).not.toBeCloseTo(logLikelihood.dataSync()[0]!, 5);
    });

    it("recovers the chain that made the activity", async () => {
      const layer = makeLayer(channels);
      const { params, multipliers, h } = await trained(layer, activity);
      expect(h).toBeLessThan(0.1);
      expect(multipliers.rho).toBeGreaterThanOrEqual(layer.initialMultipliers.rho);
      const graph = layer.graph(params);
      expect(graph.nodes).toEqual(channels);
      const own = graph.edges.filter((edge) => edge.lag === lag && edge.from !== edge.to);
      expect(own).toHaveLength(size * (size - 1));
      for (const { weight, probability } of own) {
        expect(Number.isFinite(weight)).toBe(true);
        if (probability !== null) expect(probability >= 0 && probability <= 1).toBe(true);
      }
      expect(own.filter(({ selected }) => selected).map(({ from, to }) => `${from} → ${to}`)).toEqual([
        "tv → search",
        "search → social",
      ]);
    });
  });
}

/** Train any layer on its own: what a model does with it, without the model. */
async function trained<Params extends ParameterTree>(
  layer: CausalLayer<Params>,
  activity: Tensor,
): Promise<{ readonly params: Params; readonly multipliers: Multipliers; readonly h: number }> {
  const tensors = (tree: unknown): Params =>
    mapTree(tree, (leaf: NdArray | Tensor) =>
      "dataId" in leaf ? leaf : tf.tensor(leaf.data as Float32Array, [...leaf.shape]),
    ) as never;
  let params = layer.init(createRandom(1));
  let multipliers = layer.initialMultipliers;
  let h = 0;
  for (let stretch = 0; stretch < 6; stretch++) {
    const { alpha, rho } = multipliers;
    const result = await train({
      engine: eagerEngine({ backend: "cpu" }),
      objective: (p: Params, data: { activity: Tensor }) =>
        tf.sub(layer.penalty(p, { alpha, rho }), layer.apply(p, data, undefined).logLikelihood),
      params: params as never,
      data: { activity: ndArray(activity.dataSync() as Float32Array, activity.shape) },
      optimiser: adam({ learningRate: 0.06 }),
      steps: 25,
    });
    params = tensors(result.params);
    h = layer.acyclicity(params).dataSync()[0]!;
    multipliers = layer.nextMultipliers(multipliers, h);
  }
  return { params, multipliers, h };
}

/** tv → search → social, radio apart, heavy-tailed noise, standardised. */
function chain(lag: 0 | 1): Float32Array {
  const random = createRandom(3);
  const noise = (): number => random.normal() / Math.sqrt(random.gamma(1.5) / 1.5);
  const values = new Float32Array(units * periods * size);
  for (let u = 0; u < units; u++) {
    let [pastTv, pastSearch] = [0, 0];
    for (let t = 0; t < periods; t++) {
      const tv = noise();
      const search = 0.9 * (lag === 0 ? tv : pastTv) + 0.7 * noise();
      const social = -0.9 * (lag === 0 ? search : pastSearch) + 0.7 * noise();
      values.set([tv, search, social, noise()], (u * periods + t) * size);
      [pastTv, pastSearch] = [tv, search];
    }
  }
  for (let j = 0; j < size; j++) {
    let square = 0;
    for (let k = j; k < values.length; k += size) square += values[k]! ** 2;
    const scale = Math.sqrt((size * square) / values.length);
    for (let k = j; k < values.length; k += size) values[k]! /= scale;
  }
  return values;
}
