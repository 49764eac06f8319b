// Everything that can be set, with the defaults used for every figure in the README.

import type { CausalConstraints } from "@mmm/core";
import { usageError } from "@mmm/core";
import { type ResponseShape, responseShapes, type Saturation } from "../response/shapes.js";

export interface GrangerViSettings {
  readonly seed?: number;
  /** Memories tried per edge, weight kept per step; `[0]` switches carry-over off. Default 0.2, 0.45, 0.7. */
  readonly decays?: readonly number[];
  /** Bends tried per edge; `["linear"]` switches saturation off. Default linear, concave, s-shaped. */
  readonly saturations?: readonly Saturation[];
  /**
   * Steps that a response may wait beyond the usual one. "auto" also tries one more step and keeps it when the bound is
   * better on a sample of the shops. Default "auto".
   */
  readonly delays?: readonly number[] | "auto";
  /** Own past steps always in the model; "auto" finds 1 to 4 by BIC over all shops. Default "auto". */
  readonly ownLags?: number | "auto";
  /** Period of the season in steps, 0 for none, "auto" to look for one. Default "auto". */
  readonly seasonPeriod?: number | "auto";
  /** Pairs of waves per season. Default 3. */
  readonly harmonics?: number;
  /** "none": every edge of every shop has the same fixed prior, no strength is shared. Default "mixture". */
  readonly sharing?: "mixture" | "none";
  /**
   * "student": the tails of each node's noise are found over all shops, and outliers count for less; "gaussian": every
   * step counts alike. Default "student".
   */
  readonly noise?: "student" | "gaussian";
  /** Numbers of clusters tried. Default 2, 3, 4, 6, 8, 10, 12. */
  readonly clusters?: readonly number[];
  readonly restarts?: number;
  /** Let responses depend on the shops' context. Default true. */
  readonly useContext?: boolean;
  /** Prior mean share of pairs that are edges. Default 0.2. */
  readonly edgePrior?: number;
  /** Edges at least this probable are selected. Default 0.5. */
  readonly threshold?: number;
  /** Shops the population is learned from, sampled evenly; all shops are scored. Default 2000. */
  readonly learnShops?: number;
  /** Shops per block. Default 250. */
  readonly blockShops?: number;
  readonly constraints?: CausalConstraints;
}

/** Settings with everything decided but what "auto" leaves to the data. */
export interface GivenSettings extends Omit<ResolvedSettings, "ownLags"> {
  readonly ownLags: number | "auto";
  /** More shapes to try, with delays; empty when the delays are given. */
  readonly delayedShapes: readonly ResponseShape[];
}

export interface ResolvedSettings {
  readonly seed: number;
  readonly shapes: readonly ResponseShape[];
  readonly ownLags: number;
  readonly seasonPeriod: number | "auto";
  readonly harmonics: number;
  readonly sharing: "mixture" | "none";
  readonly noise: "student" | "gaussian";
  readonly clusters: readonly number[];
  readonly restarts: number;
  readonly useContext: boolean;
  readonly edgePrior: number;
  readonly threshold: number;
  readonly learnShops: number;
  readonly blockShops: number;
  readonly constraints: CausalConstraints | null;
}

/** Check settings and fill in defaults. */
export function resolveSettings(settings: GrangerViSettings = {}): GivenSettings {
  const {
    seed = 1,
    decays = [0.2, 0.45, 0.7],
    saturations = ["linear", "concave", "s-shaped"],
    delays = "auto",
    ownLags = "auto",
    seasonPeriod = "auto",
    harmonics = 3,
    sharing = "mixture",
    noise = "student",
    clusters = [2, 3, 4, 6, 8, 10, 12],
    restarts = 2,
    useContext = true,
    edgePrior = 0.2,
    threshold = 0.5,
    learnShops = 2000,
    blockShops = 250,
    constraints,
  } = settings;
  const positive = (name: string, value: number, least: number) => {
    if (!Number.isInteger(value) || value < least) {
      throw usageError("BAD_SETTING", `${name} is ${value}; it must be a whole number of at least ${least}.`);
    }
  };
  if (ownLags !== "auto") positive("ownLags", ownLags, 1);
  positive("harmonics", harmonics, 0);
  positive("restarts", restarts, 1);
  positive("learnShops", learnShops, 1);
  positive("blockShops", blockShops, 1);
  if (seasonPeriod !== "auto" && seasonPeriod !== 0) positive("seasonPeriod", seasonPeriod, 2);
  for (const [name, value] of [
    ["edgePrior", edgePrior],
    ["threshold", threshold],
  ] as const) {
    if (!(value > 0 && value < 1)) throw usageError("BAD_SETTING", `${name} is ${value}; it must lie between 0 and 1.`);
  }
  if (decays.length === 0 || decays.some((decay) => !(decay >= 0 && decay < 1))) {
    throw usageError("BAD_SETTING", `decays are [${decays.join(", ")}]; give at least one, each in [0, 1).`);
  }
  if (delays !== "auto") {
    if (delays.length === 0) throw usageError("BAD_SETTING", "delays is empty; give at least one, for example [0].");
    for (const delay of delays) positive("delays", delay, 0);
  }
  if (saturations.length === 0) throw usageError("BAD_SETTING", "saturations is empty; give at least one.");
  return {
    seed,
    shapes: responseShapes(decays, saturations, delays === "auto" ? [0] : delays),
    delayedShapes: delays === "auto" ? responseShapes(decays, saturations, [0, 1]) : [],
    ownLags,
    seasonPeriod,
    harmonics,
    sharing,
    noise,
    clusters,
    restarts,
    useContext,
    edgePrior,
    threshold,
    learnShops,
    blockShops,
    constraints: constraints ?? null,
  };
}
