import type { ChannelPlan, Plan } from "@mmm/optimizer";
import { shortLabels } from "../chart/labels.js";

/** A channel of a plan with its label on charts. */
export interface PlannedChannel extends ChannelPlan {
  readonly label: string;
}

/** Channels by falling spend in the plan. */
export function plannedChannels({ channels }: Plan): PlannedChannel[] {
  const labels = shortLabels(channels.map(({ name }) => name));
  return channels
    .map((channel, i) => ({ ...channel, label: labels[i]! }))
    .sort((a, b) => b.optimal.spend - a.optimal.spend || b.current.spend - a.current.spend);
}

/** "+14%", "−50%", "new". */
export function changeWords(change: number | null): string {
  if (change === null) return "new";
  const percent = Math.round(100 * change);
  return percent === 0 ? "same" : `${percent > 0 ? "+" : "−"}${Math.abs(percent)}%`;
}
