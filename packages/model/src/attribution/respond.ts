// The response curve read at any activity or spend: of one unit or of all, direct or through the graph.

import { usageError } from "@mmm/core";
import { type Path, pathsOf } from "../causal/intervention.js";
import type { SpillOver } from "../causal/types.js";
import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import type { ChannelState } from "../structural/channel-curve.js";
import { deviationOf } from "../structural/forward.js";
import { intervalOf } from "../uncertainty/interval.js";
import { type ChannelTotals, channelTotals, curveStates } from "./curves.js";
import { spillOverOfDraw } from "./posterior-sums.js";

export interface RespondOptions {
  /** Name of one unit. Default: all units, each at the same multiple of its own mean. */
  readonly unit?: string;
  /** True: levels are spend, at the average price of the data. Default: activity. */
  readonly spend?: boolean;
}

export interface Response {
  /** Level of activity (or spend) per period. */
  readonly level: number;
  /** KPI per period at that level held steady, against none. */
  readonly direct: Interval;
  /** The same with what the channel sets off in others, which otherwise stay at their means. */
  readonly total: Interval;
  /** False beyond what was seen in the training periods. */
  readonly observed: boolean;
}

/**
 * Steady-state response of a channel at any levels.
 *
 * `direct(x) = Σ_r scale_r β e^{ε_r} S(m x̄_r)` with `m = x / Σ_r x̄_r`; `total` adds, for every follower j,
 * `Σ_r scale_r β_j e^{ε_rj} (S_j(x̄_rj) − S_j(x̄_rj − missing_rj))` where `missing` is what the channel brings about at its
 * mean, plus or minus what it brings about more or less at the level asked for. Effects that change over time enter at
 * their average.
 *
 * @param levels per period, summed over units, or of the unit
 * @throws MmmError `UNKNOWN_CHANNEL`, `UNKNOWN_UNIT`, `BAD_OPTION` for a level below 0 or a channel without spend
 * @example respond(fit, "tv", [0, 5e4, 1e5], { spend: true })
 */
export function respond(
  fit: Fit,
  channel: string,
  levels: readonly number[],
  { unit, spend = false }: RespondOptions = {},
): Response[] {
  const { panel, design, draws, learned, settings } = fit;
  const names = panel.roles.channels.map(({ name }) => name);
  const c = indexOf(names, channel, "channel");
  const units = unit === undefined ? panel.units.map((_, r) => r) : [indexOf(panel.units, unit, "unit")];
  const totals = names.map((_, k) => channelTotals(fit, k));
  const current = units.reduce((sum, r) => sum + totals[c]!.unitMean[r]!, 0);
  const price = spend ? priceOf(totals[c]!, channel) : 1;
  const highest = highestSeen(fit, c, units);
  const states = curveStates(fit);
  const paths = new Map<SpillOver | undefined, Path | undefined>();
  const pathFor = (spillOver: SpillOver | undefined): Path | undefined => {
    if (!paths.has(spillOver)) {
      const all = spillOver === undefined ? [] : pathsOf(spillOver, design.channels);
      paths.set(
        spillOver,
        all.find(({ source }) => source === c),
      );
    }
    return paths.get(spillOver);
  };
  return levels.map((level): Response => {
    if (!(level >= 0)) {
      throw usageError(
        "BAD_OPTION",
        `A level of '${channel}' is ${level}; it must be 0 or more.`,
        "Give other levels.",
      );
    }
    const activity = level / price;
    const multiple = current === 0 ? 0 : activity / current;
    const at = (curves: readonly ChannelState[], own: Float64Array, spillOver: SpillOver | undefined) =>
      effectsAt(fit, curves, own, pathFor(spillOver), totals, c, units, multiple);
    const mode = at(states.mode, learned.mode.own, fit.causal?.spillOver);
    const drawn = draws.shared.map((_, d) => at(states.draws[d]!, draws.own[d]!, spillOverOfDraw(fit, d)));
    const estimate = (of: (effects: typeof mode) => number): Interval =>
      intervalOf(of(mode), drawn.map(of), settings.interval);
    return {
      level,
      direct: estimate(({ direct }) => direct),
      total: estimate(({ total }) => total),
      observed: activity <= highest,
    };
  });
}

function effectsAt(
  { design, layout }: Fit,
  curves: readonly ChannelState[],
  own: Float64Array,
  path: Path | undefined,
  totals: readonly ChannelTotals[],
  source: number,
  units: readonly number[],
  multiple: number,
): { readonly direct: number; readonly total: number } {
  const { channels, scales } = design;
  let direct = 0;
  let through = 0;
  const brought = new Float64Array(channels);
  for (const r of units) {
    const response = (j: number, scaled: number): number => {
      const { saturation } = layout.channels[j]!;
      const deviation = deviationOf(layout, own, r, j);
      return scales.kpi[r]! * curves[j]!.effect * deviation * saturation.apply(scaled, curves[j]!.saturation);
    };
    const mean = (j: number): number => totals[j]!.unitMean[r]! / scales.activity[r * channels + j]!;
    direct += response(source, multiple * mean(source));
    if (path === undefined) continue;
    brought[source] = mean(source);
    for (const { channel: j, parents } of path.followers) {
      brought[j] = parents.reduce((sum, { from, rate }) => sum + rate * brought[from]!, 0);
      const without = Math.max(0, mean(j) - brought[j]!);
      through += response(j, without + multiple * (mean(j) - without)) - response(j, without);
    }
  }
  return { direct, total: direct + through };
}

function indexOf(names: readonly string[], name: string, what: "channel" | "unit"): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const some = names.slice(0, 8).join(", ");
  throw usageError(
    what === "channel" ? "UNKNOWN_CHANNEL" : "UNKNOWN_UNIT",
    `The fit has no ${what} '${name}'; it has: ${some}${names.length > 8 ? ", …" : ""}.`,
    `Give the name of a ${what} of the fit.`,
  );
}

function priceOf({ spend, activity }: ChannelTotals, channel: string): number {
  if (spend !== null && activity > 0 && spend > 0) return spend / activity;
  throw usageError("BAD_OPTION", `The cost of '${channel}' is not known.`, "Give levels of activity instead of spend.");
}

/** Highest activity per period of these units together in the training periods. */
function highestSeen({ design }: Fit, c: number, units: readonly number[]): number {
  const { channels, periods, lags, trainingEnd, observed, scales } = design;
  const width = lags - 1 + periods;
  let highest = 0;
  for (let t = 0; t < trainingEnd; t++) {
    let sum = 0;
    for (const r of units) {
      if (observed[r * periods + t] !== 1) continue;
      sum += scales.activity[r * channels + c]! * design.activity[(r * channels + c) * width + lags - 1 + t]!;
    }
    highest = Math.max(highest, sum);
  }
  return highest;
}
