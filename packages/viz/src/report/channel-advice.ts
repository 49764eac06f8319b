// Per channel: may its budget be moved, and by how much, or should it be tested first? The rules are few, fixed and
// printed in the report; they read only what the fit itself says.

import type { FitView } from "@mmm/model";
import { counted, periodNoun } from "../chart/context.js";
import { type RankedChannel, rankedChannels } from "../fit-charts/channel-order.js";
import type { Format } from "../format/format.js";
import { pausePeriods, periodNoise } from "./test-size.js";
import { type Verdict, verdict } from "./verdict.js";

export interface ChannelAdvice {
  readonly channel: RankedChannel;
  readonly action: "move" | "test" | "wait";
  /** For `move`: budget may go up or down by this fraction. */
  readonly step: number | null;
  readonly reason: string;
  /** What a finding holds against its effect, however narrow the interval; null without one. */
  readonly doubt: string | null;
  /** Periods of a complete pause that would show the effect; null when no pause of half a year would. */
  readonly testPeriods: number | null;
}

const largestStep = 0.2;
const smallestStep = 0.05;
const longestTest = 26;

/** The rules in words. */
export const adviceRules: string =
  "“Safe to move” means: the effect is clearly above zero, its interval is narrower than ±50%, other columns do not explain the channel (variance inflation at most 10), no finding puts its effect in doubt, and the step stays within spend that was observed (never more than ±20% at a time). Otherwise test first. Test lengths are for a complete pause that finds the loss with a chance of 80%; pausing only half of the units takes twice as long.";

/** Advice for every channel, by falling contribution. */
export function channelAdvice(view: FitView, format: Format): ChannelAdvice[] {
  const overall = verdict(view);
  const noise = periodNoise(view);
  const longest = longestTest * (view.frequency === "day" ? 7 : 1);
  const inflation = new Map(view.dataQuality.varianceInflation.map(({ name, value }) => [name, value]));
  return rankedChannels(view).map((channel) => {
    const { curve, carryover } = channel.view;
    const pause = pausePeriods(curve.currentResponse.mean, noise, carryover.halfLife);
    const testPeriods = pause !== null && pause <= longest ? pause : null;
    const doubt = doubtOf(channel, view);
    return {
      channel,
      testPeriods,
      doubt,
      ...decide(channel, overall, doubt, inflation.get(channel.name), view, format, testPeriods),
    };
  });
}

/** What findings about a channel mean for its budget, by their code. */
const doubts: Readonly<Record<string, string>> = {
  EFFECT_OFFSET: "the KPI as a whole did not follow it, so its effect is read from differences between units alone.",
  ONLY_SUM_KNOWN: "only its sum with another channel is known.",
  IMPLAUSIBLE_ROI: "its return is too high to be believed untested.",
};

function doubtOf({ name }: RankedChannel, { result }: FitView): string | null {
  const finding = result.diagnostics.find(({ channels }) => channels?.includes(name));
  return finding ? (doubts[finding.code] ?? "a finding puts its effect in doubt.") : null;
}

function decide(
  channel: RankedChannel,
  overall: Verdict,
  doubt: string | null,
  inflation: number | undefined,
  view: FitView,
  format: Format,
  testPeriods: number | null,
): Pick<ChannelAdvice, "action" | "step" | "reason"> {
  const { mean, lower, upper } = channel.result.direct;
  const halfWidth = mean > 0 ? (upper - lower) / 2 / mean : Number.POSITIVE_INFINITY;
  const size = testSentence(testPeriods, view);
  const test = (why: string): Pick<ChannelAdvice, "action" | "step" | "reason"> => ({
    action: "test",
    step: null,
    reason: `${why} ${size}`,
  });
  if (overall.tone === "bad") {
    return { action: "wait", step: null, reason: "The fit as a whole is not trustworthy yet." };
  }
  if (!(lower > 0.1 * mean)) return test("Its effect cannot be told from zero.");
  if (doubt !== null) return test(doubt.charAt(0).toUpperCase() + doubt.slice(1));
  if (inflation !== undefined && inflation > 10)
    return test("It moves together with other columns, so the split between them is uncertain.");
  if (halfWidth > 0.5) {
    const [least, most] = [lower / mean, upper / mean].map((times) => format.value(times, "ratio"));
    return test(`Its effect may be ${least} to ${most} times the estimate.`);
  }
  const { currentActivity, observedRange } = channel.view.curve;
  const headroom =
    currentActivity > 0 ? Math.min(observedRange[1] / currentActivity - 1, 1 - observedRange[0] / currentActivity) : 0;
  const step = Math.floor(20 * Math.min(headroom, largestStep) + 1e-9) / 20;
  if (step < smallestStep) return test("Today's level lies at the edge of what was ever tried.");
  return {
    action: "move",
    step,
    reason: `Effect known to ±${format.value(halfWidth, "percent")}. ${compared(channel, view)}`.trim(),
  };
}

function testSentence(periods: number | null, view: FitView): string {
  const noun = periodNoun(view.frequency);
  if (periods === null) {
    return `A pause would not show it within ${counted(longestTest, view.frequency === "day" ? "week" : noun)}; only a large, deliberate change of its spend would.`;
  }
  return `A pause of about ${counted(periods, noun)} would settle it.`;
}

/** Its next unit of spend beside the spend-weighted mean of all. */
function compared(channel: RankedChannel, view: FitView): string {
  const { mroi } = channel.result;
  const average = averageMarginalReturn(view);
  if (!mroi || average === null) return "";
  if (mroi.lower > average) return "The next unit of spend returns more than the average of all channels.";
  if (mroi.upper < average) return "The next unit of spend returns less than the average of all channels.";
  return "The next unit of spend returns about the average.";
}

function averageMarginalReturn(view: FitView): number | null {
  let spend = 0;
  let total = 0;
  for (const channel of view.result.channels) {
    if (channel.spend === null || channel.mroi === null) continue;
    spend += channel.spend;
    total += channel.spend * channel.mroi.mean;
  }
  return spend > 0 ? total / spend : null;
}
