// What spill-over cannot look like. If activity of one channel brings about activity of another, then the other is not
// off while the first runs. This is the one thing that the sign of activity says for free; it refutes most edges that a
// hidden common driver would fake, and it orients edges that moments alone leave open.

import type { ActivityRows } from "./activity.js";
import { laggedGram } from "./rates.js";

/** An edge is refuted when activity falls below half of what it would bring about in more than this part of the rows. */
const tolerated = 0.025;

/**
 * Pairs `[from, to]` (columns of `rows`) that no lag up to `lags` allows: with the slope b of `to` on `from`,
 * `activity_to[t] < ½ b · activity_from[t − lag]` in more than 2.5 % of the rows and at least two of them.
 */
export function contradictions(rows: ActivityRows, lags: number): [from: number, to: number][] {
  const size = rows.channels.length;
  const k = (lags + 1) * size;
  const gram = laggedGram(rows, lags, null);
  const refuted: [number, number][] = [];
  for (let from = 0; from < size; from++) {
    for (let to = 0; to < size; to++) {
      if (from === to) continue;
      let possible = false;
      for (let lag = 0; lag <= lags && !possible; lag++) {
        const column = lag * size + from;
        const slope = gram[column * k + to]! / gram[column * k + column]!;
        possible = !(slope > 0) || !isContradicted(rows, from, to, lag, 0.5 * slope);
      }
      if (!possible) refuted.push([from, to]);
    }
  }
  return refuted;
}

function isContradicted(
  { raw, channels, runOffsets }: ActivityRows,
  from: number,
  to: number,
  lag: number,
  rate: number,
) {
  const size = channels.length;
  let count = 0;
  let against = 0;
  for (let run = 0; run + 1 < runOffsets.length; run++) {
    for (let i = runOffsets[run]! + lag; i < runOffsets[run + 1]!; i++) {
      count++;
      if (raw[i * size + to]! < rate * raw[(i - lag) * size + from]!) against++;
    }
  }
  return against >= 2 && against > tolerated * count;
}
