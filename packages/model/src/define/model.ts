// A model as a value: one choice per slot. Each slot takes one of the values here, or a value of your own of the same
// shape; nothing is registered anywhere.

import type { TemporalEngine } from "@mmm/temporal-gru";
import type { ParameterTree } from "@mmm/tensor";
import type { AdstockFamily, LagWeightFormula, ResponseFormula, SaturationFamily } from "@mmm/transforms";
import type { ChannelPriors } from "../calibration/priors.js";
import { defaultGraph } from "../causal/default-graph.js";
import type { GraphSource } from "../causal/types.js";
import type { EffectDrift } from "../structural/effect-path.js";

/** The KPI without media: what it is per unit, and how it moves. */
export interface Baseline {
  readonly kind: "movingLevel" | "constantLevel";
  /** Shocks that all units share in a period; undefined: with five or more units. */
  readonly commonShocks?: boolean;
}

/** A level per unit that moves slowly, as a random walk whose pace is learned. */
export function movingLevel(options: { readonly commonShocks?: boolean } = {}): Baseline {
  return { kind: "movingLevel", ...options };
}

/** A level per unit that does not move, beside trend and season. */
export function constantLevel(options: { readonly commonShocks?: boolean } = {}): Baseline {
  return { kind: "constantLevel", ...options };
}

export interface Seasonality {
  readonly kind: "fourier";
  /** Waves per year; undefined: as many as the frequency and the length of the data carry; 0: no season. */
  readonly harmonics?: number;
}

export function fourierSeason(options: { readonly harmonics?: number } = {}): Seasonality {
  return { kind: "fourier", ...options };
}

export function noSeason(): Seasonality {
  return { kind: "fourier", harmonics: 0 };
}

/**
 * A carryover or saturation curve: a known name, a family of your own (`defineAdstock`, `defineSaturation` of
 * `@mmm/transforms`), or a family with its tensor form, which a model with a network needs for curves of your own.
 */
export type Curve<Family, Formula> = string | Family | { readonly family: Family; readonly tensor: Formula };

/** One curve for all channels, or one per channel name; channels that are not named take the default. */
export type CurveSlot<Family, Formula> =
  | Curve<Family, Formula>
  | { readonly byChannel: Readonly<Record<string, Curve<Family, Formula>>> };

export type CarryoverSlot = CurveSlot<AdstockFamily, LagWeightFormula>;
export type SaturationSlot = CurveSlot<SaturationFamily, ResponseFormula>;

/** Size of the effects: non-negative, pooled over units as far as the data say. */
export interface Effects {
  readonly kind: "pooled";
  /** Part of the KPI that all channels together are believed not to exceed. Default 0.5. */
  readonly mediaCeiling?: number;
}

export function pooledEffects(options: { readonly mediaCeiling?: number } = {}): Effects {
  return { kind: "pooled", ...options };
}

/** Effects that do not change over time. */
export interface ConstantEffects {
  readonly kind: "constant";
}

export function constantEffects(): ConstantEffects {
  return { kind: "constant" };
}

/** Effects that walk from quarter to quarter, found by the float64 solver together with everything else. */
export interface WalkingEffects extends Partial<EffectDrift> {
  readonly kind: "walking";
}

/**
 * @param options.range an effect can grow to `1 + range` times its average and shrink to `1 / (1 + range)`, default 1
 * @param options.perYear typical change within a year on the log scale, before the data; default 0.6
 * @param options.knotsPerYear default 4
 */
export function walkingEffects(options: Partial<EffectDrift> = {}): WalkingEffects {
  return { kind: "walking", ...options };
}

/** Effects moved by a temporal engine, trained as a network. */
export interface NetworkEffects {
  readonly kind: "network";
  readonly engine: TemporalEngine;
  readonly range?: number;
}

/**
 * @param engine `gruPath()`, `localLevel()`, `knotPath()` of `@mmm/temporal-gru`, or your own
 * @example networkEffects(gruPath({ hidden: 8 }), { range: 0.5 })
 */
export function networkEffects<Params extends ParameterTree>(
  engine: TemporalEngine<Params>,
  options: { readonly range?: number } = {},
): NetworkEffects {
  return { kind: "network", engine: engine as unknown as TemporalEngine, ...options };
}

/** Which control columns enter. */
export type ControlsSlot = "all" | "none" | readonly string[];

export interface Noise {
  readonly kind: "huber" | "gaussian";
  /** Standardised residual from which an observation loses weight. */
  readonly threshold?: number;
}

export function huberNoise(threshold = 2): Noise {
  return { kind: "huber", threshold };
}

export function gaussianNoise(): Noise {
  return { kind: "gaussian" };
}

/** The slots of a model. */
export interface ModelSlots {
  readonly name: string;
  readonly baseline: Baseline;
  readonly seasonality: Seasonality;
  readonly carryover: CarryoverSlot;
  readonly saturation: SaturationSlot;
  readonly effects: Effects;
  /** A temporal engine alone stands for `networkEffects(engine)`. */
  readonly temporal: ConstantEffects | WalkingEffects | NetworkEffects | TemporalEngine;
  /**
   * Where the graph over the channels comes from, through which total effects run: an engine of `@mmm/causal`, a layer
   * (`layerGraph`), a known graph, or "none".
   */
  readonly causal: GraphSource;
  readonly controls: ControlsSlot;
  readonly noise: Noise;
  /** What is believed of returns or shares of channels, as ranges. */
  readonly priors: ChannelPriors;
}

/** A model, ready to be fitted to any panel. */
export interface Model extends ModelSlots {
  readonly specVersion: "v1";
}

const defaults: Model = {
  specVersion: "v1",
  name: "structural",
  baseline: movingLevel(),
  seasonality: fourierSeason(),
  carryover: "geometric",
  saturation: "hill",
  effects: pooledEffects(),
  temporal: constantEffects(),
  causal: defaultGraph(),
  controls: "all",
  noise: huberNoise(),
  priors: {},
};

/**
 * Compose a model; slots that are left out take the defaults of the preset `structural`.
 *
 * @example
 * const model = defineModel({ saturation: "michaelisMenten", temporal: walkingEffects(), noise: gaussianNoise() });
 * const fit = await fitModel(panel, model, { holdout: 13 });
 */
export function defineModel(slots: Partial<ModelSlots> = {}): Model {
  return { ...defaults, ...(Object.keys(slots).length > 0 && slots.name === undefined && { name: "own" }), ...slots };
}
