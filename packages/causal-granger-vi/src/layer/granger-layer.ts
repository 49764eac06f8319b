// The Granger decoder inside a model: each channel's activity is explained by its own last period and by the carried-over,
// bent past of its parents. Edges and effects have a variational posterior, so the graph comes with probabilities; effects
// act from the next period on, so no acyclicity is needed. Prefer a layer of same-period effects where periods are long
// against the time in which channels answer each other.

import { edgeRules, edgesOfLayer } from "@mmm/causal";
import { type CausalConstraints, type CausalEdge, usageError } from "@mmm/core";
import {
  type CausalLayer,
  gumbelSoftmax,
  type Multipliers,
  type NoiseKind,
  randomNormal,
  standardNoise,
} from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { effectDivergence, mixtureDivergence } from "../variational/divergence.js";
import { bent, carriedPast, combine, propagate } from "./propagate.js";

export interface GrangerLayerOptions {
  readonly channels: readonly string[];
  /** Cells (units × periods) behind the mean likelihood: the divergences are divided by it. Default 100. */
  readonly cells?: number;
  /** Past periods a channel is carried over. Default 4. */
  readonly lags?: number;
  /** Give every unit its own graph, under a common prior that is learned. Names, in the order of the activity. */
  readonly units?: readonly string[];
  /** Graphs in the prior of the units' graphs. Default 1. */
  readonly clusters?: number;
  /** Prior probability of an edge. Default 0.2. */
  readonly edgePrior?: number;
  /** Prior standard deviation of an effect, in standard deviations of the child per one of the parent. Default 0.5. */
  readonly slab?: number;
  /** "student" (5 degrees of freedom, default) tolerates bursts. */
  readonly noise?: NoiseKind;
  /** Temperature of sampled edges, used when the input has a key. Default 0.5. */
  readonly temperature?: number;
  /** Sampled edges are 0 or 1 with the gradient of the soft sample. Default false. */
  readonly straightThrough?: boolean;
  /** Edges at least this probable are in the graph. Default 0.5. */
  readonly threshold?: number;
  readonly constraints?: CausalConstraints;
}

export type GrangerLayerParams = {
  /** Log odds of the edges, cause first: [C, C], or [units, C, C]. */
  readonly logits: Tensor;
  /** Posterior mean and log standard deviation of the effects, cause first, [C, C]. */
  readonly effect: Tensor;
  readonly effectLogSd: Tensor;
  /** tanh of it is the share of a channel's own last period that stays, [C]. */
  readonly memory: Tensor;
  readonly bias: Tensor;
  readonly logScale: Tensor;
  /** Log odds of the share carried over from one period to the next, [C]. */
  readonly decay: Tensor;
  /** Softplus of it is how strongly a channel's effect bends, [C]. */
  readonly bend: Tensor;
  /** Layers with units only: log odds of the clusters' edges, [clusters, C·C], and unnormalised log shares, [clusters]. */
  readonly prior?: Tensor;
  readonly share?: Tensor;
};

const usualBend = -1;
const usualDecay = -1;

/**
 * The in-model Granger layer.
 *
 * x_j[t] = b_j + ρ_j x_j[t−1] + Σ_i z_ij β_ij s_i(Σ_l w_li x_i[t−l]) + σ_j·noise, with z_ij ∈ {0, 1},
 * s_i(u) = tanh(κ_i u)/κ_i, w_li ∝ δ_i^l, and posteriors q(z_ij = 1) = σ(logit), q(β_ij) = N(mean, sd²).
 *
 * Without a key `logLikelihood` is the expectation over edges and effects in closed form (exact for Gaussian noise, a
 * lower bound for Student-t); with a key it is one Gumbel-softmax sample. `penalty` is the divergence from the prior per
 * cell: sparsity, a normal slab on the effects, with `units` a mixture of graphs. `acyclicity` is 0.
 *
 * @throws MmmError of the constraints, `BAD_SETTING`
 * @example
 * const layer = grangerLayer({ channels: ["tv", "search"], cells: 3 * 104 });
 * const loss = (p) => tf.sub(layer.penalty(p), layer.apply(p, { activity }, undefined).logLikelihood);
 * @see Löwe et al., CLeaR 2022; Gong et al., WSDM 2024; spike and slab: Titsias & Lázaro-Gredilla, NeurIPS 2011.
 */
export function grangerLayer(options: GrangerLayerOptions): CausalLayer<GrangerLayerParams> {
  const { channels, cells = 100, lags = 4, units, clusters = 1, edgePrior = 0.2, slab = 0.5 } = options;
  const { noise = "student", temperature = 0.5, straightThrough = false, threshold = 0.5, constraints } = options;
  const size = channels.length;
  for (const [name, value] of [
    ["lags", lags],
    ["clusters", clusters],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw usageError("BAD_SETTING", `${name} is ${value}; it must be a whole number of at least 1.`);
    }
  }
  for (const [name, value] of [
    ["cells", cells],
    ["slab", slab],
    ["temperature", temperature],
  ] as const) {
    if (!(value > 0)) throw usageError("BAD_SETTING", `${name} is ${value}; it must be above 0.`);
  }
  if (!(edgePrior > 0 && edgePrior < 1)) {
    throw usageError("BAD_SETTING", `edgePrior is ${edgePrior}; it must lie between 0 and 1.`);
  }
  const rules = edgeRules(channels, constraints);
  const marks = (values: ArrayLike<number>): Tensor => tf.tensor2d(Float32Array.from(values), [size, size]);
  const free = (): Tensor => marks(rules.allowed.map((mark, e) => (rules.required[e] ? 0 : mark)));
  const priorLogit = Math.log(edgePrior / (1 - edgePrior));

  // Probabilities with forbidden edges at 0 and required ones at 1.
  const within = (edges: Tensor): Tensor => tf.add(tf.mul(edges, free()), marks(rules.required));
  const probabilities = (params: GrangerLayerParams): Tensor => within(tf.sigmoid(params.logits));
  const sampled = (params: GrangerLayerParams, key: Tensor): Tensor => {
    const pairs = tf.stack([params.logits, tf.zerosLike(params.logits)], -1);
    const draw = gumbelSoftmax(pairs, key, { temperature, hard: straightThrough, stream: "edges" });
    return within(
      tf.reshape(
        tf.slice(draw, [...params.logits.shape.map(() => 0), 0], [...params.logits.shape, 1]),
        params.logits.shape,
      ),
    );
  };
  const bendOf = (params: GrangerLayerParams): Tensor => tf.add(tf.softplus(params.bend), 1e-3);
  // w_l ∝ δ^l, last period first, [lags, C].
  const lagWeights = (params: GrangerLayerParams): Tensor => {
    const order = tf.tensor2d(
      Float32Array.from({ length: lags }, (_, lag) => lag),
      [lags, 1],
    );
    return tf.transpose(tf.softmax(tf.transpose(tf.mul(order, tf.neg(tf.softplus(tf.neg(params.decay)))))));
  };
  const graphsOf = (params: GrangerLayerParams): Tensor => tf.reshape(params.logits, [-1, size * size]);

  return {
    name: "granger",
    channels,
    initialMultipliers: { alpha: 0, rho: 0, previous: 0 },
    nextMultipliers: (now: Multipliers) => now,
    init(random) {
      const draw = (shape: number[], scale: number): Tensor => {
        const count = shape.reduce((a, b) => a * b, 1);
        return tf.tensor(
          Float32Array.from({ length: count }, () => scale * random.normal()),
          shape,
        );
      };
      return {
        logits: tf.zeros(units ? [units.length, size, size] : [size, size]),
        effect: draw([size, size], 0.01),
        effectLogSd: tf.fill([size, size], Math.log(0.1)),
        memory: tf.zeros([size]),
        bias: tf.zeros([size]),
        logScale: tf.zeros([size]),
        decay: tf.fill([size], usualDecay),
        bend: tf.fill([size], usualBend),
        ...(units && { prior: tf.add(priorLogit, draw([clusters, size * size], clusters > 1 ? 0.5 : 0)) }),
        ...(units && { share: tf.zeros([clusters]) }),
      };
    },
    apply(params, { activity, observed, key }) {
      const [unitCount, periods] = activity.shape as [number, number, number];
      if (units && units.length !== unitCount) {
        throw usageError("UNIT_COUNT", `The activity has ${unitCount} units, the layer names ${units.length}.`);
      }
      const kept = periods - lags;
      const tail = (x: Tensor): Tensor => tf.slice(x, [0, lags, 0], [unitCount, kept, size]);
      const sources = tail(bent(carriedPast(activity, lagWeights(params)), bendOf(params)));
      const own = tf.mul(tf.slice(activity, [0, lags - 1, 0], [unitCount, kept, size]), tf.tanh(params.memory));
      const base = tf.add(own, params.bias);
      const spread = tf.exp(params.effectLogSd);
      let mean: Tensor;
      let square: Tensor;
      if (key) {
        const effect = tf.add(params.effect, tf.mul(spread, randomNormal(key, [size, size], { stream: "effects" })));
        mean = tf.add(base, combine(sources, tf.mul(sampled(params, key), effect)));
        square = tf.square(tf.sub(tail(activity), mean));
      } else {
        const present = probabilities(params);
        const expected = tf.mul(present, params.effect);
        const second = tf.mul(present, tf.add(tf.square(params.effect), tf.square(spread)));
        mean = tf.add(base, combine(sources, expected));
        const variance = combine(tf.square(sources), tf.sub(second, tf.square(expected)));
        square = tf.add(tf.square(tf.sub(tail(activity), mean)), variance);
      }
      const scaled = tf.mul(square, tf.exp(tf.mul(params.logScale, -2)));
      const perCell = tf.sum(tf.sub(standardNoise(scaled, noise), params.logScale), 2);
      if (!observed) return { explained: mean, logLikelihood: tf.mean(perCell) };
      const counts = tf.slice(observed, [0, lags], [unitCount, kept]);
      return { explained: mean, logLikelihood: tf.div(tf.sum(tf.mul(perCell, counts)), tf.sum(counts)) };
    },
    acyclicity: () => tf.scalar(0),
    penalty(params) {
      const counted = tf.reshape(free(), [size * size]);
      const graphs = graphsOf(params);
      const absent = tf.log(tf.add(tf.sub(1, probabilities(params)), 1e-7));
      // An effect that no unit uses keeps its prior.
      const used = units ? tf.sub(1, tf.exp(tf.sum(absent, 0))) : probabilities(params);
      const effects = tf.sum(tf.mul(used, effectDivergence(params.effect, params.effectLogSd, slab)));
      let edges: Tensor;
      if (units) {
        edges = tf.sum(mixtureDivergence(graphs, params.prior!, tf.logSoftmax(params.share!), counted));
        // Beta(2π, 2(1 − π)) on each cluster's edges, as a density of the log odds.
        const hyper = tf.sub(tf.mul(2 * edgePrior, params.prior!), tf.mul(2, tf.softplus(params.prior!)));
        edges = tf.sub(edges, tf.sum(tf.mul(hyper, counted)));
      } else {
        const prior = tf.fill([1, size * size], priorLogit);
        edges = tf.sum(mixtureDivergence(graphs, prior, tf.zeros([1]), counted));
      }
      // Normal priors on memory, bend and decay: a sender's shape may not be chosen to suit one chance correlation.
      const deviations = [params.memory, tf.sub(params.bend, usualBend), tf.sub(params.decay, usualDecay)];
      const shape = tf.mul(0.5, tf.addN(deviations.map((x) => tf.sum(tf.square(x)))));
      return tf.div(tf.add(tf.add(edges, effects), shape), cells);
    },
    counterfactual(params, activity, change) {
      const effects = tf.mul(probabilities(params), params.effect);
      const given = { lagWeights: lagWeights(params), bend: bendOf(params), effects, memory: tf.tanh(params.memory) };
      return tf.add(activity, propagate(given, activity, change));
    },
    graph(params) {
      const { present, effect } = tf.tidy(() => ({
        present: probabilities(params).dataSync(),
        effect: params.effect.dataSync(),
      }));
      const count = units?.length ?? 1;
      const edgesOf = (own: Float32Array | number[]): CausalEdge[] => {
        const layer = {
          lag: 1,
          weights: effect.map((value, e) => value * own[e]!),
          adjacency: Array.from(own, (p) => (p >= threshold ? 1 : 0)),
          probabilities: Array.from(own, (p) => Math.min(1, Math.max(0, p))),
        };
        return edgesOfLayer(channels, layer).filter(({ from, to }) => from !== to);
      };
      const own = (u: number): Float32Array => present.slice(u * size * size, (u + 1) * size * size) as Float32Array;
      const mean = Array.from({ length: size * size }, (_, e) => {
        let sum = 0;
        for (let u = 0; u < count; u++) sum += present[u * size * size + e]!;
        return sum / count;
      });
      return {
        kind: "lagged",
        nodes: channels,
        edges: edgesOf(mean),
        ...(units && { graphs: Object.fromEntries(units.map((name, u) => [name, { edges: edgesOf(own(u)) }])) }),
        engine: {
          id: "granger-layer",
          version: "1",
          settings: { lags, clusters, edgePrior, slab, noise, threshold, perUnit: units !== undefined },
        },
        weightScale: "standardised effect at the mean, times its probability",
        diagnostics: [],
      };
    },
    describe(params) {
      return tf.tidy(() => {
        const weights = lagWeights(params).dataSync();
        const [memory, bend, scale] = [tf.tanh(params.memory), bendOf(params), tf.exp(params.logScale)].map((x) =>
          x.dataSync(),
        );
        return Object.fromEntries(
          channels.map((name, j) => [
            name,
            {
              memory: memory![j],
              bend: bend![j],
              noiseScale: scale![j],
              lagWeights: Array.from({ length: lags }, (_, lag) => weights[lag * size + j]!),
            },
          ]),
        );
      });
    },
  };
}
