// The quantities that tests and priors speak about, and the numbers of every channel, without and with them.

import { columnValues } from "@mmm/core";
import { normalQuantile, placeLiftTest } from "@mmm/data";
import { type ChannelSums, channelSums } from "../attribution/channel-sums.js";
import { spillOverOfDraw } from "../attribution/posterior-sums.js";
import type { SpillOver } from "../causal/types.js";
import type { Fit } from "../fit/fit.js";
import type { Interval } from "../result/types.js";
import { evidencePoint } from "../structural/evidence.js";
import { intervalOf } from "../uncertainty/interval.js";
import { type Calibration, calibrationOf } from "./calibration.js";
import type { Quantity } from "./contrast.js";
import { logNormal } from "./evidence-rows.js";
import { observedTotal } from "./observed-total.js";
import type { CalibrationResult, LiftTestResult, PriorResult } from "./types.js";

/** An interval and the standard deviation of the draws behind it, in the same units or of the logarithm. */
interface Spread extends Interval {
  readonly sd: number;
}

interface ChannelNumbers {
  readonly contribution: Interval;
  readonly share: Interval;
  readonly roi: Interval | null;
}

/** What a fit says about everything that calibrates it. */
export interface Readings {
  /** In the order of the tests; the deviation is that of the lift. */
  readonly tests: readonly Spread[];
  /** In the order of the priors; the deviation is that of the logarithm. */
  readonly priors: readonly Spread[];
  readonly channels: readonly ChannelNumbers[];
  /** The graph through which tests were understood, as plain numbers; null: effects of the channel alone. */
  readonly spillOver: { readonly lags: number; readonly rates: readonly number[] } | null;
}

type Model = Pick<Fit, "panel" | "design" | "layout" | "learned" | "draws" | "settings" | "causal">;

/** @param spillOver the graph that the calibration was made with */
export function readCalibration(fit: Model, { tests, priors }: Calibration, spillOver: SpillOver | null): Readings {
  const { panel, design, layout, learned, draws, settings } = fit;
  const pointOf = (shared: Float64Array, own: Float64Array) => evidencePoint(layout, design.lags, shared, own);
  const mode = pointOf(learned.mode.shared, learned.mode.own);
  const points = draws.shared.map((shared, d) => pointOf(shared, draws.own[d]!));
  const spread = (quantity: Quantity, scale: (value: number) => number): Spread => {
    const values = points.map((point) => quantity(point));
    return { ...intervalOf(quantity(mode), values, settings.interval), sd: deviation(values.map(scale)) };
  };

  const through = spillOver ?? undefined;
  const known = spillOver !== null && isSame(fit.causal?.spillOver, spillOver);
  const sumsOf = channelSums(fit);
  const sumsAt = sumsOf(learned.mode.shared, learned.mode.own, through);
  const sums = draws.shared.map((shared, d) =>
    sumsOf(shared, draws.own[d]!, known ? spillOverOfDraw(fit, d) : through),
  );
  const estimate = (of: (each: ChannelSums) => number): Interval =>
    intervalOf(of(sumsAt), sums.map(of), settings.interval);
  const media = ({ contribution }: ChannelSums): number => contribution.reduce((a, b) => a + b, 0);
  return {
    tests: tests.map(({ quantity }) => spread(quantity, (value) => value)),
    priors: priors.map(({ quantity }) => spread(quantity, Math.log)),
    channels: panel.roles.channels.map((role, c) => {
      const cost = role.spend === null ? 0 : observedTotal(panel, role.spend);
      return {
        contribution: estimate((each) => each.total.contribution[c]!),
        share: estimate((each) => each.contribution[c]! / media(each)),
        roi: cost > 0 ? estimate((each) => each.value[c]! / cost) : null,
      };
    }),
    spillOver: spillOver && { lags: spillOver.lags, rates: [...spillOver.rates] },
  };
}

function isSame(graph: SpillOver | undefined, other: SpillOver): boolean {
  return graph?.lags === other.lags && graph.rates.every((rate, i) => rate === other.rates[i]);
}

/** The graph that a calibrated fit understood its tests and priors through. */
export function calibrationGraph(readings: Readings | null | undefined): SpillOver | null {
  const graph = readings?.spillOver ?? null;
  return graph && { lags: graph.lags, rates: Float64Array.from(graph.rates) };
}

/** What tests and priors changed; null for a fit without them. */
export function calibrationResult(fit: Fit): CalibrationResult | null {
  const before = fit.uncalibrated;
  const spillOver = calibrationGraph(before);
  const calibration = calibrationOf({ ...fit, spillOver });
  if (before === null || calibration === null) return null;
  const after = readCalibration(fit, calibration, spillOver);
  return {
    tests: calibration.tests.map(({ test, used }, i): LiftTestResult => {
      const { spendChange, start, end, until, channel } = placeLiftTest(fit.panel, test);
      const { sd, ...estimate } = before.tests[i]!;
      const { periods } = fit.panel;
      const result = {
        channel: test.channel,
        units: test.units,
        from: periods[start]!,
        to: periods[end - 1]!,
        until: periods[until - 1]!,
        spendChange,
        lift: test.lift,
        standardError: test.standardError,
        used,
        before: estimate,
        after: plain(after.tests[i]!),
        z: (test.lift - estimate.mean) / Math.hypot(test.standardError, sd),
      };
      const costs = fit.panel.roles.channels[channel]!.spend !== null;
      return { ...result, roi: costs ? asReturns(result, revenueOf(fit, start, until), fit.settings.interval) : null };
    }),
    priors: calibration.priors.map(({ prior }, i): PriorResult => {
      const { sd, ...estimate } = before.priors[i]!;
      const belief = logNormal(prior.range);
      return {
        channel: prior.channel,
        quantity: prior.quantity,
        low: prior.range[0],
        high: prior.range[1],
        before: estimate,
        after: plain(after.priors[i]!),
        z: (belief.mean - Math.log(estimate.mean)) / Math.hypot(belief.sd, sd),
      };
    }),
    channels: fit.panel.roles.channels.map(({ name }, c) => {
      const [was, is] = [before.channels[c]!, after.channels[c]!];
      return {
        name,
        roi: was.roi && is.roi ? { before: was.roi, after: is.roi } : null,
        contribution: { before: was.contribution, after: is.contribution },
        share: { before: was.share, after: is.share },
      };
    }),
  };
}

function asReturns(
  { lift, standardError, spendChange, before, after }: Omit<LiftTestResult, "roi">,
  revenue: number,
  interval: number,
): LiftTestResult["roi"] {
  const per = revenue / spendChange;
  const scaled = ({ mean, lower, upper }: Interval): Interval => {
    const ends = [per * lower, per * upper].sort((a, b) => a - b);
    return { mean: per * mean, lower: ends[0]!, upper: ends[1]! };
  };
  const half = normalQuantile(0.5 + interval / 2) * standardError;
  return {
    measured: scaled({ mean: lift, lower: lift - half, upper: lift + half }),
    before: scaled(before),
    after: scaled(after),
  };
}

// Mean revenue per KPI over the periods of a test; 1 where the KPI is counted as it is.
function revenueOf({ panel }: Fit, start: number, until: number): number {
  const { revenuePerKpi, kpi } = panel.roles;
  if (revenuePerKpi === null) return 1;
  const worth = columnValues(panel, revenuePerKpi);
  const amount = columnValues(panel, kpi);
  const periods = panel.periods.length;
  let [top, bottom] = [0, 0];
  for (let i = 0; i < worth.length; i++) {
    if (panel.observed[i] !== 1 || i % periods < start || i % periods >= until) continue;
    top += worth[i]! * amount[i]!;
    bottom += amount[i]!;
  }
  return bottom > 0 ? top / bottom : 1;
}

const plain = ({ mean, lower, upper }: Interval): Interval => ({ mean, lower, upper });

function deviation(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
