// Which number of the parameter vector means what, how an unconstrained number becomes a constrained parameter, and
// what is believed about it before the data. One vector is shared by all units; a short one belongs to each unit.

import { constrain, type TransformParameter, unconstrain } from "@mmm/transforms/plain";
import type { CurveLayout } from "./channel-curve.js";
import { freeEffect } from "./channel-curve.js";
import type { Design } from "./design.js";
import { type EffectPath, effectPath, knotCount } from "./effect-path.js";
import { adstockFamily, saturationFamily } from "./families.js";
import type { StructuralSettings } from "./settings.js";

/** A parameter of a transform with a normal prior on its unconstrained scale. */
export interface ShapePrior {
  readonly parameter: TransformParameter;
  readonly mean: number;
  readonly sd: number;
}

/** Offsets into the shared vector, and what is believed of the shapes. */
export interface ChannelLayout extends CurveLayout {
  readonly adstockPriors: readonly ShapePrior[];
  readonly saturationPriors: readonly ShapePrior[];
}

export interface Layout {
  readonly channels: readonly ChannelLayout[];
  readonly baseline: number;
  readonly season: number;
  /** How many of the season's columns, from the first, end with the training periods: forecasts do without them. */
  readonly endingSeasons: number;
  readonly trend: number;
  readonly control: number;
  /** Shocks shared by all units, one per training period; `shocks` is 0 without them. */
  readonly shock: number;
  readonly shocks: number;
  /** Effects that change over time; null where they are constant. */
  readonly path: EffectPath | null;
  readonly shared: number;
  /**
   * Per unit: baseline deviation, log effect deviation per channel, deviation per control, and last how much more than
   * others it follows season, trend and shocks. 0 for one unit.
   */
  readonly perUnit: number;
  readonly priorMean: Float64Array;
  /** Prior standard deviation of each shared parameter; NaN for shocks and paths, whose priors are joint. */
  readonly priorSd: Float64Array;
  readonly names: readonly string[];
}

// What is believed before the data: median and 95th percentile of each shape parameter. Half-saturation counts in
// median activities of the unit.
const beliefs: Readonly<Record<string, Readonly<Record<string, { median: number; high: number }>>>> = {
  geometric: { decay: { median: 0.4, high: 0.78 } },
  hill: { slope: { median: 1.25, high: 2.5 }, halfSaturation: { median: 1.1, high: 2.5 } },
};

// Effects of all channels together at full saturation, as a part of the KPI, believed as the middle before the data;
// split evenly, so that it does not grow with the number of channels. One channel in five does nothing, three in ten do
// twice the typical or more.
const typicalMedia = 0.7;
/** Standard deviation of the free parameter of an effect over its mean. */
const effectDoubt = 1.2;

/**
 * @param found.offset path of each channel found by a network, `[trainingEnd, channels]`
 * @param found.free false: the path is the offset alone; it has no parameters
 */
export function buildLayout(
  design: Design,
  settings: StructuralSettings,
  channelNames: readonly string[],
  found: { readonly offset?: Float64Array; readonly free?: boolean } = {},
): Layout {
  const mean: number[] = [];
  const sd: number[] = [];
  const names: string[] = [];
  const add = (name: string, priorMean: number, priorSd: number): number => {
    names.push(name);
    mean.push(priorMean);
    sd.push(priorSd);
    return mean.length - 1;
  };

  const typical = freeEffect(typicalMedia / Math.max(2, design.channels));
  const channels = channelNames.map((channel, c): ChannelLayout => {
    const adstock = adstockFamily(settings.carryover[c]!, settings.own);
    const saturation = saturationFamily(settings.saturation[c]!, settings.own);
    const adstockPriors = adstock.parameters.map((parameter) => priorOf(adstock.id, parameter));
    const saturationPriors = saturation.parameters.map((parameter) => priorOf(saturation.id, parameter));
    const adstockStart = mean.length;
    for (const { parameter, mean: m, sd: s } of adstockPriors) add(`${channel}: ${parameter.name}`, m, s);
    const saturationStart = mean.length;
    for (const { parameter, mean: m, sd: s } of saturationPriors) add(`${channel}: ${parameter.name}`, m, s);
    const effect = add(`${channel}: effect`, typical, effectDoubt * typical);
    return { adstock, saturation, adstockStart, saturationStart, effect, adstockPriors, saturationPriors };
  });
  const baseline = add("baseline", 0.7, 0.4);
  const season = mean.length;
  for (let i = 0; i < design.seasons; i++) add(`season ${i + 1}`, 0, 0.05 / (1 + (i >> 1)));
  const trend = add("trend", 0, settings.level ? 0.05 : 0.3);
  const control = mean.length;
  for (let k = 0; k < design.controls; k++) add(`control ${k + 1}`, 0, 0.2);
  const shock = mean.length;
  const shocks = settings.commonShocks ? design.trainingEnd : 0;
  for (let t = 0; t < shocks; t++) add(`shock ${t + 1}`, 0, Number.NaN);
  const path = addPath();

  function addPath(): EffectPath | null {
    const { timeVarying: drift, frequency } = settings;
    if (!drift) return null;
    const { trainingEnd } = design;
    const knots = found.free === false ? 0 : knotCount(drift, frequency, trainingEnd);
    const start = mean.length;
    for (const channel of channelNames) {
      for (let k = 0; k < knots; k++) add(`${channel}: change ${k + 1}`, 0, Number.NaN);
    }
    return effectPath(drift, { start, knots, trainingEnd, frequency, offset: found.offset ?? null });
  }

  return {
    channels,
    baseline,
    season,
    endingSeasons: 0,
    trend,
    control,
    shock,
    shocks,
    path,
    shared: mean.length,
    perUnit: design.units > 1 ? 2 + design.channels + design.controls : 0,
    priorMean: Float64Array.from(mean),
    priorSd: Float64Array.from(sd),
    names,
  };
}

function priorOf(familyId: string, parameter: TransformParameter): ShapePrior {
  const belief = beliefs[familyId]?.[parameter.name];
  if (!belief) return { parameter, mean: unconstrain(parameter, parameter.initial), sd: 1 };
  const mean = unconstrain(parameter, belief.median);
  return { parameter, mean, sd: (unconstrain(parameter, belief.high) - mean) / 1.645 };
}

/** Constrained value of a shape parameter. */
export function shapeValue(prior: ShapePrior, free: number): number {
  return constrain(prior.parameter, free);
}
