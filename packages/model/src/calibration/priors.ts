// Priors as answers to plain questions: what return, or what part of the KPI, would surprise you, low and high?

import { type Panel, usageError } from "@mmm/core";
import { observedTotal } from "./observed-total.js";

/** The range that holds a channel's number with probability 90 %: below or above it would be a surprise. */
export interface PriorRange {
  /** Return per unit of spend over the training periods, in money where the panel has revenue per KPI. */
  readonly roi?: readonly [low: number, high: number];
  /** Part of the KPI over the training periods, between 0 and 1. */
  readonly share?: readonly [low: number, high: number];
}

/** Priors by channel name. */
export type ChannelPriors = Readonly<Record<string, PriorRange>>;

export interface ChannelPrior {
  readonly channel: string;
  readonly quantity: "roi" | "share";
  readonly range: readonly [low: number, high: number];
}

/**
 * Check priors against the panel and list them.
 *
 * @throws MmmError `UNKNOWN_CHANNEL`, `BAD_PRIOR`, or `CONTRADICTORY_PRIORS` when no value of a channel lies in both of
 *   its ranges, or all low ends together make more than the whole KPI
 */
export function listPriors(panel: Panel, priors: ChannelPriors, trainingEnd: number): ChannelPrior[] {
  const { channels } = panel.roles;
  const list = Object.entries(priors).flatMap(([channel, ranges]) => {
    const role = channels.find(({ name }) => name === channel);
    if (!role) {
      throw usageError(
        "UNKNOWN_CHANNEL",
        `There is a prior for '${channel}', but the channels are: ${channels.map(({ name }) => name).join(", ")}.`,
        "Use a name of the list.",
      );
    }
    return (["roi", "share"] as const).flatMap((quantity): ChannelPrior[] => {
      const range = ranges[quantity];
      if (range === undefined) return [];
      checkRange(channel, quantity, range);
      if (quantity === "roi" && !(role.spend !== null && observedTotal(panel, role.spend, trainingEnd) > 0)) {
        throw usageError(
          "BAD_PRIOR",
          `'${channel}' has no cost in the training periods, so it has no return.`,
          "Answer the other question instead: what share of the KPI does it bring?",
        );
      }
      return [{ channel, quantity, range }];
    });
  });
  for (const prior of list.filter(({ quantity }) => quantity === "roi")) {
    const share = list.find(({ channel, quantity }) => channel === prior.channel && quantity === "share");
    if (share) checkAgreement(panel, prior, share, trainingEnd);
  }
  const least = channels.reduce((sum, { name }) => {
    const lows = list
      .filter(({ channel }) => channel === name)
      .map(({ quantity, range: [low] }) => (quantity === "share" ? low : low / roiPerShare(panel, name, trainingEnd)));
    return sum + Math.max(0, ...lows);
  }, 0);
  if (least > 1) {
    throw usageError(
      "CONTRADICTORY_PRIORS",
      `The low ends of all priors together make ${percent(least)} of ${panel.roles.kpi}; channels cannot bring more than all of it.`,
      "Lower the low ends, or check that spend and KPI are in the units you think of.",
    );
  }
  return list;
}

function checkRange(channel: string, quantity: "roi" | "share", range: readonly [number, number]): void {
  const [low, high] = range;
  const top = quantity === "share" ? 1 : Number.POSITIVE_INFINITY;
  if (range.length === 2 && low > 0 && low < high && Number.isFinite(high) && high <= top) return;
  throw usageError(
    "BAD_PRIOR",
    `The ${quantity} of '${channel}' is given as ${range.join("..")}; low must be above 0 and below high${quantity === "share" ? ", and high at most 1" : ""}.`,
    `Give two numbers such as ${quantity === "share" ? "0.01..0.15" : "0.5..3"}.`,
  );
}

function checkAgreement(panel: Panel, roi: ChannelPrior, share: ChannelPrior, trainingEnd: number): void {
  const perShare = roiPerShare(panel, roi.channel, trainingEnd);
  const [low, high] = [share.range[0] * perShare, share.range[1] * perShare];
  if (low <= roi.range[1] && roi.range[0] <= high) return;
  throw usageError(
    "CONTRADICTORY_PRIORS",
    `The priors of '${roi.channel}' contradict each other: a share of ${percent(share.range[0])} to ${percent(share.range[1])} of ${panel.roles.kpi} means a return of ${number(low)} to ${number(high)} on what was spent, but the return is said to be ${number(roi.range[0])} to ${number(roi.range[1])}.`,
    "Keep the one you are surer of, or widen them until they overlap.",
  );
}

/** Return of a channel that makes the whole KPI of the training periods. */
export function roiPerShare(panel: Panel, channel: string, trainingEnd: number): number {
  const { spend } = panel.roles.channels.find(({ name }) => name === channel)!;
  const { kpi, revenuePerKpi } = panel.roles;
  return observedTotal(panel, kpi, trainingEnd, revenuePerKpi) / observedTotal(panel, spend!, trainingEnd);
}

const percent = (value: number): string => `${Number((100 * value).toPrecision(3))}%`;
const number = (value: number): string => Number(value.toPrecision(3)).toLocaleString("en-US");
