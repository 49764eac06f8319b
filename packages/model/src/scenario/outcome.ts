// Forecasts under plans that multiply activity. Only what a changed channel changes is worked out again, and the costly
// part, contributions in every draw, only when asked for; so a page can follow a slider.

import type { Interval } from "../result/types.js";
import { intervalOf } from "../uncertainty/interval.js";
import {
  type EffectTotals,
  effectTotals,
  type LinearEffect,
  linearEffect,
  type ReadyChannel,
  readyChannel,
} from "./channel-effect.js";
import type { ChannelReturns, ScenarioChange, ScenarioForecast, ScenarioModel } from "./types.js";

/**
 * Answers what-if questions about one model. A plan is one multiple per channel, 0 or more; today's plan is the
 * channels' `today`. Each channel's last answers are remembered.
 */
export interface Scenarios {
  /** The KPI to be observed in the horizon. */
  forecast(multiples: readonly number[]): ScenarioForecast;
  /** KPI that would be missing in the horizon without channel `c`; what earlier activity carries in is included. */
  contribution(c: number, multiple: number): Interval;
  /** The plan's contributions minus those of today's plan, draw by draw. */
  change(multiples: readonly number[]): ScenarioChange;
  /** Returns of channel `c`: effects that arrive after the horizon count, those of earlier activity do not. */
  returns(c: number, multiple: number): ChannelReturns;
}

/**
 * Work out plans with a condensed model.
 *
 * @param model from `scenarioModel`
 * @example
 * const scenarios = openScenarios(scenarioModel(fit));
 * scenarios.change([1.2, 1]); // 20 % more of the first of two channels
 */
export function openScenarios(model: ScenarioModel): Scenarios {
  const { interval, draws, channels } = model;
  const periods = model.periods.length;
  const worth = model.valuePerKpi?.map((value, r) => value * model.kpiScale[r]!) ?? model.kpiScale;
  const withTail = periods + model.lags - 1;
  const readied: (ReadyChannel | undefined)[] = [];
  const ready = (c: number): ReadyChannel => (readied[c] ??= readyChannel(model, channels[c]!));

  const linear = remembered((c, multiple) => linearEffect(model, ready(c), multiple));
  const linearToday = remembered((c, multiple) => linearEffect(model, ready(c), multiple));
  const totals = remembered((c, multiple) => effectTotals(model, ready(c), multiple, periods, model.kpiScale));
  const totalsToday = remembered((c, multiple) => effectTotals(model, ready(c), multiple, periods, model.kpiScale));
  const silent = remembered((c) => effectTotals(model, ready(c), 0, withTail, worth));
  const isToday = (c: number, multiple: number): boolean => multiple === channels[c]!.today;
  const linearAt = (c: number, multiple: number): LinearEffect =>
    (isToday(c, multiple) ? linearToday : linear)(c, multiple);
  const totalsAt = (c: number, multiple: number): EffectTotals =>
    (isToday(c, multiple) ? totalsToday : totals)(c, multiple);
  const each = <T>(of: (d: number) => T): T[] => Array.from({ length: draws }, (_, d) => of(d));

  return {
    forecast(multiples) {
      const mean = model.baseline.slice();
      const samples = model.noise.slice();
      channels.forEach((_, c) => {
        const { mode, change } = linearAt(c, multiples[c]!);
        for (let t = 0; t < periods; t++) mean[t]! += mode[t]!;
        for (let i = 0; i < samples.length; i++) samples[i]! += change[i]!;
      });
      const sampled = (d: number, t: number): number => mean[t]! + samples[d * periods + t]!;
      return {
        byPeriod: Array.from(mean, (value, t) => {
          const drawn = each((d) => sampled(d, t));
          return intervalOf(value, drawn, interval);
        }),
        total: intervalOf(
          mean.reduce((a, b) => a + b, 0),
          each((d) => mean.reduce((sum, _, t) => sum + sampled(d, t), 0)),
          interval,
        ),
      };
    },

    contribution(c, multiple) {
      const { mode, draws: drawn } = totalsAt(c, multiple);
      return intervalOf(mode, drawn, interval);
    },

    change(multiples) {
      const moved = channels.flatMap((_, c) => (isToday(c, multiples[c]!) ? [] : [c]));
      const pairs = moved.map((c) => [totalsAt(c, multiples[c]!), totalsAt(c, channels[c]!.today)] as const);
      const mode = pairs.reduce((sum, [now, before]) => sum + now.mode - before.mode, 0);
      const drawn = each((d) => pairs.reduce((sum, [now, before]) => sum + now.draws[d]! - before.draws[d]!, 0));
      return {
        contribution: intervalOf(mode, drawn, interval),
        probabilityOfMore: moved.length === 0 ? null : drawn.filter((value) => value > 0).length / draws,
      };
    },

    returns(c, multiple) {
      const { unitSpend } = channels[c]!;
      if (unitSpend === null || unitSpend === 0) return { roi: null, mroi: null };
      const now = effectTotals(model, ready(c), multiple, withTail, worth);
      const more = effectTotals(model, ready(c), multiple + 0.01, withTail, worth);
      const per = (a: EffectTotals, b: EffectTotals, cost: number): Interval =>
        intervalOf(
          (a.mode - b.mode) / cost,
          a.draws.map((value, d) => (value - b.draws[d]!) / cost),
          interval,
        );
      return {
        roi: multiple > 0 ? per(now, silent(c, 0), multiple * unitSpend) : null,
        mroi: per(more, now, 0.01 * unitSpend),
      };
    },
  };
}

/** Keeps the latest answer per channel. */
function remembered<T>(answer: (c: number, multiple: number) => T): (c: number, multiple: number) => T {
  const last = new Map<number, { readonly multiple: number; readonly answer: T }>();
  return (c, multiple) => {
    const known = last.get(c);
    if (known?.multiple === multiple) return known.answer;
    const fresh = answer(c, multiple);
    last.set(c, { multiple, answer: fresh });
    return fresh;
  };
}
