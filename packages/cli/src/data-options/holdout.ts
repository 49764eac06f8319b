import { type Panel, periodsPerYear } from "@mmm/core";
import { checkPanel, type Holdout, holdoutStart, leastParameters } from "@mmm/data";

/** How many last periods are held out, and whether the caller said so. */
export interface ChosenHoldout {
  readonly periods: number;
  readonly byDefault: boolean;
}

/**
 * Turn what was asked for into a number of periods. When nothing was asked: one tenth of the periods, at most a year,
 * and none when the rest would have fewer than three rows per parameter.
 *
 * @throws MmmError `BAD_HOLDOUT`, or `TOO_FEW_PERIODS` when the rest is not enough to learn from
 */
export function chooseHoldout(panel: Panel, asked: Holdout | undefined): ChosenHoldout {
  const total = panel.periods.length;
  if (asked !== undefined) {
    const periods = total - holdoutStart(panel, asked);
    checkPanel(panel, { holdout: periods });
    return { periods, byDefault: false };
  }
  const periods = Math.min(Math.round(total / 10), Math.round(periodsPerYear[panel.frequency]));
  const rows = panel.observed.reduce((sum, seen, cell) => sum + (cell % total < total - periods ? seen : 0), 0);
  return { periods: rows >= 3 * leastParameters(panel) ? periods : 0, byDefault: true };
}

/** `--holdout` in words. */
export function describeHoldout(panel: Panel, { periods, byDefault }: ChosenHoldout): string {
  const total = panel.periods.length;
  const first = `${panel.frequency === "index" ? "period " : ""}${panel.periods[total - periods]}`;
  const why = byDefault ? "; --holdout changes that" : "";
  if (periods === 0) return `No periods are held out${byDefault ? ": the data are too short" : ""}${why}.`;
  return `Holding out the last ${periods} of ${total} periods, from ${first}${why}.`;
}
