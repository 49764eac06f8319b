// The answer key of a simulation: every parameter and every part of the KPI, and the questions one asks of it. Fitting
// code must never read it.

import type { Panel } from "@mmm/core";
import type { SimulationSettings } from "./options.js";

/** One channel of the process. Effects are per unit of size, see {@link SimulationTruth.size}. */
export interface ChannelTruth {
  readonly name: string;
  /** Adstock: A[t] = x[t] + decay · A[t−1]. */
  readonly decay: number;
  /** Hill slope a of A^a / (A^a + k^a). */
  readonly slope: number;
  /** k of a unit over the median of its adstocked activity. */
  readonly halfSaturationFactor: number;
  /** k per unit, in units of adstocked activity. */
  readonly halfSaturation: readonly number[];
  /** KPI per period at full saturation, per unit of size, before drift. */
  readonly effect: number;
  /** Typical own spend per period, per unit of size. */
  readonly base: number;
}

export interface SpendEdge {
  readonly from: string;
  readonly to: string;
  readonly lag: 0;
  /** Spend of `to` in multiples of its base, per multiple of its base that `from` spends. */
  readonly weight: number;
}

/** Everything that made the data. Arrays are row-major. */
export interface SimulationTruth {
  readonly seed: number;
  readonly settings: SimulationSettings;
  readonly channels: readonly ChannelTruth[];
  readonly edges: readonly SpendEdge[];
  readonly controlEffects: readonly number[];
  /** Size of each unit; effects and spend are proportional to it. */
  readonly size: readonly number[];
  /** Spend including the pre-sample, `[channels][units, preSample + periods]`. */
  readonly activity: readonly Float64Array[];
  /** Effect over time relative to `effect`, mean 1, `[periods, channels]`; all 1 without drift. */
  readonly effectMultiplier: Float64Array;
  /** `[units, periods, channels]`, KPI units, also in cells that the data lack. */
  readonly contributions: Float64Array;
  /** Level, trend and season, `[units, periods]`. */
  readonly baseline: Float64Array;
  /** Sum of all controls, `[units, periods]`. */
  readonly controlContribution: Float64Array;
  /** Noise, outliers included, `[units, periods]`. */
  readonly noise: Float64Array;
  /** KPI = baseline + controls + contributions + noise, `[units, periods]`. */
  readonly kpi: Float64Array;
  /** Cells (index into `[units, periods]`) whose KPI got an outlier. */
  readonly outliers: readonly number[];
  /** 1 where the data have the cell. */
  readonly observed: Uint8Array;
}

/** Sums of the truth over the observed cells of a window of periods. Per channel in channel order. */
export interface TruthTotals {
  readonly kpi: number;
  readonly contribution: readonly number[];
  /** Of all media contribution. */
  readonly share: readonly number[];
  readonly spend: readonly number[];
  readonly roi: readonly number[];
  readonly mediaFraction: number;
}

/**
 * Totals over periods `start … end−1`: the whole panel by default, the training window with `end` = holdout start.
 *
 * @example truthTotals(truth, { end: 92 }).share
 */
export function truthTotals(
  truth: SimulationTruth,
  window: { readonly start?: number; readonly end?: number } = {},
): TruthTotals {
  const { periods, units, preSample } = truth.settings;
  const { start = 0, end = periods } = window;
  const count = truth.channels.length;
  const contribution = new Array<number>(count).fill(0);
  const spend = new Array<number>(count).fill(0);
  let kpi = 0;
  for (let unit = 0; unit < units; unit++) {
    for (let period = start; period < end; period++) {
      const cell = unit * periods + period;
      if (truth.observed[cell] !== 1) continue;
      kpi += truth.kpi[cell]!;
      for (let channel = 0; channel < count; channel++) {
        contribution[channel]! += truth.contributions[cell * count + channel]!;
        spend[channel]! += truth.activity[channel]![unit * (preSample + periods) + preSample + period]!;
      }
    }
  }
  const media = contribution.reduce((a, b) => a + b, 0);
  return {
    kpi,
    contribution,
    share: contribution.map((value) => value / media),
    spend,
    roi: contribution.map((value, i) => value / spend[i]!),
    mediaFraction: media / kpi,
  };
}

/** Share of each lag 0 … length−1 in the carry-over of a channel; sums to 1. */
export function trueLagWeights(channel: ChannelTruth, length: number): number[] {
  const raw = Array.from({ length }, (_, lag) => channel.decay ** lag);
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / sum);
}

/**
 * Steady-state KPI per period, summed over units, when a channel's activity summed over units is held at each given
 * level, units scaled together from their own means. With drift: at the mean effect.
 *
 * @param totals activity per period, summed over units
 */
export function trueResponse(truth: SimulationTruth, channel: number, totals: readonly number[]): number[] {
  const { units, periods, preSample } = truth.settings;
  const { decay, slope, halfSaturation, effect } = truth.channels[channel]!;
  const length = preSample + periods;
  const mean = Array.from({ length: units }, (_, unit) => {
    const own = truth.activity[channel]!.subarray(unit * length + preSample, (unit + 1) * length);
    return own.reduce((a, b) => a + b, 0) / periods;
  });
  const all = mean.reduce((a, b) => a + b, 0);
  return totals.map((total) =>
    mean.reduce((sum, own, unit) => {
      const level = (total * own) / all / (1 - decay);
      return sum + truth.size[unit]! * effect * hill(level, slope, halfSaturation[unit]!);
    }, 0),
  );
}

/**
 * What one channel would have contributed had its activity been different: `[units, periods]`.
 *
 * @param activity `[units, preSample + periods]`, as in {@link SimulationTruth.activity}
 * @example
 * // true marginal return of 1 % more spend
 * const more = trueContribution(truth, 0, truth.activity[0].map((x) => 1.01 * x));
 */
export function trueContribution(truth: SimulationTruth, channel: number, activity: Float64Array): Float64Array {
  const { units, periods, preSample } = truth.settings;
  const { decay, slope, halfSaturation, effect } = truth.channels[channel]!;
  const length = preSample + periods;
  const out = new Float64Array(units * periods);
  for (let unit = 0; unit < units; unit++) {
    let stock = 0;
    for (let t = 0; t < length; t++) {
      stock = activity[unit * length + t]! + decay * stock;
      if (t < preSample) continue;
      const period = t - preSample;
      const multiplier = truth.effectMultiplier[period * truth.channels.length + channel]!;
      out[unit * periods + period] =
        truth.size[unit]! * effect * multiplier * hill(stock, slope, halfSaturation[unit]!);
    }
  }
  return out;
}

/**
 * Total effect of each channel over the observed cells: its own contribution and what the spend that it causes in other
 * channels contributes, found by setting its spend to zero and following the edges.
 */
export function trueTotalEffects(truth: SimulationTruth): number[] {
  const order = truth.channels.map(({ name }) => name);
  return order.map((_, source) => {
    const change = new Map<number, Float64Array>([[source, truth.activity[source]!.slice()]]);
    for (const channel of downstream(truth.edges, order)) {
      if (channel === source) continue;
      for (const { from, to, weight } of truth.edges) {
        const lost = change.get(order.indexOf(from));
        if (order.indexOf(to) !== channel || lost === undefined) continue;
        const rate = (weight * truth.channels[channel]!.base) / truth.channels[order.indexOf(from)]!.base;
        const sum = change.get(channel) ?? new Float64Array(lost.length);
        for (let i = 0; i < sum.length; i++) sum[i]! += rate * lost[i]!;
        change.set(channel, sum);
      }
    }
    let total = 0;
    for (const [channel, lost] of change) {
      const activity = truth.activity[channel]!.map((value, i) => Math.max(0, value - lost[i]!));
      const without = trueContribution(truth, channel, activity);
      for (let cell = 0; cell < without.length; cell++) {
        if (truth.observed[cell] !== 1) continue;
        total += truth.contributions[cell * order.length + channel]! - without[cell]!;
      }
    }
    return total;
  });
}

/** Channel indices, every channel after all channels with an edge into it. */
export function downstream(edges: readonly Pick<SpendEdge, "from" | "to">[], names: readonly string[]): number[] {
  const done: number[] = [];
  while (done.length < names.length) {
    const next = names.findIndex(
      (name, i) =>
        !done.includes(i) && edges.every(({ from, to }) => to !== name || done.includes(names.indexOf(from))),
    );
    if (next < 0) throw new RangeError("the edges form a cycle");
    done.push(next);
  }
  return done;
}

/** Hill saturation x^a / (x^a + k^a). */
export function hill(x: number, slope: number, halfSaturation: number): number {
  return x <= 0 ? 0 : 1 / (1 + (halfSaturation / x) ** slope);
}

/** The truth in the shape of the `.truth.json` files of benchmark panels: sums over the observed cells. */
export function truthSummary(
  truth: SimulationTruth,
  panel: Panel,
  { holdout = Math.round(0.12 * truth.settings.periods) }: { readonly holdout?: number } = {},
): Record<string, unknown> {
  const names = truth.channels.map(({ name }) => name);
  const byChannel = (values: readonly number[]) => Object.fromEntries(names.map((name, i) => [name, values[i]!]));
  const all = truthTotals(truth);
  const train = truthTotals(truth, { end: truth.settings.periods - holdout });
  return {
    seed: truth.seed,
    regions: truth.settings.units,
    weeks: truth.settings.periods,
    train_weeks: truth.settings.periods - holdout,
    channels: names,
    controls: panel.roles.controls,
    kpi: panel.roles.kpi,
    decay: byChannel(truth.channels.map(({ decay }) => decay)),
    hill_a: byChannel(truth.channels.map(({ slope }) => slope)),
    hill_k_factor: byChannel(truth.channels.map(({ halfSaturationFactor }) => halfSaturationFactor)),
    beta: byChannel(truth.channels.map(({ effect }) => effect)),
    gamma: truth.controlEffects,
    share: byChannel(all.share),
    share_train: byChannel(train.share),
    contributions: byChannel(all.contribution),
    contributions_train: byChannel(train.contribution),
    roi: byChannel(all.roi),
    y_total: all.kpi,
    y_total_train: train.kpi,
    media_fraction: all.mediaFraction,
    media_fraction_train: train.mediaFraction,
    nodes: names,
    edges: truth.edges,
  };
}
