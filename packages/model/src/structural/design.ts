// The panel as the structural solver sees it: everything scaled per unit, by numbers that come from training periods
// only, in arrays laid out for its loops. Rebuilding the design for a longer panel with the same scales gives forecasts.

import { columnValues, dataError, isoDay, type Panel, yearPosition } from "@mmm/core";
import { fitScalers } from "@mmm/data";
import type { StructuralSettings } from "./settings.js";

/** Everything that is learned from the training periods before any parameter is. */
export interface DesignScales {
  /** Mean KPI of the unit; shape `[units]`. */
  readonly kpi: Float64Array;
  /** Median positive activity of the unit; shape `[units, channels]`. */
  readonly activity: Float64Array;
  /** Mean activity, which stands in for weeks before the data and for absent rows; `[units, channels]`. */
  readonly activityMean: Float64Array;
  /** Mean of the unit, `[units, controls]`. */
  readonly controlCentre: Float64Array;
  /** Deviation around the units' means: pooled, or the unit's own where units differ in size by more than five. */
  readonly controlScale: Float64Array;
  /** Year position that the trend counts from, and the years it calls 1. */
  readonly trendOrigin: number;
  readonly trendSpan: number;
}

export interface Design {
  readonly units: number;
  readonly periods: number;
  readonly channels: number;
  readonly controls: number;
  /** First period that the fit does not see. */
  readonly trainingEnd: number;
  readonly lags: number;
  readonly scales: DesignScales;
  /** Part of a unit's mean KPI that channels are believed not to exceed. */
  readonly mediaCeiling: number;
  /** KPI over the unit's scale, `[units, periods]`, NaN where absent. */
  readonly kpi: Float64Array;
  /** Activity over the unit's scale with `lags − 1` periods of mean activity before: `[units, channels, lags − 1 + periods]`. */
  readonly activity: Float64Array;
  /** `[units, periods, controls]`. */
  readonly control: Float64Array;
  /** `[seasons, periods]`; harmonics as sine and cosine pairs. */
  readonly season: Float64Array;
  readonly seasons: number;
  readonly trend: Float64Array;
  /** 1 where the KPI enters the likelihood, `[units, periods]`. */
  readonly used: Uint8Array;
  readonly observed: Uint8Array;
}

export function buildDesign(panel: Panel, settings: StructuralSettings, given?: DesignScales): Design {
  const units = panel.units.length;
  const periods = panel.periods.length;
  const trainingEnd = periods - settings.holdout;
  const channels = panel.roles.channels.length;
  const controls = panel.roles.controls.length;
  const years = panel.periods.map((label) => yearPosition(label, panel.frequency));
  const scales = given ?? learnScales(panel, trainingEnd, years);
  const rawKpi = columnValues(panel, panel.roles.kpi);
  const lead = settings.lags - 1;
  const width = lead + periods;

  const kpi = new Float64Array(units * periods).fill(Number.NaN);
  const used = new Uint8Array(units * periods);
  const activity = new Float64Array(units * channels * width);
  const control = new Float64Array(units * periods * controls);
  for (let r = 0; r < units; r++) {
    let seen = 0;
    for (let t = 0; t < periods; t++) {
      const i = r * periods + t;
      if (panel.observed[i] !== 1) continue;
      kpi[i] = rawKpi[i]! / scales.kpi[r]!;
      if (t < trainingEnd && seen >= settings.burnIn) used[i] = 1;
      seen++;
    }
    for (let c = 0; c < channels; c++) {
      const values = columnValues(panel, panel.roles.channels[c]!.activity);
      const scale = scales.activity[r * channels + c]!;
      const mean = scales.activityMean[r * channels + c]! / scale;
      const offset = (r * channels + c) * width;
      activity.fill(mean, offset, offset + lead);
      for (let t = 0; t < periods; t++) {
        const i = r * periods + t;
        activity[offset + lead + t] = Number.isFinite(values[i]) ? values[i]! / scale : mean;
      }
    }
    for (let k = 0; k < controls; k++) {
      const values = columnValues(panel, panel.roles.controls[k]!);
      const centre = scales.controlCentre[r * controls + k]!;
      const scale = scales.controlScale[r * controls + k]!;
      for (let t = 0; t < periods; t++) {
        const i = r * periods + t;
        if (Number.isFinite(values[i])) control[i * controls + k] = (values[i]! - centre) / scale;
      }
    }
  }

  const { season, seasons } = seasonColumns(panel, settings, years);
  const trend = Float64Array.from(years, (year) => (year - scales.trendOrigin) / scales.trendSpan);
  return {
    units,
    periods,
    channels,
    controls,
    trainingEnd,
    lags: settings.lags,
    scales,
    mediaCeiling: settings.mediaCeiling,
    kpi,
    activity,
    control,
    season,
    seasons,
    trend,
    used,
    observed: panel.observed,
  };
}

function seasonColumns(panel: Panel, settings: StructuralSettings, years: readonly number[]) {
  const cycles: { turns: readonly number[]; harmonics: number }[] = [{ turns: years, harmonics: settings.harmonics }];
  if (settings.weekdays) cycles.push({ turns: panel.periods.map((label) => isoDay(label) / 7), harmonics: 3 });
  const periods = panel.periods.length;
  const seasons = cycles.reduce((sum, cycle) => sum + 2 * cycle.harmonics, 0);
  const season = new Float64Array(seasons * periods);
  let column = 0;
  for (const { turns, harmonics } of cycles) {
    for (let h = 1; h <= harmonics; h++) {
      for (let t = 0; t < periods; t++) {
        season[column * periods + t] = Math.sin(2 * Math.PI * h * turns[t]!);
        season[(column + 1) * periods + t] = Math.cos(2 * Math.PI * h * turns[t]!);
      }
      column += 2;
    }
  }
  return { season, seasons };
}

function learnScales(panel: Panel, trainingEnd: number, years: readonly number[]): DesignScales {
  const units = panel.units.length;
  const periods = panel.periods.length;
  const { channels, controls } = panel.roles;
  const rows = panel.units.map((unit, r) => {
    const cells: number[] = [];
    for (let t = 0; t < trainingEnd; t++) if (panel.observed[r * periods + t] === 1) cells.push(r * periods + t);
    if (cells.length > 0) return cells;
    throw dataError(
      "UNIT_WITHOUT_TRAINING",
      `Unit '${unit}' has no row in the ${trainingEnd} training periods.`,
      "Drop the unit, or hold out fewer periods.",
      { unit },
    );
  });

  const scalers = fitScalers(panel, { end: trainingEnd });
  const activity = new Float64Array(units * channels.length);
  const activityMean = new Float64Array(units * channels.length);
  channels.forEach((channel, c) => {
    const values = columnValues(panel, channel.activity);
    let total = 0;
    for (let r = 0; r < units; r++) {
      activity[r * channels.length + c] = scalers.activity[c]!.scale[r]!;
      activityMean[r * channels.length + c] = mean(rows[r]!.map((i) => values[i]!));
      total += activityMean[r * channels.length + c]!;
    }
    if (total === 0) {
      throw dataError(
        "CHANNEL_ALWAYS_ZERO",
        `Channel '${channel.name}' (column '${channel.activity}') is zero in all ${trainingEnd} training periods.`,
        "Leave the channel out, or hold out fewer periods.",
        { column: channel.activity },
      );
    }
  });

  const controlCentre = new Float64Array(units * controls.length);
  const controlScale = new Float64Array(units * controls.length);
  controls.forEach((name, k) => {
    const values = columnValues(panel, name);
    const spread = rows.map((cells, r) => {
      const own = cells.map((i) => values[i]!);
      controlCentre[r * controls.length + k] = mean(own);
      return deviation(own);
    });
    const pooled = Math.sqrt(mean(spread.map((s) => s * s)));
    const sizesDiffer = Math.max(...spread) > 5 * mean(spread);
    for (let r = 0; r < units; r++) {
      const own = spread[r]! > 1e-12 * pooled ? spread[r]! : pooled;
      controlScale[r * controls.length + k] = (sizesDiffer ? own : pooled) || 1;
    }
  });

  return {
    kpi: Float64Array.from(scalers.kpi),
    activity,
    activityMean,
    controlCentre,
    controlScale,
    trendOrigin: mean(years.slice(0, trainingEnd)),
    trendSpan: Math.max(1e-9, years[trainingEnd - 1]! - years[0]!),
  };
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
