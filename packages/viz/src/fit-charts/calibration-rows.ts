// Rows with several estimates of the same quantity, one below the other.

import type { Interval } from "@mmm/model";
import { markSeries, whiskerSeries } from "../chart/pieces.js";
import type { ColorName } from "../theme/palette.js";

/** One estimate of every row; null where a row lacks it. */
export interface Estimates {
  readonly name: string;
  readonly tone: ColorName;
  readonly mark: "dot" | "diamond";
  readonly intervals: readonly (Interval | null)[];
}

/** Height of a row with three estimates, in pixels. */
export const threeRows = 58;

/** Marks with whiskers, the sets of estimates shifted so that they do not cover each other. */
export function estimateSeries(sets: readonly Estimates[], tips: readonly string[], apart = 14): object[] {
  return sets.flatMap(({ name, tone, mark, intervals }, k) => {
    const shift = (k - (sets.length - 1) / 2) * apart;
    return [
      whiskerSeries(
        `${name} interval`,
        intervals.map((each) => each && [each.lower, each.upper]),
        tone,
        shift,
      ),
      markSeries(
        name,
        mark,
        intervals.map((each) => each?.mean ?? null),
        tips,
        tone,
        shift,
      ),
    ];
  });
}

/** The two sets of every calibration chart. */
export function withoutAndWith(rows: readonly { readonly before: Interval; readonly after: Interval }[]): Estimates[] {
  return [
    { name: "Data alone", tone: "other", mark: "dot", intervals: rows.map(({ before }) => before) },
    { name: "Calibrated", tone: "series0", mark: "dot", intervals: rows.map(({ after }) => after) },
  ];
}
