// What the KPI would lack without some activity of one channel: the channel's own response, and that of the channels
// which follow it through the graph, with and without.

import { pathsOf } from "../causal/intervention.js";
import type { SpillOver } from "../causal/types.js";
import type { Design } from "../structural/design.js";
import type { EvidencePoint, EvidenceSlope } from "../structural/evidence.js";
import type { Layout } from "../structural/parameters.js";
import { channelResponse, observedCells, type ResponseCells } from "./channel-response.js";

/** A function of the parameters in natural units, with its derivative. */
export type Quantity = (point: EvidencePoint, slope?: EvidenceSlope) => number;

/** The window and the missing activity of one unit. */
export interface Contrast {
  readonly unit: number;
  /** Scaled activity that goes missing in the source, `[lags − 1 + periods]`; negative where there would be more. */
  readonly missing: Float64Array;
  /** Periods `from … to − 1` count, each as much as `weightOf` says. */
  readonly from: number;
  readonly to: number;
  readonly weightOf: (period: number) => number;
}

/**
 * Weighted KPI with the activity as it was minus that without what goes missing.
 *
 * @param spillOver the graph, through which activity of other channels goes missing too; null: only the channel's own
 */
export function contrastQuantity(
  { design, layout }: { readonly design: Design; readonly layout: Layout },
  source: number,
  contrasts: readonly Contrast[],
  spillOver: SpillOver | null,
): Quantity {
  const followers =
    spillOver === null
      ? []
      : (pathsOf(spillOver, design.channels).find((path) => path.source === source)?.followers ?? []);
  const terms = [source, ...followers.map(({ channel }) => channel)].map((channel) => ({
    channel,
    actual: [] as ResponseCells[],
    without: [] as ResponseCells[],
  }));
  for (const { unit, missing, from, to, weightOf } of contrasts) {
    const gone = new Map([[source, missing]]);
    for (const { channel, parents } of followers) {
      const lost = new Float64Array(missing.length);
      for (const parent of parents) {
        const cause = gone.get(parent.from)!;
        for (let t = parent.lag; t < lost.length; t++) lost[t]! += parent.rate * cause[t - parent.lag]!;
      }
      gone.set(channel, lost);
    }
    for (const { channel, actual, without } of terms) {
      const cells = observedCells(design, channel, unit, from, to, weightOf);
      const lost = gone.get(channel)!;
      actual.push(cells);
      without.push({ ...cells, activity: cells.activity.map((x, i) => Math.max(0, x - lost[from + i]!)) });
    }
  }
  const model = { layout, lags: design.lags };
  return (point, slope) => {
    let sum = 0;
    for (const { channel, actual, without } of terms) {
      sum += channelResponse(model, channel, actual, 1, point, slope);
      sum += channelResponse(model, channel, without, -1, point, slope);
    }
    return sum;
  };
}
