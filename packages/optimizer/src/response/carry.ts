// Carryover, then saturation, of one channel over the grid: what came before the horizon carries in, and what arrives
// after it counts where the channel says what goes on there.

import type { CurveDraw, GridChannel } from "./grid.js";

/** One channel on its part of the grid. */
export interface CarryingChannel {
  readonly channel: GridChannel;
  /** Where the channel's `[units, periods]` begin in arrays over the whole grid. */
  readonly offset: number;
  /** Lags that matter under any draw. */
  readonly reach: number;
  /** Periods after the horizon that count. */
  readonly tail: number;
}

/** Place a channel on the grid. */
export function carrying(channel: GridChannel, offset: number): CarryingChannel {
  const reach = effectiveLags(channel.draws);
  return { channel, offset, reach, tail: channel.after ? reach - 1 : 0 };
}

/** Room for the derivatives of one channel by its carried activity, over the longest reach of any. */
export function slopeBuffer(channels: readonly CarryingChannel[], width: number): Float64Array {
  return new Float64Array(width + Math.max(0, ...channels.map(({ tail }) => tail)));
}

/** Output of `family.derivatives` for any of the channels. */
export function derivativeBuffer(channels: readonly GridChannel[]): Float64Array {
  return new Float64Array(2 + Math.max(...channels.map(({ family }) => family.parameters.length), 0));
}

/**
 * KPI of a channel under one draw, counted from no activity at all.
 *
 * @param activity over the whole grid, `[channels, units, periods]`
 * @param slope receives the derivative by each activity of the channel when given
 * @param buffer from {@link derivativeBuffer}; `carriedSlope` from {@link slopeBuffer}
 */
export function carriedKpi(
  { channel, offset, reach, tail }: CarryingChannel,
  draw: number,
  grid: { readonly units: number; readonly width: number; readonly repeat: number },
  activity: Float64Array,
  slope: Float64Array | null,
  buffer: Float64Array,
  carriedSlope: Float64Array,
): number {
  const { width, repeat } = grid;
  const { weights, saturation, effect } = channel.draws[draw]!;
  const { family, activityScale, before, after } = channel;
  const lags = Math.min(weights.length, reach);
  const end = width + tail;
  let total = 0;
  for (let r = 0; r < grid.units; r++) {
    const start = offset + r * width;
    const past = before?.[r];
    const future = after?.[r] ?? 0;
    const scale = activityScale[r]!;
    let sum = 0;
    for (let t = 0; t < end; t++) {
      let carried = 0;
      for (let l = 0; l < lags; l++) {
        const s = t - l;
        if (s >= width) carried += weights[l]! * future;
        else if (s >= 0) carried += weights[l]! * activity[start + s]!;
        else if (past) carried += weights[l]! * (past[past.length + s] ?? 0);
      }
      if (slope) {
        family.derivatives(carried / scale, saturation, buffer, 0);
        sum += buffer[0]!;
        carriedSlope[t] = (repeat * effect[r]! * buffer[1]!) / scale;
      } else {
        sum += family.apply(carried / scale, saturation);
      }
    }
    total += repeat * effect[r]! * sum;
    if (!slope) continue;
    for (let s = 0; s < width; s++) {
      let own = 0;
      const furthest = Math.min(lags - 1, end - 1 - s);
      for (let l = 0; l <= furthest; l++) own += weights[l]! * carriedSlope[s + l]!;
      slope[start + s] = own;
    }
  }
  return total;
}

// Lags beyond which less than a millionth of the weight lies under every draw.
function effectiveLags(draws: readonly CurveDraw[]): number {
  let reach = 1;
  for (const { weights } of draws) {
    const total = weights.reduce((a, b) => a + Math.abs(b), 0);
    let rest = 0;
    let last = weights.length;
    while (last > 1 && rest + Math.abs(weights[last - 1]!) <= 1e-6 * total) rest += Math.abs(weights[--last]!);
    reach = Math.max(reach, last);
  }
  return reach;
}
