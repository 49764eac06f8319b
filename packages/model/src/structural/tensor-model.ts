// The structural model written with the tensor modules of @mmm/transforms: the same prediction and the same objective
// as the float64 solver, as pure functions of a parameter tree, so that network parts can be added to it and any
// tensor engine can run it. The random-walk level enters through whitening matrices, which are data here.

import { type NdArray, ndArray, type ParameterTree } from "@mmm/tensor";
import {
  adstockModule,
  type FreeParameters,
  type LagWeightFormula,
  type ResponseFormula,
  saturationModule,
} from "@mmm/transforms";
import * as tf from "@tensorflow/tfjs-core";
import { effectSharpness, effectUnit } from "./channel-curve.js";
import { whiten } from "./level.js";
import { ceilingTolerance, type Problem, unitPriorSd } from "./objective.js";
import type { Layout } from "./parameters.js";

type Tree<Leaf> = { readonly [name: string]: Leaf | Tree<Leaf> };

// The trees that `paramsOf` and `dataOf` lay out.
interface Params {
  readonly shared: tf.Tensor;
  readonly own: tf.Tensor;
  readonly channel: {
    readonly [index: number]: { readonly adstock: FreeParameters; readonly saturation: FreeParameters };
  };
}

type Data = Readonly<
  Record<
    | "activity"
    | "before"
    | "kpi"
    | "mask"
    | "meanWeights"
    | "trend"
    | "season"
    | "control"
    | "whitening"
    | "priorMean"
    | "priorScale"
    | "shockPrecision"
    | "ownScale",
    tf.Tensor
  >
>;

/** Pure functions of parameters and data, and both as plain arrays. */
export interface TensorStructural {
  readonly params: Tree<NdArray>;
  readonly data: Tree<NdArray>;
  /** The parameter vectors of the solver from a tree of results. */
  vectorsOf(params: Tree<NdArray>): { readonly shared: Float64Array; readonly own: Float64Array };
  /** Prediction without the level in scaled KPI, `[units, training periods]`. */
  predict(params: ParameterTree, data: ParameterTree): tf.Tensor;
  /** Penalised objective, a scalar; equals the solver's. */
  objective(params: ParameterTree, data: ParameterTree): tf.Tensor;
}

export interface TensorStructuralOptions {
  readonly modulation?: (params: ParameterTree, data: ParameterTree) => tf.Tensor;
  readonly formulas?: TensorFormulas;
}

/** Curves of a user's own written with tensor operations, by the id of their family. */
export interface TensorFormulas {
  readonly carryover?: Readonly<Record<string, LagWeightFormula>>;
  readonly saturation?: Readonly<Record<string, ResponseFormula>>;
}

/**
 * @param problem the solver's problem, whose variances and weights become data
 * @param shared parameter vector as the solver lays it out
 * @param own parameters of the units, `[units, perUnit]`
 * @param options.modulation factor on the effects, `[1, training periods, channels]`, from parameters of its own in the
 *   same tree; what the layout says of changing effects is not looked at
 * @param options.formulas tensor forms of curves of your own, by the family's id
 * @example
 * const model = tensorStructural(fit.learned.problem, fit.learned.mode.shared, fit.learned.mode.own);
 * const run = await compile(model.objective, [model.params, model.data], { engine: eagerEngine() });
 */
export function tensorStructural(
  problem: Problem,
  shared: Float64Array,
  own: Float64Array,
  { modulation, formulas = {} }: TensorStructuralOptions = {},
): TensorStructural {
  const { design, layout, variances } = problem;
  const { units, trainingEnd: periods, channels, controls, lags, seasons } = design;
  const q = layout.perUnit;

  const shapes = layout.channels.map((channel) => ({
    adstock: adstockModule(channel.adstock, {
      lags,
      priors: priorsOf(channel.adstockPriors),
      normalised: true,
      ...withFormula(formulas.carryover?.[channel.adstock.id]),
    }),
    saturation: saturationModule(channel.saturation, {
      priors: priorsOf(channel.saturationPriors),
      ...withFormula(formulas.saturation?.[channel.saturation.id]),
    }),
  }));

  const media = (given: ParameterTree, facts: ParameterTree): tf.Tensor => {
    const params = given as unknown as Params;
    const data = facts as unknown as Data;
    const factor = modulation?.(given, facts);
    let sum: tf.Tensor = tf.zeros([units, periods]);
    for (let c = 0; c < channels; c++) {
      const { adstock, saturation } = shapes[c]!;
      const activity = tf.slice(data.activity, [0, 0, c], [units, periods, 1]);
      const before = tf.slice(data.before, [0, c], [units, 1]);
      const carried = adstock.apply(params.channel[c]!.adstock, activity, { before });
      const response = saturation.apply(params.channel[c]!.saturation, carried, undefined);
      const free = column(params.shared, layout.channels[c]!.effect);
      const positive = tf.div(tf.softplus(tf.mul(effectSharpness, free)), effectSharpness);
      let effect: tf.Tensor = tf.mul(effectUnit, tf.add(positive, tf.square(positive)));
      if (q > 0) effect = tf.mul(effect, tf.exp(tf.slice(params.own, [0, 1 + c], [units, 1])));
      let contribution = tf.mul(effect, tf.reshape(response, [units, periods]));
      if (factor) {
        contribution = tf.mul(contribution, tf.reshape(tf.slice(factor, [0, 0, c], [1, periods, 1]), [1, periods]));
      }
      sum = tf.add(sum, contribution);
    }
    return sum;
  };

  const predict = (given: ParameterTree, facts: ParameterTree): tf.Tensor => {
    const params = given as unknown as Params;
    const data = facts as unknown as Data;
    const base = column(params.shared, layout.baseline);
    let sum = tf.add(tf.zeros([units, periods]), base);
    if (q > 0) sum = tf.add(sum, tf.slice(params.own, [0, 0], [units, 1]));
    let common: tf.Tensor = tf.reshape(tf.mul(column(params.shared, layout.trend), data.trend), [1, periods]);
    if (seasons > 0) {
      const season = tf.reshape(tf.slice(params.shared, [layout.season], [seasons]), [1, seasons]);
      common = tf.add(common, tf.matMul(season, data.season));
    }
    if (layout.shocks > 0) common = tf.add(common, tf.slice(params.shared, [layout.shock], [layout.shocks]));
    if (q > 0) common = tf.mul(common, tf.add(1, tf.slice(params.own, [0, q - 1], [units, 1])));
    sum = tf.add(sum, common);
    sum = tf.add(sum, media(given, facts));
    for (let k = 0; k < controls; k++) {
      let slope = column(params.shared, layout.control + k);
      if (q > 0) slope = tf.add(slope, tf.slice(params.own, [0, 1 + channels + k], [units, 1]));
      const values = tf.reshape(tf.slice(data.control, [0, 0, k], [units, periods, 1]), [units, periods]);
      sum = tf.add(sum, tf.mul(slope, values));
    }
    return sum;
  };

  const pull = (params: Params): tf.Tensor => {
    const slope = (i: number): number => variances.pathPull[i]!;
    let sum: tf.Tensor = tf.scalar(0);
    layout.channels.forEach(({ adstockPriors, adstockStart, saturationPriors, saturationStart, effect }, c) => {
      const { adstock, saturation } = params.channel[c]!;
      const add = (value: tf.Tensor, i: number): void => {
        sum = tf.add(sum, tf.mul(slope(i), tf.sum(value)));
      };
      for (const [j, { parameter }] of adstockPriors.entries()) add(adstock[parameter.name]!, adstockStart + j);
      for (const [j, { parameter }] of saturationPriors.entries())
        add(saturation[parameter.name]!, saturationStart + j);
      add(column(params.shared, effect), effect);
    });
    return sum;
  };

  const objective = (given: ParameterTree, facts: ParameterTree): tf.Tensor => {
    const params = given as unknown as Params;
    const data = facts as unknown as Data;
    const residual = tf.mul(tf.sub(data.kpi, predict(given, facts)), data.mask);
    const white = tf.matMul(data.whitening, tf.reshape(residual, [units, periods, 1]));
    let total: tf.Tensor = tf.sum(tf.square(white));
    const part = tf.sum(tf.mul(media(given, facts), data.meanWeights), 1);
    const excess = tf.div(tf.relu(tf.sub(part, design.mediaCeiling)), ceilingTolerance);
    total = tf.add(total, tf.sum(tf.square(excess)));
    const distance = tf.mul(tf.sub(params.shared, data.priorMean), data.priorScale);
    total = tf.add(total, tf.sum(tf.square(distance)));
    if (layout.shocks > 0) {
      const shocks = tf.reshape(tf.slice(params.shared, [layout.shock], [layout.shocks]), [layout.shocks, 1]);
      total = tf.add(total, tf.sum(tf.mul(shocks, tf.matMul(data.shockPrecision, shocks))));
    }
    if (q > 0) total = tf.add(total, tf.sum(tf.square(tf.mul(params.own, data.ownScale))));
    total = tf.mul(0.5, total);
    if (variances.pathPull.length > 0) total = tf.add(total, pull(params));
    for (let c = 0; c < channels; c++) {
      const { adstock, saturation } = shapes[c]!;
      total = tf.add(total, adstock.penalty!(params.channel[c]!.adstock));
      total = tf.add(total, saturation.penalty!(params.channel[c]!.saturation));
    }
    return total;
  };

  return {
    params: paramsOf(layout, shared, own, units),
    data: dataOf(problem),
    vectorsOf: (params) => vectorsOf(layout, params),
    predict,
    objective,
  };
}

const withFormula = <Formula>(formula: Formula | undefined): { formula?: Formula } => (formula ? { formula } : {});

function column(vector: tf.Tensor, index: number): tf.Tensor {
  return tf.slice(vector, [index], [1]);
}

function priorsOf(priors: readonly { parameter: { name: string }; mean: number; sd: number }[]) {
  return Object.fromEntries(priors.map(({ parameter, mean, sd }) => [parameter.name, { mean, sd }]));
}

// Shape parameters live in their modules' own trees; their slots of the shared vector stay unused (zero, no penalty).
function paramsOf(layout: Layout, shared: Float64Array, own: Float64Array, units: number): Tree<NdArray> {
  const rest = shared.slice();
  const channels = layout.channels.map((channel, c) => {
    const take = (start: number, priors: typeof channel.adstockPriors) =>
      Object.fromEntries(
        priors.map((prior, j) => {
          const value = shared[start + j]!;
          rest[start + j] = 0;
          return [prior.parameter.name, ndArray([value])];
        }),
      );
    const adstock = take(channel.adstockStart, channel.adstockPriors);
    const saturation = take(channel.saturationStart, channel.saturationPriors);
    return [String(c), { adstock, saturation }];
  });
  return {
    channel: Object.fromEntries(channels),
    shared: ndArray(rest),
    ...(layout.perUnit > 0 ? { own: ndArray(own, [units, layout.perUnit]) } : {}),
  };
}

function vectorsOf(layout: Layout, params: Tree<NdArray>): { shared: Float64Array; own: Float64Array } {
  const numbers = (leaf: unknown): Float64Array => Float64Array.from((leaf as NdArray).data);
  const shared = numbers(params["shared"]);
  const trees = params["channel"] as Tree<NdArray>;
  layout.channels.forEach((channel, c) => {
    const tree = trees[String(c)] as unknown as Tree<Tree<NdArray>>;
    const put = (part: unknown, start: number, priors: typeof channel.adstockPriors): void => {
      priors.forEach(({ parameter }, j) => {
        shared[start + j] = numbers((part as Tree<NdArray>)[parameter.name])[0]!;
      });
    };
    put(tree["adstock"], channel.adstockStart, channel.adstockPriors);
    put(tree["saturation"], channel.saturationStart, channel.saturationPriors);
  });
  return { shared, own: layout.perUnit > 0 ? numbers(params["own"]) : new Float64Array(0) };
}

/** What the objective of a problem looks at. */
export function dataOf(problem: Problem): Tree<NdArray> {
  const { design, layout, variances, weights, filters } = problem;
  const { units, periods, trainingEnd, channels, controls, lags, seasons } = design;
  const lead = lags - 1;
  const width = lead + periods;
  const activity = new Float64Array(units * trainingEnd * channels);
  const before = new Float64Array(units * channels);
  const kpi = new Float64Array(units * trainingEnd);
  const control = new Float64Array(units * trainingEnd * controls);
  const whitening = new Float64Array(units * trainingEnd * trainingEnd);
  const impulse = new Float64Array(trainingEnd);
  for (let r = 0; r < units; r++) {
    for (let c = 0; c < channels; c++) {
      const offset = (r * channels + c) * width;
      before[r * channels + c] = lead > 0 ? design.activity[offset]! : 0;
      for (let t = 0; t < trainingEnd; t++) {
        activity[(r * trainingEnd + t) * channels + c] = design.activity[offset + lead + t]!;
      }
    }
    for (let t = 0; t < trainingEnd; t++) {
      const i = r * trainingEnd + t;
      kpi[i] = weights[i]! > 0 ? design.kpi[r * periods + t]! : 0;
      for (let k = 0; k < controls; k++) control[i * controls + k] = design.control[(r * periods + t) * controls + k]!;
      impulse.fill(0);
      impulse[t] = 1;
      whiten(filters[r]!, impulse, 0, t, trainingEnd);
      for (let s = t; s < trainingEnd; s++) {
        whitening[(r * trainingEnd + s) * trainingEnd + t] = impulse[s]! / variances.noise[r]!;
      }
    }
  }

  const meanWeights = new Float64Array(units * trainingEnd);
  for (let r = 0; r < units; r++) {
    const own = weights.subarray(r * trainingEnd, (r + 1) * trainingEnd);
    const cells = own.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
    for (let t = 0; t < trainingEnd; t++) meanWeights[r * trainingEnd + t] = own[t]! > 0 ? 1 / cells : 0;
  }

  const inVector = new Set<number>();
  for (const channel of layout.channels) {
    for (let i = channel.adstockStart; i < channel.effect; i++) inVector.add(i);
  }
  const isPlain = (i: number): boolean => !inVector.has(i) && !(i >= layout.shock && i < layout.shock + layout.shocks);
  const season = new Float64Array(seasons * trainingEnd);
  for (let s = 0; s < seasons; s++) {
    season.set(design.season.subarray(s * periods, s * periods + trainingEnd), s * trainingEnd);
  }
  return {
    activity: ndArray(activity, [units, trainingEnd, channels]),
    before: ndArray(before, [units, channels]),
    kpi: ndArray(kpi, [units, trainingEnd]),
    mask: ndArray(
      weights.map((weight) => (weight > 0 ? 1 : 0)),
      [units, trainingEnd],
    ),
    meanWeights: ndArray(meanWeights, [units, trainingEnd]),
    trend: ndArray(design.trend.slice(0, trainingEnd)),
    whitening: ndArray(whitening, [units, trainingEnd, trainingEnd]),
    priorMean: ndArray(layout.priorMean.map((value, i) => (isPlain(i) ? value : 0))),
    priorScale: ndArray(layout.priorSd.map((sd, i) => (isPlain(i) ? 1 / sd : 0))),
    ...(seasons > 0 ? { season: ndArray(season, [seasons, trainingEnd]) } : {}),
    ...(controls > 0 ? { control: ndArray(control, [units, trainingEnd, controls]) } : {}),
    ...(layout.shocks > 0 ? { shockPrecision: ndArray(problem.shockPrecision, [layout.shocks, layout.shocks]) } : {}),
    ...(layout.perUnit > 0
      ? {
          ownScale: ndArray(
            Float64Array.from({ length: layout.perUnit }, (_, k) => 1 / unitPriorSd(layout, variances, k)),
          ),
        }
      : {}),
  };
}
