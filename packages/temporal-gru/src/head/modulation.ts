// Heads: from paths to the quantities of a marketing mix model. Swap the engine in one line; nothing else changes.

import { usageError } from "@mmm/core";
import type { ParameterTree, TensorModule } from "@mmm/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { lengthOf, type TemporalEngine, type TemporalInput } from "../path/temporal-engine.js";

export interface ModulationOptions {
  /** An effect can grow to `1 + range` times its average and shrink to `1/(1 + range)`. Default 1: half to double. */
  readonly range?: number;
}

export type Modulation = {
  /** Factor around 1, `[units or 1, periods, series]`. */
  readonly modulation: tf.Tensor;
  /** Negative log prior, a scalar; add it to the objective. */
  readonly penalty: tf.Tensor;
};

/**
 * Effects that vary over time as a bounded factor on a constant effect.
 *
 * `modulation = exp(b·tanh(path/b))`, `b = ln(1 + range)`; near 1 it is `1 + path`. The penalty of the engine shrinks
 * it to 1. `init` needs `{ series: channels, periods }` and what the engine needs.
 *
 * @throws MmmError `BAD_RANGE` unless range is above 0
 * @example
 * const effects = timeVaryingEffects(localLevel()); // or gruPath(), knotPath(), staticPath()
 * const { modulation, penalty } = effects.apply(params, { periods: 104 }, undefined);
 */
export function timeVaryingEffects<Params extends ParameterTree>(
  engine: TemporalEngine<Params>,
  { range = 1 }: ModulationOptions = {},
): TensorModule<Params, TemporalInput, undefined, Modulation> {
  if (!(range > 0)) {
    throw usageError("BAD_RANGE", `The range of a modulation must be above 0, got ${range}.`, "Try 1: half to double.");
  }
  const bound = Math.log(1 + range);
  return {
    name: `effects-${engine.name}`,
    init: engine.init,
    apply(params, input) {
      const { path, penalty } = engine.apply(params, input, undefined);
      return { modulation: tf.exp(tf.mul(bound, tf.tanh(tf.div(path, bound)))), penalty };
    },
  };
}

export type BaselineParameters<Params extends ParameterTree> = {
  /** Softplus gives the average level of each unit, `[units]`. */
  readonly level: tf.Tensor;
  readonly path: Params;
};

export type Baseline = {
  /** `[units, periods]`, never negative. */
  readonly baseline: tf.Tensor;
  readonly penalty: tf.Tensor;
};

/**
 * A baseline per unit that varies over time, `softplus(level) · modulation`: positive whatever the path.
 *
 * Best for a KPI scaled to mean 1 per unit. `init` needs `{ units, periods }` and what the engine needs; `series` is 1.
 *
 * @param options.initial average level at the start, default 1
 * @example timeVaryingBaseline(localLevel({ stepScale: 0.01, perUnit: true }))
 */
export function timeVaryingBaseline<Params extends ParameterTree>(
  engine: TemporalEngine<Params>,
  { initial = 1, ...options }: ModulationOptions & { readonly initial?: number } = {},
): TensorModule<BaselineParameters<Params>, TemporalInput, undefined, Baseline> {
  const modulated = timeVaryingEffects(engine, options);
  return {
    name: `baseline-${engine.name}`,
    init: (random, shape) => ({
      level: tf.fill([lengthOf(engine.name, shape, "units")], Math.log(Math.expm1(initial))),
      path: modulated.init(random, { ...shape, series: 1 }),
    }),
    apply({ level, path }, input) {
      const { modulation, penalty } = modulated.apply(path, input, undefined);
      const shared = tf.reshape(modulation, [modulation.shape[0]!, modulation.shape[1]!]);
      return { baseline: tf.mul(tf.reshape(tf.softplus(level), [-1, 1]), shared), penalty };
    },
  };
}
