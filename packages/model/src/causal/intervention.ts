// What follows when a channel is switched off: its own activity is set to zero, what it would have brought about in
// other channels goes missing there, and the response of each is computed again. Edges into the channel are cut; edges
// out of it, and on from there, are followed.

import { topologicalOrder } from "@mmm/causal";
import { columnValues } from "@mmm/core";
import { derivativesAlong } from "@mmm/transforms/plain";
import type { Fit } from "../fit/fit.js";
import { type ChannelState, convolve } from "../structural/channel-curve.js";
import type { UnitWorkspace } from "../structural/forward.js";
import type { SpillOver } from "./types.js";

/** Channels that follow one source, each after all that it depends on within a period. */
export interface Path {
  readonly source: number;
  readonly followers: readonly {
    readonly channel: number;
    readonly parents: readonly { readonly from: number; readonly lag: number; readonly rate: number }[];
  }[];
}

/** The paths of all channels that have followers; empty without edges. */
export function pathsOf({ rates, lags }: SpillOver, channels: number): Path[] {
  const parents = Array.from({ length: channels }, (_, to) => {
    const list: { from: number; lag: number; rate: number }[] = [];
    for (let lag = 0; lag <= lags; lag++) {
      for (let from = 0; from < channels; from++) {
        const rate = rates[(lag * channels + from) * channels + to]!;
        if (rate !== 0) list.push({ from, lag, rate });
      }
    }
    return list;
  });
  const now = Uint8Array.from({ length: channels * channels }, (_, i) => (rates[i] === 0 ? 0 : 1));
  const order = topologicalOrder(now);
  return Array.from({ length: channels }, (_, source): Path => {
    const reached = new Set([source]);
    for (let before = 0; before !== reached.size; ) {
      before = reached.size;
      parents.forEach((list, to) => {
        if (list.some(({ from }) => reached.has(from))) reached.add(to);
      });
    }
    const followers = order
      .filter((channel) => channel !== source && reached.has(channel))
      .map((channel) => ({ channel, parents: parents[channel]!.filter(({ from }) => reached.has(from)) }));
    return { source, followers };
  }).filter(({ followers }) => followers.length > 0);
}

/**
 * Activity that goes missing under `do(source = 0)`, for the source and its followers, before it is capped at what
 * there was: `[channels, width]`, `missing_j[t] = Σ rate · missing_parent[t − lag]`.
 *
 * @param activity scaled activity of one unit, `[channels, width]` from `offset` on
 */
export function missingActivity(
  { source, followers }: Path,
  activity: Float64Array,
  offset: number,
  width: number,
  out: Float64Array,
): void {
  const own = offset + source * width;
  out.set(activity.subarray(own, own + width), source * width);
  if (followers.every(({ parents }) => parents.every(({ lag }) => lag === 0))) {
    for (const { channel, parents } of followers) {
      const at = channel * width;
      out.fill(0, at, at + width);
      for (const { from, rate } of parents) {
        for (let t = 0; t < width; t++) out[at + t]! += rate * out[from * width + t]!;
      }
    }
    return;
  }
  for (let t = 0; t < width; t++) {
    for (const { channel, parents } of followers) {
      let sum = 0;
      for (const { from, lag, rate } of parents) if (t >= lag) sum += rate * out[from * width + t - lag]!;
      out[channel * width + t] = sum;
    }
  }
}

/** Total effects of one unit; made once, filled for each unit and parameter vector. */
export interface UnitTotals {
  /** Prediction minus prediction under `do(channel = 0)`, scaled KPI, `[channels, periods]`. */
  readonly contribution: Float64Array;
  /** Its derivative by the logarithm of the channel's activity, `[channels, periods]`. */
  readonly marginal: Float64Array;
  /** Spend of other channels that follows the channel, `[channels, periods]`; 0 where no cost is known. */
  readonly induced: Float64Array;
}

/**
 * Fills {@link UnitTotals} for unit `r`; the result is overwritten by the next call.
 *
 * @param work filled for unit `r` by `evaluateUnit` with the same parameters as `curves`
 */
export type FillTotals = (
  paths: readonly Path[],
  curves: readonly ChannelState[],
  r: number,
  work: UnitWorkspace,
) => UnitTotals;

export function totalsOf(fit: Pick<Fit, "design" | "layout" | "panel">): FillTotals {
  const { design, layout, panel } = fit;
  const { channels, periods, lags } = design;
  const width = lags - 1 + periods;
  const totals: UnitTotals = {
    contribution: new Float64Array(channels * periods),
    marginal: new Float64Array(channels * periods),
    induced: new Float64Array(channels * periods),
  };
  const spend = panel.roles.channels.map(({ spend: name }) => (name === null ? null : columnValues(panel, name)));
  const missing = new Float64Array(channels * width);
  const rest = new Float64Array(width);
  const most = Math.max(...layout.channels.map(({ saturation }) => saturation.parameters.length));
  const response = new Float64Array((2 + most) * periods);
  const without = new Float64Array(periods);
  const change = new Float64Array(periods);

  return (paths, curves, r, work) => {
    totals.contribution.set(work.media);
    totals.marginal.set(work.marginal);
    totals.induced.fill(0);
    const offset = r * channels * width;
    for (const path of paths) {
      const own = path.source * periods;
      missingActivity(path, design.activity, offset, width, missing);
      for (const { channel: j } of path.followers) {
        const { saturation } = layout.channels[j]!;
        const curve = curves[j]!;
        const cost = spend[j];
        for (let t = 0; t < width; t++) {
          rest[t] = Math.max(0, design.activity[offset + j * width + t]! - missing[j * width + t]!);
        }
        convolve(rest, 0, curve.weights, 0, lags, without, 0, periods);
        convolve(missing, j * width, curve.weights, 0, lags, change, 0, periods);
        derivativesAlong(saturation, without, curve.saturation, response);
        for (let t = 0; t < periods; t++) {
          const i = j * periods + t;
          if (work.saturated[i]! > 0) {
            const kept = response[t]! / work.saturated[i]!;
            totals.contribution[own + t]! += work.media[i]! * (1 - kept);
            totals.marginal[own + t]! += (work.marginal[i]! / work.stock[i]!) * change[t]!;
          }
          if (!cost) continue;
          const activity = design.activity[offset + j * width + lags - 1 + t]!;
          const paid = cost[r * periods + t]!;
          if (activity > 0 && paid > 0) {
            totals.induced[own + t]! += paid * Math.min(1, missing[j * width + lags - 1 + t]! / activity);
          }
        }
      }
    }
    return totals;
  };
}
