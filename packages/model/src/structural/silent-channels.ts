// Posterior draws of channels that do next to nothing. Near zero the link from free parameter to effect is flat
// (channel-curve.ts), so the curvature at the mode knows only the prior there, and draws from it would credit such a
// channel with effects that the data refute. As a function of the effect itself the objective is nearly quadratic, also
// through zero. That quadratic and the prior of the free parameter give the draws; whatever trades off against the
// channel follows along the regression on it.

import type { Random } from "@mmm/core";
import { cholesky, invertFactored, solveFactored } from "../linear-algebra/cholesky.js";
import { effectOf, effectSlope, effectUnit } from "./channel-curve.js";
import { factorArrow, solveArrow } from "./curvature.js";
import { drawingSystem } from "./drawing.js";
import type { Problem } from "./objective.js";
import type { Layout } from "./parameters.js";
import type { Point } from "./preconditioned.js";

/** Slope of the link, as a part of that far above zero, below which a channel counts as silent. */
const flat = 0.9;
const sweeps = 10;

/** Put draws of silent channels' effects into a draw around the mode, in place. */
export type SilentDraws = (draw: Point) => void;

/**
 * @returns null where no channel is silent
 *
 * Source of the sampler: Neal (2003), Slice sampling, §4, one effect after another.
 */
export function silentDraws(problem: Problem, mode: Point, random: Random): SilentDraws | null {
  const { layout } = problem;
  const silent = layout.channels.flatMap(({ effect }) =>
    effectSlope(mode.shared[effect]!) < flat * effectUnit ? [effect] : [],
  );
  if (silent.length === 0) return null;
  const at = { shared: mode.shared.slice(), own: mode.own };
  for (const i of silent) at.shared[i] = effectOf(mode.shared[i]!) / effectUnit;
  const system = drawingSystem({ ...problem, layout: unbent(layout, silent) }, at);
  const factor = factorArrow(system, 0);
  if (factor === null) return null;
  const towards = solveArrow(system, factor).shared;
  const columns = silent.map((i) => {
    const sharedGradient = new Float64Array(layout.shared);
    sharedGradient[i] = 1;
    return solveArrow({ ...system, sharedGradient, unitGradient: new Float64Array(at.own.length) }, factor);
  });
  const n = silent.length;
  const covariance = Float64Array.from(
    { length: n * n },
    (_, k) => columns[Math.floor(k / n)]!.shared[silent[k % n]!]!,
  );
  if (!cholesky(covariance, n)) return null;
  const sampler = effectSampler(
    silent.map((i) => ({
      start: mode.shared[i]!,
      centre: at.shared[i]! + towards[i]!,
      priorMean: layout.priorMean[i]!,
      priorSd: layout.priorSd[i]!,
    })),
    invertFactored(covariance, n),
    random,
  );
  return ({ shared, own }) => {
    const free = sampler();
    const change = Float64Array.from(silent, (i, k) => {
      const slope = effectSlope(mode.shared[i]!) / effectUnit;
      return effectOf(free[k]!) / effectUnit - at.shared[i]! - slope * (shared[i]! - mode.shared[i]!);
    });
    solveFactored(covariance, n, change);
    columns.forEach((column, k) => {
      for (let i = 0; i < shared.length; i++) shared[i]! += column.shared[i]! * change[k]!;
      for (let i = 0; i < own.length; i++) own[i]! += column.own[i]! * change[k]!;
    });
    silent.forEach((i, k) => {
      shared[i] = free[k]!;
    });
  };
}

function unbent(layout: Layout, silent: readonly number[]): Layout {
  return {
    ...layout,
    channels: layout.channels.map((channel) => ({ ...channel, unbent: silent.includes(channel.effect) })),
  };
}

interface SilentEffect {
  readonly start: number;
  /** Where the quadratic in the effect has its minimum, in effect units; may be negative. */
  readonly centre: number;
  readonly priorMean: number;
  readonly priorSd: number;
}

// Draws the free parameters b of `exp(−½ (x − c)ᵀK(x − c))` with x = effectOf(b); K contains the prior as if it were
// one of x, which is exchanged for that of b.
function effectSampler(effects: readonly SilentEffect[], precision: Float64Array, random: Random): () => Float64Array {
  const n = effects.length;
  const free = Float64Array.from(effects, ({ start }) => start);
  const gap = (k: number): number => effectOf(free[k]!) / effectUnit - effects[k]!.centre;
  const sweep = (): void => {
    effects.forEach(({ centre, priorMean, priorSd }, j) => {
      const own = precision[j * n + j]!;
      let pull = 0;
      for (let i = 0; i < n; i++) if (i !== j) pull += precision[j * n + i]! * gap(i);
      const mean = centre - pull / own;
      free[j] = slice(random, free[j]!, (b) => {
        const x = effectOf(b) / effectUnit;
        return -0.5 * (own * (x - mean) ** 2 - ((x - priorMean) / priorSd) ** 2 + ((b - priorMean) / priorSd) ** 2);
      });
    });
  };
  for (let i = 0; i < 5 * sweeps; i++) sweep();
  return () => {
    for (let i = 0; i < sweeps; i++) sweep();
    return free.slice();
  };
}

function slice(random: Random, from: number, logDensity: (value: number) => number): number {
  const height = logDensity(from) + Math.log(1 - random.uniform());
  let lower = from - random.uniform();
  let upper = lower + 1;
  while (logDensity(lower) > height) lower--;
  while (logDensity(upper) > height) upper++;
  for (;;) {
    const value = lower + random.uniform() * (upper - lower);
    if (logDensity(value) >= height || value === from) return value;
    if (value < from) lower = value;
    else upper = value;
  }
}
