import type { SpillOver } from "../causal/types.js";
import type { Fit } from "../fit/fit.js";
import { type ChannelSums, type ContributionParts, channelSums } from "./channel-sums.js";

/** Contributions at the mode and at every posterior draw. */
export interface PosteriorSums {
  readonly mode: ChannelSums;
  readonly draws: readonly ChannelSums[];
  /** By period and by unit: at the mode first, then per draw. Without a graph `total` is `direct`. */
  readonly parts: { readonly direct: readonly ContributionParts[]; readonly total: readonly ContributionParts[] };
}

const known = new WeakMap<Fit, PosteriorSums>();

/** Evaluates every draw over the whole panel: the larger part of reading a fit, so each fit is read once. */
export function posteriorSums(fit: Fit): PosteriorSums {
  const before = known.get(fit);
  if (before) return before;
  const { design, draws, learned, causal } = fit;
  const { units, periods, channels } = design;
  const partsOf = (): ContributionParts[] =>
    Array.from({ length: draws.count + 1 }, () => ({
      byPeriod: new Float64Array(channels * periods),
      byUnit: new Float64Array(channels * units),
    }));
  const direct = partsOf();
  const total = causal ? partsOf() : direct;
  const sumsOf = channelSums(fit);
  const at = (i: number) => ({ direct: direct[i]!, total: total[i]! });
  const sums: PosteriorSums = {
    mode: sumsOf(learned.mode.shared, learned.mode.own, causal?.spillOver, at(0)),
    draws: draws.shared.map((shared, d) => sumsOf(shared, draws.own[d]!, spillOverOfDraw(fit, d), at(d + 1))),
    parts: { direct, total },
  };
  known.set(fit, sums);
  return sums;
}

/** The replicate of the graph that goes with a posterior draw. */
export function spillOverOfDraw({ causal }: Pick<Fit, "causal">, draw: number): SpillOver | undefined {
  return causal?.draws[draw % causal.draws.length];
}
