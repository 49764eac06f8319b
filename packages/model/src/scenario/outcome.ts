// Forecasts under plans that multiply today's activity. Only what a changed channel changes is worked out again, so
// that a page can follow a slider.

import type { Interval } from "../result/types.js";
import { intervalOf } from "../uncertainty/interval.js";
import { type EffectTotals, effectTotals, type LinearEffect, linearEffect, readyChannel } from "./channel-effect.js";
import type { ChannelReturns, ScenarioModel, ScenarioOutcome } from "./types.js";

/** Answers what-if questions about one model; remembers each channel's last answer. */
export interface Scenarios {
  /**
   * The horizon under a plan.
   *
   * @param multiples one per channel, 0 or more; today's plan is the channels' `today`
   */
  outcome(multiples: readonly number[]): ScenarioOutcome;
  /** Returns of channel `c`. Counts effects that arrive after the horizon, not those of earlier activity. */
  returns(c: number, multiple: number): ChannelReturns;
}

interface ChannelAnswer {
  readonly multiple: number;
  readonly totals: EffectTotals;
  readonly linear: LinearEffect;
}

/**
 * Work out plans with a condensed model.
 *
 * @param model from `scenarioModel`
 * @example
 * const scenarios = openScenarios(scenarioModel(fit));
 * scenarios.outcome([1.2, 1]).change; // 20 % more of the first of two channels
 */
export function openScenarios(model: ScenarioModel): Scenarios {
  const { interval, draws } = model;
  const periods = model.periods.length;
  const ready = model.channels.map((channel) => readyChannel(model, channel));
  const worth = model.valuePerKpi?.map((value, r) => value * model.kpiScale[r]!) ?? model.kpiScale;
  const answer = (c: number, multiple: number): ChannelAnswer => ({
    multiple,
    totals: effectTotals(model, ready[c]!, multiple, periods, model.kpiScale),
    linear: linearEffect(model, ready[c]!, multiple),
  });
  const today = model.channels.map((channel, c) => answer(c, channel.today));
  const last = [...today];
  const withTail = periods + model.lags - 1;
  const silent: (EffectTotals | undefined)[] = [];

  return {
    outcome(multiples) {
      for (let c = 0; c < ready.length; c++) {
        const multiple = multiples[c]!;
        if (last[c]!.multiple !== multiple) last[c] = multiple === today[c]!.multiple ? today[c]! : answer(c, multiple);
      }
      const mean = model.baseline.slice();
      const samples = model.noise.slice();
      for (const { linear } of last) {
        for (let t = 0; t < periods; t++) mean[t]! += linear.mode[t]!;
        for (let i = 0; i < samples.length; i++) samples[i]! += linear.change[i]!;
      }
      const sampled = (d: number, t: number): number => mean[t]! + samples[d * periods + t]!;
      const each = <T>(of: (d: number) => T): T[] => Array.from({ length: draws }, (_, d) => of(d));
      const difference = (of: (answer: ChannelAnswer) => number): number =>
        last.reduce((sum, now, c) => sum + of(now) - of(today[c]!), 0);
      const changes = each((d) => difference(({ totals }) => totals.draws[d]!));
      const total = mean.reduce((a, b) => a + b, 0);
      return {
        byPeriod: Array.from(mean, (value, t) =>
          intervalOf(
            value,
            each((d) => sampled(d, t)),
            interval,
          ),
        ),
        total: intervalOf(
          total,
          each((d) => {
            let sum = 0;
            for (let t = 0; t < periods; t++) sum += sampled(d, t);
            return sum;
          }),
          interval,
        ),
        change: intervalOf(
          difference(({ totals }) => totals.mode),
          changes,
          interval,
        ),
        probabilityOfMore: changes.filter((value) => value > 0).length / draws,
        channels: last.map(({ multiple, totals }, c) => {
          const { unitActivity, unitSpend } = model.channels[c]!;
          return {
            multiple,
            activity: multiple * unitActivity,
            spend: unitSpend === null ? null : multiple * unitSpend,
            contribution: intervalOf(totals.mode, totals.draws, interval),
          };
        }),
      };
    },

    returns(c, multiple) {
      const { unitSpend } = model.channels[c]!;
      if (unitSpend === null || unitSpend === 0) return { roi: null, mroi: null };
      const at = (times: number): EffectTotals => effectTotals(model, ready[c]!, times, withTail, worth);
      const now = at(multiple);
      const more = at(multiple + 0.01);
      silent[c] ??= at(0);
      const per = (a: EffectTotals, b: EffectTotals, cost: number): Interval =>
        intervalOf(
          (a.mode - b.mode) / cost,
          a.draws.map((value, d) => (value - b.draws[d]!) / cost),
          interval,
        );
      return {
        roi: multiple > 0 ? per(now, silent[c], multiple * unitSpend) : null,
        mroi: per(more, now, 0.01 * unitSpend),
      };
    },
  };
}
