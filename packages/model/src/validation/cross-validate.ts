// Rolling-origin cross-validation: how well would the model have forecast, had it been used at several earlier dates?

import { columnValues, type Panel, type RunHooks, slicePeriods, throwIfCancelled, usageError } from "@mmm/core";
import { leastParameters } from "@mmm/data";
import { decompose } from "../attribution/decompose.js";
import { replicate } from "../attribution/replicate.js";
import type { Fit } from "../fit/fit.js";
import { allMetrics } from "../result/result.js";
import { intervalOf } from "../uncertainty/interval.js";
import { type RefitOptions, startRefits, withoutChannels, withoutUnits } from "./refit.js";
import type { CrossValidation, OriginScore } from "./types.js";

export interface RollingOrigins {
  /** Number of forecasts. Default 3. */
  readonly origins?: number;
  /** Periods ahead of each. */
  readonly horizon: number;
  /** Periods from one origin to the next. Default `horizon`, so that no period is forecast twice. */
  readonly step?: number;
}

/**
 * Refit at each of several origins on what lay before it, forecast the next `horizon` periods, and compare with what
 * came and with naive forecasts. The last horizon ends with the panel. As in a holdout, the activity of the horizon is
 * known and its KPI is not.
 *
 * Units and channels without data before an origin are left out there, and listed.
 *
 * @param options as for {@link fitStructural}, or {@link refitModel} of a model; `holdout` is not used
 * @throws MmmError `TOO_FEW_PERIODS` when the first origin would leave fewer rows than parameters; `BAD_OPTION`;
 *   `CANCELLED`
 * @example
 * const { meanSkill, coverage } = await crossValidate(panel, { seed: 1 }, { origins: 6, horizon: 13 });
 *
 * Source: Tashman (2000), Out-of-sample tests of forecasting accuracy.
 */
export async function crossValidate(
  panel: Panel,
  options: RefitOptions,
  { origins = 3, horizon, step = horizon }: RollingOrigins,
  hooks?: RunHooks,
): Promise<CrossValidation> {
  for (const [name, value] of Object.entries({ origins, horizon, step })) {
    if (!Number.isInteger(value) || value < 1) {
      throw usageError(
        "BAD_OPTION",
        `${name} is ${value}; it must be a whole number above 0.`,
        `Give another ${name}.`,
      );
    }
  }
  const ends = Array.from({ length: origins }, (_, k) => panel.periods.length - horizon - (origins - 1 - k) * step);
  checkFirst(panel, ends[0]!, { origins, horizon, step });
  const refit = startRefits("cross-validation", origins, hooks);
  const scores: OriginScore[] = [];
  for (const [k, end] of ends.entries()) {
    const { known, leftOut } = knownBefore(slicePeriods(panel, 0, end + horizon), end);
    const fit = await refit(known, { ...options, holdout: horizon }, `origin ${k + 1} of ${origins}`);
    scores.push({ ...scoreHoldout(fit), leftOut });
    throwIfCancelled(hooks);
  }
  const skills = scores.flatMap(({ skill }) => (skill === null ? [] : [skill]));
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return {
    horizon,
    step,
    interval: options.interval ?? 0.9,
    origins: scores,
    meanSkill: skills.length === 0 ? null : sum(skills) / skills.length,
    coverage: sum(scores.map(({ inside }) => inside)) / sum(scores.map(({ periods }) => periods)),
  };
}

function checkFirst(panel: Panel, end: number, asked: Required<RollingOrigins>): void {
  const total = panel.periods.length;
  const rows = panel.observed.reduce((sum, seen, i) => sum + (i % total < end ? seen : 0), 0);
  const least = leastParameters(panel);
  if (end >= 2 && rows > least) return;
  throw usageError(
    "TOO_FEW_PERIODS",
    `${asked.origins} origins ${asked.step} periods apart with a horizon of ${asked.horizon} leave ${Math.max(0, end)} of ${total} periods and ${rows} rows before the first origin; the model has at least ${least} parameters.`,
    "Ask for fewer origins, a shorter horizon or a smaller step.",
  );
}

function knownBefore(panel: Panel, end: number): { known: Panel; leftOut: OriginScore["leftOut"] } {
  const periods = panel.periods.length;
  const seen = (values: ArrayLike<number>, r: number): boolean => {
    for (let t = 0; t < end; t++)
      if (panel.observed[r * periods + t] === 1 && values[r * periods + t]! > 0) return true;
    return false;
  };
  const units = panel.units.filter((_, r) => !seen(panel.observed, r));
  const channels = panel.roles.channels.flatMap(({ name, activity }) => {
    const values = columnValues(panel, activity);
    return panel.units.some((_, r) => seen(values, r)) ? [] : [name];
  });
  return { known: withoutChannels(withoutUnits(panel, units), channels), leftOut: { units, channels } };
}

function scoreHoldout(fit: Fit): Omit<OriginScore, "leftOut"> {
  const { panel, design, draws, settings, learned } = fit;
  const { trainingEnd, periods } = design;
  const decomposition = decompose(fit);
  const { holdout, naive } = allMetrics(fit, { decomposition });
  const kpi = columnValues(panel, panel.roles.kpi);
  const cells = panel.observed.map((seen, i) => (i % periods >= trainingEnd ? seen : 0));
  const width = periods - trainingEnd;
  const actual: (number | null)[] = Array.from({ length: width }, () => null);
  const predicted = new Float64Array(width);
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] !== 1) continue;
    const h = (i % periods) - trainingEnd;
    actual[h] = (actual[h] ?? 0) + kpi[i]!;
    predicted[h]! += decomposition.prediction[i]!;
  }
  const samples = Array.from({ length: width }, () => new Float64Array(draws.count));
  const totals = new Float64Array(draws.count);
  replicate(fit, cells, (_, t, d, value) => {
    samples[t - trainingEnd]![d]! += value;
    totals[d]! += value;
  });
  const inside = actual.filter((value, h) => {
    const { lower, upper } = intervalOf(predicted[h]!, samples[h]!, settings.interval);
    return value !== null && lower <= value && value <= upper;
  });
  const ours = holdout!.rmse;
  const rule = naive.lastPeriods!.rmse;
  return {
    origin: panel.periods[trainingEnd - 1]!,
    trainingPeriods: trainingEnd,
    firstPeriod: panel.periods[trainingEnd]!,
    lastPeriod: panel.periods.at(-1)!,
    model: holdout!,
    naive,
    skill: ours === null || rule === null || rule === 0 ? null : 1 - ours / rule,
    inside: inside.length,
    periods: actual.filter((value) => value !== null).length,
    actual: actual.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    predicted: intervalOf(
      predicted.reduce((a, b) => a + b, 0),
      totals,
      settings.interval,
    ),
    converged: learned.mode.converged,
  };
}
