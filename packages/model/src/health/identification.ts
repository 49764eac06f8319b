// What the posterior says about channels that the data cannot tell apart or that pay back implausibly.

import type { Diagnostic } from "@mmm/core";
import type { ChannelSums } from "../attribution/channel-sums.js";
import type { ChannelResult } from "../result/types.js";

/** Correlation of two contributions over the draws from which on only their sum counts as known. */
const inseparable = -0.75;

/** Pairs of channels whose contributions trade against each other in the posterior. */
export function inseparablePairs(
  names: readonly string[],
  draws: readonly Pick<ChannelSums, "contribution">[],
): { readonly a: string; readonly b: string; readonly correlation: number }[] {
  const column = (c: number): number[] => draws.map(({ contribution }) => contribution[c]!);
  const columns = names.map((_, c) => standardise(column(c)));
  return names.flatMap((a, i) =>
    names.slice(i + 1).flatMap((b, k) => {
      const x = columns[i]!;
      const y = columns[i + 1 + k]!;
      const correlation = x.reduce((sum, value, d) => sum + value * y[d]!, 0) / x.length;
      return correlation <= inseparable ? [{ a, b, correlation }] : [];
    }),
  );
}

export function inseparableFindings(
  names: readonly string[],
  draws: readonly Pick<ChannelSums, "contribution">[],
): Diagnostic[] {
  return inseparablePairs(names, draws).map(({ a, b, correlation }) => ({
    severity: "warning" as const,
    code: "ONLY_SUM_KNOWN",
    message: `Only the sum of '${a}' and '${b}' is estimable: what one gains the other loses (correlation of their contributions ${correlation.toFixed(2)}).`,
    fix: "Read the two together; vary one alone for some weeks, or calibrate one with a lift test.",
    channels: [a, b],
  }));
}

/** A return this many times that of all spend together is hard to believe. */
const manyTimes = 10;

/** Paid channels with a return far above that of all spend together, though they do matter. */
export function roiFindings(channels: readonly ChannelResult[]): Diagnostic[] {
  const paid = channels.filter(({ spend, roi }) => spend !== null && spend > 0 && roi !== null);
  const spend = paid.reduce((sum, channel) => sum + channel.spend!, 0);
  const value = paid.reduce((sum, channel) => sum + channel.roi!.mean * channel.spend!, 0);
  return paid
    .filter(({ share, roi }) => share.mean >= 0.05 && roi!.mean > (manyTimes * value) / spend)
    .map(({ name, roi, spend: own }) => ({
      severity: "warning" as const,
      code: "IMPLAUSIBLE_ROI",
      message: `'${name}' is said to return ${(roi!.mean / (value / spend)).toFixed(0)} times as much per unit of spend as all channels together, with ${((100 * own!) / spend).toFixed(1)}% of the spend.`,
      fix: "Check the units of its spend column; a channel that follows demand (brand search, retargeting) also looks like this. State what return would surprise you, or calibrate with a lift test.",
      channels: [name],
    }));
}

function standardise(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (sd > 0 ? (value - mean) / sd : 0));
}
