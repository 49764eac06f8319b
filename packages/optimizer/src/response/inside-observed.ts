// A plan with every period held to the most that the data have shown in one period: what of it has been tried before.

import type { CarryingChannel } from "./carry.js";
import type { Place } from "./lay-cells.js";

/**
 * Factor per (channel, unit, period) that holds the spend there to what was observed; 1 where it is inside. Units that
 * share a cell share their limit: their sum counts.
 *
 * @param spend per cell
 */
export function holdInside(
  channels: readonly CarryingChannel[],
  places: readonly Place[],
  grid: { readonly units: number; readonly width: number; readonly perUnit: boolean },
  spend: Float64Array,
): Float64Array {
  const { units, width, perUnit } = grid;
  const factors = new Float64Array(channels.length * units * width).fill(1);
  for (const { channel, offset } of channels) {
    const groups = perUnit ? channel.observed.upper.length : 1;
    for (let g = 0; g < groups; g++) {
      const own = perUnit ? [g] : Array.from({ length: units }, (_, r) => r);
      const most = own.reduce((sum, r) => sum + channel.observed.upper[r]!, 0);
      for (let t = 0; t < width; t++) {
        let sum = 0;
        let today = 0;
        for (const r of own) {
          const { cell, share } = places[offset + r * width + t]!;
          sum += spend[cell]! * share;
          today += channel.current[r * width + t]!;
        }
        // Today's own spend counts as observed, also where a price change raised it.
        const limit = Math.max(most, today);
        if (sum > limit) for (const r of own) factors[offset + r * width + t] = limit / sum;
      }
    }
  }
  return factors;
}
