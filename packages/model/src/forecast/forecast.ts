// The KPI of future periods from a media plan: the fit goes on into those periods as it does into a holdout.

import { columnValues, type Diagnostic, type Panel, usageError } from "@mmm/core";
import { decompose } from "../attribution/decompose.js";
import { replicate } from "../attribution/replicate.js";
import type { Fit } from "../fit/fit.js";
import { farBeyond } from "../health/experience.js";
import { seasonFindings } from "../health/season.js";
import type { Interval } from "../result/types.js";
import { intervalOf } from "../uncertainty/interval.js";
import { type ContinuedFit, continueFit } from "./continue-fit.js";
import { futureContributions } from "./contributions.js";
import { type WithNewUnits, withNewUnits } from "./new-units.js";
import type { Forecast, ForecastCell, ForecastChannel } from "./types.js";

export interface ForecastOptions {
  /** Probability mass of the intervals. Default: that of the fit. */
  readonly interval?: number;
  /**
   * Predict units that the fit has not seen from the hierarchy, with the spread between units in their intervals; see
   * {@link withNewUnits}. Default false: an unknown unit is an error, because most are misspelt.
   */
  readonly newUnits?: boolean;
}

/**
 * Forecast the KPI for the periods of a media plan.
 *
 * Activity of the last observed periods carries over into the plan; season and trend keep their phase; level and common
 * shocks go on from where the training periods left them, with growing uncertainty. The interval of `predicted` is that
 * of the KPI to be observed (parameters linearised around the mode, as the curvature behind the draws describes);
 * intervals of contributions come from the draws through the model itself.
 *
 * @param plan one row per unit and future period: activity of every channel and every control. The first period is the
 *   one after the fit's last; units may be absent. {@link readPlan} makes it from a table
 * @throws MmmError of kind `data` when the plan does not follow on the fit, see {@link continueFit}
 * @example
 * const fit = await fitStructural(panel);
 * const { panel: plan } = readPlan(fit, createTable({ week: ["2025-01-06"], tv: [1000], price: [9.5] }));
 * const { total, channels } = forecast(fit, plan);
 */
export function forecast(
  fit: Fit,
  plan: Panel,
  { interval = fit.settings.interval, newUnits = false }: ForecastOptions = {},
): Forecast {
  if (!(interval > 0 && interval < 1)) {
    throw usageError("BAD_OPTION", `interval is ${interval}; it must lie between 0 and 1.`, "Give 0.9, for example.");
  }
  const extended = withNewUnits(fit, newUnits ? plan : { ...plan, units: fit.panel.units });
  const continued = continueFit(extended.fit, plan);
  const { fit: longer, start, planned } = continued;
  const { panel, design, draws } = longer;
  const { units, periods, channels } = design;
  const future = periods - start;
  const parts = decompose(longer);
  const contributions = futureContributions(continued, extended.sizes);
  const samples = sampleFuture(continued, extended.sizes);
  const predicted = (cells: readonly number[], sampled: ArrayLike<number>): Interval =>
    intervalOf(
      cells.reduce((sum, i) => sum + parts.prediction[i]!, 0),
      sampled,
      interval,
    );

  const cells: ForecastCell[] = [];
  const indices: number[] = [];
  for (let r = 0; r < units; r++) {
    for (let h = 0; h < future; h++) {
      const i = r * periods + start + h;
      if (planned[i] !== 1) continue;
      indices.push(i);
      const drawn = contributions.cells[r * future + h]!;
      cells.push({
        unit: panel.units[r]!,
        period: panel.periods[start + h]!,
        predicted: predicted([i], samples.cells[r * future + h]!),
        baseline: parts.prediction[i]! - parts.media.reduce((sum, media) => sum + media[i]!, 0),
        contributions: Array.from({ length: channels }, (_, c) =>
          intervalOf(parts.media[c]![i]!, drawn.subarray(c * draws.count, (c + 1) * draws.count), interval),
        ),
      });
    }
  }
  return {
    kpi: panel.roles.kpi,
    frequency: panel.frequency,
    interval,
    periods: panel.periods.slice(start),
    cells,
    byPeriod: Array.from({ length: future }, (_, h) => {
      const here = indices.filter((i) => i % periods === start + h);
      return here.length === 0 ? null : predicted(here, samples.byPeriod[h]!);
    }),
    total: predicted(indices, samples.total),
    baseline: cells.reduce((sum, cell) => sum + cell.baseline, 0),
    channels: panel.roles.channels.map(({ name, activity, spend }, c): ForecastChannel => {
      const planTotal = (column: string): number => {
        const values = columnValues(panel, column);
        return indices.reduce((sum, i) => sum + values[i]!, 0);
      };
      const cost = spend === null ? Number.NaN : planTotal(spend);
      const estimate = (of: "contribution" | "carriedIn"): Interval =>
        intervalOf(
          contributions.mode[of][c]!,
          contributions.draws.map((sums) => sums[of][c]!),
          interval,
        );
      return {
        name,
        activity: planTotal(activity),
        spend: Number.isFinite(cost) ? cost : null,
        contribution: estimate("contribution"),
        carriedIn: estimate("carriedIn"),
      };
    }),
    diagnostics: [
      ...staleLevel(fit),
      ...seasonFindings(fit),
      ...absentUnits(continued),
      ...addedUnits(extended),
      ...extrapolation(continued, fit.panel.units.length),
    ],
  };
}

// Samples of the KPI per draw: of each planned cell, summed by period, and in all.
function sampleFuture({ fit, start, planned }: ContinuedFit, sizes: readonly (Float64Array | null)[]) {
  const { units, periods } = fit.design;
  const { count } = fit.draws;
  const future = periods - start;
  const cells: (Float64Array | undefined)[] = new Array(units * future);
  const byPeriod = Array.from({ length: future }, () => new Float64Array(count));
  const total = new Float64Array(count);
  replicate(fit, planned, (r, t, d, sample) => {
    const value = sample * (sizes[r]?.[d] ?? 1);
    const i = r * future + t - start;
    cells[i] ??= new Float64Array(count);
    cells[i][d] = value;
    byPeriod[t - start]![d]! += value;
    total[d]! += value;
  });
  return { cells, byPeriod, total };
}

function staleLevel({ panel, settings, design }: Fit): Diagnostic[] {
  if (settings.holdout === 0) return [];
  return [
    {
      severity: "warning",
      code: "STALE_LEVEL",
      message: `The fit held out its last ${settings.holdout} periods: their media carry over into the forecast, but the level of the KPI is the one learned up to ${panel.periods[design.trainingEnd - 1]}.`,
      fix: "Fit again without a holdout before forecasting in earnest.",
    },
  ];
}

function absentUnits({ fit, start, planned }: ContinuedFit): Diagnostic[] {
  const { units, periods } = fit.panel;
  const width = periods.length;
  const absent = units.filter((_, r) => !planned.subarray(r * width + start, (r + 1) * width).includes(1));
  if (absent.length === 0) return [];
  return [
    {
      severity: "info",
      code: "UNITS_NOT_PLANNED",
      message: `${absent.length} of ${units.length} units have no row in the plan (${absent.slice(0, 5).join(", ")}${absent.length > 5 ? ", …" : ""}); totals are of the others.`,
      fix: "Add their rows if they are to be forecast.",
    },
  ];
}

function addedUnits({ added, sizeFrom, sizeSpread }: WithNewUnits): Diagnostic[] {
  if (added.length === 0) return [];
  const some = added.slice(0, 5).join(", ") + (added.length > 5 ? ", …" : "");
  return [
    {
      severity: "warning",
      code: "NEW_UNIT",
      message: `${added.length === 1 ? "The unit" : `${added.length} units`} ${some} ${added.length === 1 ? "is" : "are"} not in the fit and predicted like a unit of ${added.length === 1 ? "its" : "their"} ${sizeFrom === "population" ? "population" : "planned activity"}; fitted units lie around that by a factor of ${Math.exp(sizeSpread).toFixed(2)}.`,
      fix: "Check the spelling if it should be a known unit; fit again when it has data of its own.",
    },
  ];
}

/** @param known units with a past; the others have nothing to compare with */
function extrapolation({ fit, start, planned }: ContinuedFit, known: number): Diagnostic[] {
  const { panel } = fit;
  const periods = panel.periods.length;
  return panel.roles.channels.flatMap(({ name, activity }): Diagnostic[] => {
    const values = columnValues(panel, activity);
    let cells = 0;
    let most = 0;
    for (let r = 0; r < known; r++) {
      const row = values.subarray(r * periods, (r + 1) * periods);
      const seen = row.subarray(0, start).reduce((top, x) => (Number.isFinite(x) ? Math.max(top, x) : top), 0);
      for (let t = start; t < periods; t++) {
        if (planned[r * periods + t] !== 1 || row[t]! <= farBeyond * seen) continue;
        cells++;
        most = Math.max(most, row[t]! / seen);
      }
    }
    if (cells === 0) return [];
    const times = Number.isFinite(most) ? `, up to ${most.toFixed(1)} times` : "";
    return [
      {
        severity: "warning",
        code: "EXTRAPOLATION",
        message: `The plan for '${name}' exceeds anything its unit has seen in ${cells} ${cells === 1 ? "row" : "rows"}${times}: the response there is the curve's shape, not experience.`,
        fix: "Keep to levels that were tried, or approach the new level in steps and refit.",
      },
    ];
  });
}
