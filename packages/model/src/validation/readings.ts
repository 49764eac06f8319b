// The numbers a person acts on, from a fit, over chosen cells: compared between refits.

import { columnValues } from "@mmm/core";
import { type ChannelSums, channelSums } from "../attribution/channel-sums.js";
import { carryoverOf, curveStates } from "../attribution/curves.js";
import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import { intervalOf } from "../uncertainty/interval.js";

interface ChannelReading {
  readonly name: string;
  readonly contribution: Interval;
  readonly share: Interval;
  /** Null without spend. */
  readonly roi: Interval | null;
  readonly halfLife: Interval;
}

export interface Readings {
  readonly channels: readonly ChannelReading[];
  readonly mediaFraction: Interval;
}

/** @param until only the periods before this one count; default all */
export function readFit(fit: Fit, until: number = fit.panel.periods.length): Readings {
  const periods = fit.panel.periods.length;
  const observed = fit.panel.observed.map((seen, i) => (i % periods < until ? seen : 0));
  const panel = { ...fit.panel, observed };
  const sums = channelSums({ ...fit, panel });
  const mode = sums(fit.learned.mode.shared, fit.learned.mode.own);
  const draws = fit.draws.shared.map((shared, d) => sums(shared, fit.draws.own[d]!));
  const estimate = (of: (each: ChannelSums) => number): Interval =>
    intervalOf(of(mode), draws.map(of), fit.settings.interval);
  const media = ({ contribution }: ChannelSums): number => contribution.reduce((a, b) => a + b, 0);
  const total = (column: string): number => {
    const values = columnValues(panel, column);
    return values.reduce((sum, value, i) => sum + (observed[i] === 1 ? value : 0), 0);
  };
  const states = curveStates(fit);
  const kpi = total(panel.roles.kpi);
  return {
    channels: panel.roles.channels.map(({ name, spend }, c) => {
      const cost = spend === null ? 0 : total(spend);
      return {
        name,
        contribution: estimate((each) => each.contribution[c]!),
        share: estimate((each) => each.contribution[c]! / media(each)),
        roi: cost > 0 ? estimate((each) => each.value[c]! / cost) : null,
        halfLife: carryoverOf(fit, c, states).halfLife,
      };
    }),
    mediaFraction: estimate((each) => media(each) / kpi),
  };
}
