import type { FitView } from "@mmm/model";
import { createFormat, shareDistance } from "@mmm/viz";
import { textTable } from "../terminal/table.js";
import { wrap } from "../terminal/wrap.js";
import { percentRange, range } from "./fit-summary.js";

/** Estimates beside the truth of a simulation, per channel: is the truth inside the interval? */
export function answerKeyTable(view: FitView, width: number): string {
  const format = createFormat({ currency: view.currency, frequency: view.frequency });
  const estimates = new Map(view.result.channels.map((channel) => [channel.name, channel]));
  let hits = 0;
  let asked = 0;
  const mark = (truth: number, { lower, upper }: { lower: number; upper: number }): string => {
    const hit = truth >= lower && truth <= upper;
    asked++;
    if (hit) hits++;
    return hit ? "hit" : "MISS";
  };
  const rows = (view.answerKey?.channels ?? []).flatMap((truth) => {
    const estimate = estimates.get(truth.name);
    if (estimate === undefined) return [];
    const { share, roi } = estimate;
    const roiCells =
      roi === null || truth.roi === null
        ? ["–", "–", ""]
        : [format.value(truth.roi, "ratio"), range(roi, "ratio", format), mark(truth.roi, roi)];
    return [
      [truth.name, `${(100 * truth.share).toFixed(0)}%`, percentRange(share), mark(truth.share, share), ...roiCells],
    ];
  });
  const columns = [
    { head: "Channel", align: "left" },
    { head: "share" },
    { head: "estimate" },
    { head: "", align: "left" },
    { head: "ROI" },
    { head: "estimate" },
    { head: "", align: "left" },
  ] as const;
  const distance = shareDistance(view);
  const wrong =
    distance === null ? "" : ` ${(100 * distance).toFixed(1)}% of the media effect is credited to the wrong channel.`;
  return [
    textTable(columns, rows, { width, indent: 0 }),
    wrap(
      `The truth lies inside the ${Math.round(100 * view.result.interval)}% interval ${hits} of ${asked} times.${wrong}`,
      { width },
    ),
  ].join("\n");
}
