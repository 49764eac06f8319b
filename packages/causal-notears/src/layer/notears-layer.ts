import { edgeRules, graphFromLayers } from "@mmm/causal";
import { type CausalConstraints, usageError } from "@mmm/core";
import { acyclicityTraceExponential, type CausalLayer, type NoiseKind, standardNoise } from "@mmm/tensor";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { layersOfWeights } from "../discovery/layers.js";
import { initialMultipliers, nextMultipliers } from "./multipliers.js";

// NOTEARS inside a model: a module that explains each channel's activity by that of other channels, with a likelihood of
// its own. That term is what identifies the graph; an adjacency matrix that only mixes inputs of a regression on the KPI
// is not identified by anything. Train it together with a response model by adding −logLikelihood and the penalty to the
// objective, and raise the multipliers now and then.

export interface NotearsLayerOptions {
  readonly channels: readonly string[];
  /** Past periods that may act besides the present one. Default 0. */
  readonly lags?: number;
  /** 0: linear effects (default). Above: each channel is a tanh network of its parents with so many hidden units. */
  readonly hidden?: number;
  /**
   * "student" (5 degrees of freedom, default) tolerates bursts and, where noise truly has heavy tails, tells directions
   * that "gaussian" leaves open.
   */
  readonly noise?: NoiseKind;
  /** Price of |weight|. Default 0.05. */
  readonly lambda?: number;
  /** Same-period strengths below this are not in the graph. Default 0.1. */
  readonly threshold?: number;
  readonly constraints?: CausalConstraints;
}

export type NotearsLayerParams = {
  /** Linear: [C, C], cause first. Network: [C, C·hidden], input first. */
  readonly weights: Tensor;
  readonly bias: Tensor;
  /** Log of each channel's noise scale, [C]. */
  readonly logScale: Tensor;
  /** [lags·C, C], lag 1 first. */
  readonly lagged?: Tensor;
  /** Networks only: hidden biases and output weights, [C·hidden]. */
  readonly hiddenBias?: Tensor;
  readonly output?: Tensor;
};

/** A {@link CausalLayer} of same-period effects, with h = tr e^A − C; A_ij is the squared strength of i → j. */
export type NotearsLayer = CausalLayer<NotearsLayerParams>;

/**
 * The in-model NOTEARS layer.
 *
 * x_j[t] = f_j(x_parents[t]) + Σ_l A_lᵀ x[t − l] + b_j + σ_j·noise, with f linear or a small network.
 *
 * @throws MmmError of the constraints, `LAGS`, `HIDDEN_UNITS`
 * @example
 * const layer = notearsLayer({ channels: ["tv", "search"] });
 * const loss = (p) => tf.sub(layer.penalty(p, multipliers), layer.apply(p, { activity }, undefined).logLikelihood);
 * @see Zheng et al., NeurIPS 2018; the likelihood with a noise scale per channel as in GOLEM-NV.
 */
export function notearsLayer(options: NotearsLayerOptions): NotearsLayer {
  const { channels, lags = 0, hidden = 0, noise = "student", lambda = 0.05, threshold = 0.1, constraints } = options;
  const size = channels.length;
  if (!Number.isInteger(lags) || lags < 0) throw usageError("LAGS", `lags must be a whole number from 0, got ${lags}.`);
  if (!Number.isInteger(hidden) || hidden < 0) {
    throw usageError("HIDDEN_UNITS", `hidden must be a whole number from 0, got ${hidden}.`);
  }
  const rules = edgeRules(channels, constraints);
  const units = Math.max(hidden, 1);
  // Marks [C, C] as [C, C·units], each repeated for the units of one network.
  const spread = (marks: Uint8Array): Tensor =>
    tf.tensor2d(
      Float32Array.from({ length: size * size * units }, (_, k) => marks[Math.floor(k / units)]!),
      [size, size * units],
    );
  const pastAllowed = rules.allowed.map((mark, k) => (k % (size + 1) === 0 ? 1 : mark));
  const masked = (params: NotearsLayerParams): Tensor => tf.mul(params.weights, spread(rules.allowed));
  const maskedPast = (params: NotearsLayerParams): Tensor =>
    tf.mul(params.lagged!, tf.tile(tf.tensor2d(Float32Array.from(pastAllowed), [size, size]), [lags, 1]));

  // Same-period part of the explanation, [cells, C] → [cells, C].
  const present = (params: NotearsLayerParams, cells: Tensor): Tensor => {
    const linear = tf.matMul(cells as tf.Tensor2D, masked(params) as tf.Tensor2D);
    if (hidden === 0) return linear;
    const activation = tf.mul(tf.tanh(tf.add(linear, params.hiddenBias!)), params.output!);
    return tf.sum(tf.reshape(activation, [-1, size, hidden]), 2);
  };
  // What is priced and measured: weights, in networks the products along each path from input to output, because the
  // first layer alone could shrink while the output weights grow.
  const paths = (params: NotearsLayerParams): Tensor =>
    hidden === 0 ? masked(params) : tf.mul(masked(params), params.output!);
  // √A, cause first; the tiny constant keeps the root differentiable.
  const strengths = (params: NotearsLayerParams): Tensor => {
    if (hidden === 0) return paths(params);
    return tf.sqrt(tf.add(tf.sum(tf.square(tf.reshape(paths(params), [size, size, hidden])), 2), 1e-12));
  };
  const acyclicity = (params: NotearsLayerParams): Tensor => {
    if (!rules.required.includes(1)) return acyclicityTraceExponential(strengths(params));
    const required = tf.tensor2d(Float32Array.from(rules.required), [size, size]);
    return acyclicityTraceExponential(tf.sqrt(tf.add(tf.add(tf.square(strengths(params)), required), 1e-12)));
  };

  return {
    name: "notears",
    channels,
    initialMultipliers,
    nextMultipliers: (now, h) => nextMultipliers(now, h),
    init(random) {
      const draw = (count: number, scale: number): Float32Array =>
        Float32Array.from({ length: count }, () => scale * random.normal());
      return {
        weights: tf.tensor2d(draw(size * size * units, 0.01), [size, size * units]),
        bias: tf.zeros([size]),
        logScale: tf.zeros([size]),
        ...(lags > 0 && { lagged: tf.zeros([lags * size, size]) }),
        ...(hidden > 0 && {
          hiddenBias: tf.zeros([size * hidden]),
          output: tf.tensor1d(draw(size * hidden, 1 / Math.sqrt(hidden))),
        }),
      };
    },
    apply(params, { activity, observed }) {
      const [unitCount, periods] = activity.shape as [number, number, number];
      const kept = periods - lags;
      const cellsAt = (lag: number): Tensor =>
        tf.reshape(tf.slice(activity, [0, lags - lag, 0], [unitCount, kept, size]), [-1, size]);
      const cells = cellsAt(0);
      let mean = tf.add(present(params, cells), params.bias);
      if (lags > 0) {
        const past = Array.from({ length: lags }, (_, l) => cellsAt(l + 1));
        const table = lags === 1 ? past[0]! : tf.concat(past, 1);
        mean = tf.add(mean, tf.matMul(table as tf.Tensor2D, maskedPast(params) as tf.Tensor2D));
      }
      const scaled = tf.div(tf.sub(cells, mean), tf.exp(params.logScale));
      const perCell = tf.sum(tf.sub(standardNoise(tf.square(scaled), noise), params.logScale), 1);
      const explained = tf.reshape(mean, [unitCount, kept, size]);
      if (!observed) return { explained, logLikelihood: tf.mean(perCell) };
      const counts = tf.reshape(tf.slice(observed, [0, lags], [unitCount, kept]), [-1]);
      return { explained, logLikelihood: tf.div(tf.sum(tf.mul(perCell, counts)), tf.sum(counts)) };
    },
    acyclicity,
    penalty(params, multipliers = initialMultipliers) {
      const h = acyclicity(params);
      const priced = spread(rules.allowed.map((mark, k) => (rules.required[k] ? 0 : mark)));
      let sparsity = tf.sum(tf.abs(tf.mul(paths(params), priced)));
      if (lags > 0) sparsity = tf.add(sparsity, tf.sum(tf.abs(maskedPast(params))));
      const bending = tf.mul(tf.mul(tf.square(h), multipliers.rho), 0.5);
      return tf.add(tf.mul(sparsity, lambda), tf.add(tf.mul(h, multipliers.alpha), bending));
    },
    counterfactual(params, activity, change) {
      const cells = tf.reshape(activity, [-1, size]);
      const added = tf.reshape(change, [-1, size]);
      const own = tf.add(tf.sub(cells, present(params, cells)), added);
      let next = tf.add(cells, added);
      for (let depth = 1; depth < size; depth++) next = tf.add(own, present(params, next));
      return tf.reshape(next, activity.shape);
    },
    graph(params) {
      const { now, past } = tf.tidy(() => ({
        now: strengths(params).dataSync(),
        past: lags > 0 ? maskedPast(params).dataSync() : [],
      }));
      const predictors = size * (lags + 1);
      const weights = new Float64Array(size * predictors);
      for (let i = 0; i < predictors; i++) {
        for (let j = 0; j < size; j++) {
          weights[j * predictors + i] = i < size ? (i === j ? 0 : now[i * size + j]!) : past[(i - size) * size + j]!;
        }
      }
      return graphFromLayers({
        kind: lags > 0 ? "lagged" : "dag",
        nodes: channels,
        layers: layersOfWeights(weights, size, predictors, rules, { threshold }),
        engine: { id: "notears-layer", version: "1", settings: { lags, hidden, noise, lambda, threshold } },
        weightScale: hidden > 0 ? "norm of the path weights, without sign" : "standardised",
      });
    },
    describe(params) {
      const scales = params.logScale.dataSync();
      return {
        acyclicity: tf.tidy(() => acyclicity(params).dataSync()[0]),
        noiseScale: Object.fromEntries(channels.map((name, j) => [name, Math.exp(scales[j]!)])),
      };
    },
  };
}
