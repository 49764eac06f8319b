// The panel as the structural solver sees it: everything scaled per unit, by numbers that come from training periods
// only, in arrays laid out for its loops. Rebuilding the design for a longer panel with the same scales gives forecasts.

import { columnValues, dataError, type Panel, yearPosition, isoDay } from "@mmm/core";
import type { StructuralSettings } from "./settings.js";

/** Everything that is learned from the training periods before any parameter is. */
export interface DesignScales {
  /** Mean KPI of the unit; shape `[units]`. */
  readonly kpi: Float64Array;
  /** Median activity of the unit; shape `[units, channels]`. */
  readonly activity: Float64Array;
  /** Mean activity, which stands in for weeks before the data and for absent rows; `[units, channels]`. */
  readonly activityMean: Float64Array;
  readonly controlCentre: Float64Array;
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
        activity[offset + lead + t] = panel.observed[i] === 1 ? values[i]! / scale : mean;
      }
    }
    for (let k = 0; k < controls; k++) {
      const values = columnValues(panel, panel.roles.controls[k]!);
      const centre = scales.controlCentre[r * controls + k]!;
      const scale = scales.controlScale[r * controls + k]!;
      for (let t = 0; t < periods; t++) {
        const i = r * periods + t;
        if (panel.observed[i] === 1) control[i * controls + k] = (values[i]! - centre) / scale;
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
  const rows: number[][] = panel.units.map((_, r) => {
    const out: number[] = [];
    for (let t = 0; t < trainingEnd; t++) if (panel.observed[r * periods + t] === 1) out.push(r * periods + t);
    return out;
  });
  rows.forEach((cells, r) => {
    if (cells.length === 0) {
      throw dataError(
        "UNIT_WITHOUT_TRAINING",
        `Unit '${panel.units[r]}' has no row in the ${trainingEnd} training periods.`,
        "Drop the unit, or hold out fewer periods.",
        { unit: panel.units[r]! },
      );
    }
  });

  const kpiValues = columnValues(panel, panel.roles.kpi);
  const kpi = Float64Array.from(rows, (cells) => mean(cells.map((i) => Math.abs(kpiValues[i]!))));
  const typical = mean([...kpi]);
  if (!(typical > 0)) {
    throw dataError("KPI_ZERO", `The KPI '${panel.roles.kpi}' is zero in every training row.`, "Choose another KPI column.");
  }
  for (let r = 0; r < units; r++) if (kpi[r]! < 1e-9 * typical) kpi[r] = typical;

  const { channels, controls } = panel.roles;
  const activity = new Float64Array(units * channels.length);
  const activityMean = new Float64Array(units * channels.length);
  channels.forEach((channel, c) => {
    const values = columnValues(panel, channel.activity);
    let activityPerKpi = 0;
    let active = 0;
    for (let r = 0; r < units; r++) {
      const cells = rows[r]!.map((i) => values[i]!);
      const i = r * channels.length + c;
      activityMean[i] = mean(cells);
      activity[i] = activityScale(cells);
      if (activity[i]! > 0) {
        activityPerKpi += activity[i]! / kpi[r]!;
        active++;
      }
    }
    if (active === 0) {
      throw dataError(
        "CHANNEL_ALWAYS_ZERO",
        `Channel '${channel.name}' (column '${channel.activity}') is zero in all ${trainingEnd} training periods.`,
        "Leave the channel out, or hold out fewer periods.",
        { column: channel.activity },
      );
    }
    for (let r = 0; r < units; r++) {
      const i = r * channels.length + c;
      if (activity[i] === 0) activity[i] = (activityPerKpi / active) * kpi[r]!;
    }
  });

  const controlCentre = new Float64Array(units * controls.length);
  const controlScale = new Float64Array(units * controls.length);
  controls.forEach((name, k) => {
    const values = columnValues(panel, name);
    const spread: number[] = [];
    for (let r = 0; r < units; r++) {
      const cells = rows[r]!.map((i) => values[i]!);
      controlCentre[r * controls.length + k] = mean(cells);
      spread.push(deviation(cells));
    }
    const pooled = Math.sqrt(mean(spread.map((s) => s * s)));
    const positive = spread.filter((s) => s > 1e-12 * pooled);
    const proportional = positive.length > 0 && Math.max(...positive) > 5 * median(positive);
    for (let r = 0; r < units; r++) {
      const own = spread[r]! > 1e-12 * pooled ? spread[r]! : pooled;
      controlScale[r * controls.length + k] = (proportional ? own : pooled) || 1;
    }
  });

  const origin = mean(years.slice(0, trainingEnd));
  const span = Math.max(1e-9, years[trainingEnd - 1]! - years[0]!);
  return { kpi, activity, activityMean, controlCentre, controlScale, trendOrigin: origin, trendSpan: span };
}

/** Median activity; for a channel that is dark half of the time or more, the mean of its active periods; 0 if never. */
function activityScale(values: readonly number[]): number {
  const middle = median(values);
  const active = values.filter((value) => value > 0);
  if (active.length === 0) return 0;
  return middle > 0.05 * mean(active) ? middle : mean(active);
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

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
