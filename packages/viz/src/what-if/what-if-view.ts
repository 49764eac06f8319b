// What the what-if section shows, in words, from the answers of the model; used when the page is written and again each
// time a budget is moved.

import type { ChannelReturns, Interval, ScenarioChange, ScenarioForecast, ScenarioModel } from "@mmm/model/scenario";
import { counted, periodNoun } from "../chart/context.js";
import { shortLabels } from "../chart/labels.js";
import type { Format } from "../format/format.js";
import type { Tile } from "../html/blocks.js";

/** One channel's budget: how it is named, counted and bounded. */
export interface Lever {
  readonly label: string;
  readonly isMoney: boolean;
  /** Amount at a multiple of 1. */
  readonly unit: number;
  readonly today: number;
  /** Largest multiple of the slider. */
  readonly most: number;
  readonly observed: readonly [number, number];
}

const mostBeyondObserved = 1.25;

export function leversOf(model: ScenarioModel): Lever[] {
  const labels = shortLabels(model.channels.map(({ name }) => name));
  return model.channels.map(({ unitSpend, unitActivity, today, observedRange }, c) => ({
    label: labels[c]!,
    isMoney: unitSpend !== null,
    unit: unitSpend ?? unitActivity,
    today,
    most: Math.ceil(20 * Math.max(2 * Math.max(today, 0.5), mostBeyondObserved * observedRange[1])) / 20,
    observed: observedRange,
  }));
}

export const amountStyle = (lever: Lever): "money" | "compact" => (lever.isMoney ? "money" : "compact");

/** `Today 96k. Any 13 weeks so far: 80k to 120k.` */
export function leverFacts(lever: Lever, model: ScenarioModel, format: Format): string {
  const write = (multiple: number): string => format.value(multiple * lever.unit, amountStyle(lever));
  const [least, most] = lever.observed;
  const window = `Any ${counted(model.periods.length, periodNoun(model.frequency))} so far`;
  return `Today ${write(lever.today)}. ${window}: ${write(least)} to ${write(most)}.`;
}

/** Relative change against today: `+20%`. */
export function changeInWords(lever: Lever, multiple: number, format: Format): string {
  if (Math.abs(multiple - lever.today) < 1e-9) return "as today";
  if (lever.today === 0) return "rests today";
  return signed(multiple / lever.today - 1, (value) => format.value(value, "percent"));
}

/** A warning when the multiple lies outside what was observed; empty inside. */
export function extrapolation(lever: Lever, multiple: number, model: ScenarioModel): string {
  const [least, most] = lever.observed;
  const window = counted(model.periods.length, periodNoun(model.frequency));
  if (multiple > most * (1 + 1e-6)) return `More than in any ${window} so far: extrapolated`;
  return multiple < least * (1 - 1e-6) ? `Less than in any ${window} so far: extrapolated` : "";
}

/** Headline numbers; `change` and `returns` are null while they are being worked out. */
export function planTiles(
  model: ScenarioModel,
  multiples: readonly number[],
  plan: ScenarioForecast,
  today: ScenarioForecast,
  change: ScenarioChange | null,
  format: Format,
): Tile[] {
  const between = ({ lower, upper }: Interval): string =>
    `${format.value(lower, "compact")} to ${format.value(upper, "compact")}`;
  const compact = (value: number): string => format.value(value, "compact");
  const spend = (of: (c: number) => number): number =>
    model.channels.reduce((sum, { unitSpend }, c) => sum + of(c) * (unitSpend ?? 0), 0);
  const planned = spend((c) => multiples[c]!);
  const current = spend((c) => model.channels[c]!.today);
  const same = model.channels.every((channel, c) => channel.today === multiples[c]);
  const tiles: Tile[] = [
    {
      label: `${model.kpi} to expect`,
      value: compact(plan.total.mean),
      note: between(plan.total),
    },
    {
      label: "Change against today's plan",
      value: same ? "none" : signed(plan.total.mean - today.total.mean, compact),
      note: same ? "move a budget below" : changeNote(change, between, format),
    },
  ];
  if (model.channels.some(({ unitSpend }) => unitSpend !== null)) {
    const more = planned - current;
    tiles.push({
      label: "Planned spend",
      value: format.value(planned, "money"),
      note:
        Math.abs(more) < 1e-9 * current ? "as today" : `${signed(more, (x) => format.value(x, "money"))} against today`,
    });
  }
  return tiles;
}

function changeNote(change: ScenarioChange | null, between: (interval: Interval) => string, format: Format): string {
  if (!change) return "working out the interval …";
  const { probabilityOfMore } = change;
  return `${between(change.contribution)}; more than today with probability ${format.value(probabilityOfMore, "percent")}`;
}

/** Facts of one channel, in the order of {@link factLabels}. */
export function leverAnswers(
  contribution: Interval | null,
  returns: ChannelReturns | null,
  format: Format,
): { readonly value: string; readonly note: string }[] {
  const write = (interval: Interval | null | undefined, style: "compact" | "ratio") =>
    interval
      ? {
          value: format.value(interval.mean, style),
          note: `${format.value(interval.lower, style)} to ${format.value(interval.upper, style)}`,
        }
      : { value: "–", note: "" };
  return [write(contribution, "compact"), write(returns?.roi, "ratio"), write(returns?.mroi, "ratio")];
}

export const factLabels: readonly string[] = ["Contribution", "ROI", "mROI"];

function signed(value: number, write: (value: number) => string): string {
  return value > 0 ? `+${write(value)}` : write(value);
}
