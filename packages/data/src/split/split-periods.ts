import { isoDay, type Panel, slicePeriods, usageError } from "@mmm/core";
import { leastParameters } from "../panel/check-panel.js";

/** The last periods as a whole number, as a part of all periods below 1, or by the label of the first one. */
export type Holdout = number | string;

export interface PeriodSplit {
  /** Periods before the holdout; the only ones a fit may look at. */
  readonly train: Panel;
  /** `carryIn` periods before the holdout, then the holdout itself; null when nothing is held out. */
  readonly holdout: Panel | null;
  /** Index of the first holdout period in the whole panel; the number of periods when nothing is held out. */
  readonly holdoutStart: number;
  /** Leading periods of `holdout` that only give carry-over its past and must not be scored. */
  readonly carryIn: number;
}

export interface SplitOptions {
  /** Periods before the holdout to repeat in it; fewer when the panel has fewer. Default 26. */
  readonly carryIn?: number;
}

/**
 * Split a panel in time: everything before the holdout to learn from, the last periods to judge by.
 *
 * @param holdout how much to hold out; 0 holds out nothing
 * @throws MmmError `BAD_HOLDOUT` when it is no such amount or leaves fewer than three training periods
 * @example
 * const { train, holdout, carryIn } = splitPeriods(panel, 13);
 */
export function splitPeriods(panel: Panel, holdout: Holdout, { carryIn = 26 }: SplitOptions = {}): PeriodSplit {
  const start = holdoutStart(panel, holdout);
  const total = panel.periods.length;
  if (start === total) return { train: panel, holdout: null, holdoutStart: total, carryIn: 0 };
  const context = Math.min(carryIn, start);
  return {
    train: slicePeriods(panel, 0, start),
    holdout: slicePeriods(panel, start - context, total),
    holdoutStart: start,
    carryIn: context,
  };
}

/** Index of the first period that is held out. */
export function holdoutStart(panel: Panel, holdout: Holdout): number {
  const total = panel.periods.length;
  const start = typeof holdout === "string" ? startAt(panel, holdout) : total - countOf(holdout, total);
  if (Number.isInteger(start) && start >= 3 && start <= total) return start;
  throw usageError(
    "BAD_HOLDOUT",
    `A holdout of ${typeof holdout === "string" ? `'${holdout}'` : holdout} is not possible: the panel has ${total} periods, ${panel.periods[0]} to ${panel.periods[total - 1]}.`,
    suggestion(panel),
  );
}

/** What leaves more rows than a model of the panel has parameters. */
function suggestion(panel: Panel): string {
  const total = panel.periods.length;
  const needed = leastParameters(panel);
  let rows = 0;
  let start = 0;
  while (start < total && rows <= needed) {
    for (let r = 0; r < panel.units.length; r++) rows += panel.observed[r * total + start]!;
    start++;
  }
  const earliest = Math.max(3, start);
  if (rows <= needed || earliest >= total) return "These data are too few to hold anything out; give 0.";
  const part = Math.floor((100 * (total - earliest)) / total) / 100;
  return `Give a whole number of periods from 0 to ${total - earliest}, a part of all periods up to ${part}, or the first period to hold out, from ${panel.periods[earliest]} to ${panel.periods[total - 1]}.`;
}

function countOf(holdout: number, total: number): number {
  return holdout > 0 && holdout < 1 ? Math.max(1, Math.round(holdout * total)) : holdout;
}

function startAt(panel: Panel, label: string): number {
  if (panel.frequency === "index") return panel.periods.indexOf(label);
  const day = isoDay(label);
  const start = panel.periods.findIndex((period) => isoDay(period) >= day);
  return start < 0 ? Number.NaN : start;
}
