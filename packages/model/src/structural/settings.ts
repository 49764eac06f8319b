// Choices of the structural model that are fixed before the data are seen, with their defaults.

import { type Frequency, type Panel, periodsPerYear, usageError } from "@mmm/core";
import type { LiftTest } from "@mmm/data";
import type { AdstockFamily, SaturationFamily } from "@mmm/transforms/plain";
import type { ChannelPriors } from "../calibration/priors.js";
import type { GraphSource } from "../causal/types.js";
import { defaultDrift, type EffectDrift } from "./effect-path.js";
import type { OwnFamilies } from "./families.js";

/** One choice for all channels, or one per channel name: the name of a family, or a family itself. */
export type PerChannel<Family> = string | Family | Readonly<Record<string, string | Family>>;

export interface StructuralOptions {
  /** Periods at the end that the fit never sees. Default 0. */
  readonly holdout?: number;
  /** Lag-weight family for every channel, or per channel name: a known name, or a family of your own. Default `geometric`. */
  readonly carryover?: PerChannel<AdstockFamily>;
  /** Saturation family for every channel, or per channel name: a known name, or a family of your own. Default `hill`. */
  readonly saturation?: PerChannel<SaturationFamily>;
  /** Longest lag counted, in periods. Default: half a year, at most a quarter of the training periods. */
  readonly lags?: number;
  /** First periods of each unit left out of the likelihood because what ran before them is unknown. Default: half of `lags`, at most an eighth of a year. */
  readonly burnIn?: number;
  /**
   * Yearly harmonics; 0 switches the season off. Default: as many as the frequency and the length of the data carry, none
   * below one year of training periods; the season then goes on in forecasts only where the data speak for one. Harmonics
   * that you give always do.
   */
  readonly harmonics?: number;
  /**
   * Effects that change over time, shared by all units: a random walk from quarter to quarter whose size each channel
   * learns. Default false: constant effects.
   */
  readonly timeVarying?: boolean | Partial<EffectDrift>;
  /** Random-walk level per unit. Default true. */
  readonly level?: boolean;
  /** Shocks shared by all units in a period. Default: true with five or more units. */
  readonly commonShocks?: boolean;
  /**
   * Part of a unit's mean KPI that all channels together are believed not to exceed; more is possible but must be paid
   * for (standard deviation .05). Raise it for a business that lives on advertising. Default 0.5.
   */
  readonly mediaCeiling?: number;
  /** Standardised residual beyond which an observation loses weight (Huber). Default 2; Infinity for Gaussian noise. */
  readonly huber?: number;
  /** Lift tests that enter the likelihood on what they measured. One that reaches into the holdout is compared only. */
  readonly liftTests?: readonly LiftTest[];
  /** What return or what share of the KPI is believed of a channel: ranges that hold it with probability 90 %. */
  readonly priors?: ChannelPriors;
  /** Posterior draws behind every interval. Default 300. */
  readonly draws?: number;
  /** Probability mass of the intervals. Default 0.9. */
  readonly interval?: number;
  readonly seed?: number;
  /**
   * Graph over the channels, through which total effects run: an engine or layer that learns it from the channels'
   * activity, a known graph, or "none". Default: DirectLiNGAM, see `defaultGraph`.
   */
  readonly graph?: GraphSource;
}

export interface StructuralSettings {
  readonly holdout: number;
  readonly lags: number;
  readonly burnIn: number;
  readonly harmonics: number;
  /** True where harmonics were chosen by default. */
  readonly seasonByDefault: boolean;
  readonly weekdays: boolean;
  readonly frequency: Frequency;
  readonly timeVarying: EffectDrift | null;
  readonly level: boolean;
  readonly commonShocks: boolean;
  readonly mediaCeiling: number;
  readonly huber: number;
  readonly liftTests: readonly LiftTest[];
  readonly priors: ChannelPriors;
  readonly draws: number;
  readonly interval: number;
  readonly seed: number;
  readonly carryover: readonly string[];
  readonly saturation: readonly string[];
  /** Families of the user's own among them; values, so they are not saved. */
  readonly own: OwnFamilies;
}

/** Fill in the defaults that depend on the panel. */
export function resolveSettings(panel: Panel, options: StructuralOptions = {}): StructuralSettings {
  const periods = panel.periods.length;
  const holdout = wholeNumber("holdout", options.holdout ?? 0, 0, periods - 1);
  const training = periods - holdout;
  const yearly = periodsPerYear[panel.frequency];
  const halfYear = Math.max(1, Math.round(yearly / 2));
  const lags = wholeNumber(
    "lags",
    options.lags ?? Math.max(1, Math.min(halfYear, 60, Math.floor(training / 4))),
    1,
    training,
  );
  const burnIn = wholeNumber(
    "burnIn",
    options.burnIn ?? Math.min(Math.floor(lags / 2), Math.floor(training / 8), Math.ceil(yearly / 8)),
    0,
    training - 1,
  );
  const carryover = perChannel(panel, "carryover", options.carryover, "geometric");
  const saturation = perChannel(panel, "saturation", options.saturation, "hill");
  return {
    holdout,
    lags,
    burnIn,
    harmonics: wholeNumber(
      "harmonics",
      options.harmonics ?? defaultHarmonics(panel.frequency, training / yearly),
      0,
      26,
    ),
    seasonByDefault: options.harmonics === undefined,
    weekdays: panel.frequency === "day" && training >= 28,
    frequency: panel.frequency,
    timeVarying: driftOf(options.timeVarying ?? false),
    level: options.level ?? true,
    commonShocks: options.commonShocks ?? panel.units.length >= 5,
    mediaCeiling: fraction("mediaCeiling", options.mediaCeiling ?? 0.5),
    huber: options.huber ?? 2,
    liftTests: options.liftTests ?? [],
    priors: options.priors ?? {},
    draws: wholeNumber("draws", options.draws ?? 300, 20, 100_000),
    interval: options.interval ?? 0.9,
    seed: options.seed ?? 1,
    carryover: carryover.names,
    saturation: saturation.names,
    own: { carryover: carryover.own, saturation: saturation.own },
  };
}

function defaultHarmonics(frequency: Frequency, years: number): number {
  if (frequency === "year" || years < 1) return 0;
  if (frequency === "quarter") return 1;
  if (years < 1.5) return 1;
  return years < 2 || frequency === "month" ? 2 : 3;
}

function driftOf(choice: boolean | Partial<EffectDrift>): EffectDrift | null {
  if (choice === false) return null;
  const drift = { ...defaultDrift, ...(choice === true ? {} : choice) };
  for (const [name, value] of Object.entries(drift)) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw usageError("BAD_OPTION", `timeVarying.${name} is ${value}; it must be above 0.`, `Choose another ${name}.`);
  }
  return drift;
}

/** True for a family itself, false for choices by channel. */
export function isFamily<Family extends object>(choice: PerChannel<Family>): choice is Family {
  return typeof choice === "object" && "parameters" in choice;
}

function perChannel<Family extends { readonly id: string }>(
  panel: Panel,
  what: string,
  choice: PerChannel<Family> | undefined,
  fallback: string,
): { readonly names: string[]; readonly own: Record<string, Family> } {
  const own: Record<string, Family> = {};
  const nameOf = (one: string | Family): string => {
    if (typeof one === "string") return one;
    own[one.id] = one;
    return one.id;
  };
  return { names: chosen(), own };

  function chosen(): string[] {
    const names = panel.roles.channels.map((channel) => channel.name);
    if (choice !== undefined && typeof choice !== "string" && !isFamily(choice)) {
      const unknown = Object.keys(choice).filter((name) => !names.includes(name));
      if (unknown.length > 0) {
        throw usageError(
          "UNKNOWN_CHANNEL",
          `${what} names '${unknown.join("', '")}', but the channels are: ${names.join(", ")}.`,
          "Use the channel names as printed by `mmm inspect`.",
        );
      }
      return names.map((name) => nameOf(choice[name] ?? fallback));
    }
    return names.map(() => nameOf((choice as string | Family | undefined) ?? fallback));
  }
}

function fraction(name: string, value: number): number {
  if (value > 0 && value <= 1) return value;
  throw usageError("BAD_OPTION", `${name} is ${value}; it must be above 0 and at most 1.`, `Choose another ${name}.`);
}

function wholeNumber(name: string, value: number, lower: number, upper: number): number {
  if (!Number.isInteger(value) || value < lower || value > upper) {
    throw usageError(
      "BAD_OPTION",
      `${name} is ${value}; it must be a whole number from ${lower} to ${upper} for these data.`,
      `Choose another ${name}, or leave it out for the default.`,
    );
  }
  return value;
}
