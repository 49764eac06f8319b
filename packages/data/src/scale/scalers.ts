// What turns a panel's columns into numbers around one, learned from the training periods only. Plain values: they are
// saved with a fit and applied to any later data of the same units.

import { columnValues, type Panel } from "@mmm/core";
import { median } from "../statistics/quantile.js";

/** Every list follows the panel's order of units, channels and controls. */
export interface Scalers {
  readonly units: readonly string[];
  /** Mean KPI of each unit. */
  readonly kpi: readonly number[];
  /** `[channels][units]`: median of the positive activity of each unit. */
  readonly activity: readonly { readonly channel: string; readonly scale: readonly number[] }[];
  /** Mean and standard deviation over all observed cells of all units. */
  readonly controls: readonly { readonly control: string; readonly mean: number; readonly deviation: number }[];
}

/**
 * Learn the scalers of a panel from its periods `0 … end−1`.
 *
 * A unit without positive activity takes the median over the other units (1 when there is none); a unit whose mean KPI
 * is not positive takes the mean size of its KPI, or that of all units. A control that does not vary has deviation 1.
 *
 * @param end first period not to look at; the holdout start. Default: all periods
 * @example
 * const { holdoutStart } = splitPeriods(panel, 13);
 * const scalers = fitScalers(panel, { end: holdoutStart });
 */
export function fitScalers(panel: Panel, { end = panel.periods.length }: { readonly end?: number } = {}): Scalers {
  const perUnit = (name: string) => trainingValues(panel, name, end);
  const kpiValues = perUnit(panel.roles.kpi);
  const size = mean(kpiValues.flat().map(Math.abs));
  const kpi = kpiValues.map((values) => {
    const centre = mean(values);
    const own = centre > 0 ? centre : mean(values.map(Math.abs));
    return own > 0 ? own : size > 0 ? size : 1;
  });
  const activity = panel.roles.channels.map(({ name, activity: column }) => {
    const medians = perUnit(column).map((values) => median(values.filter((value) => value > 0)));
    const known = median(medians.filter((value) => value > 0));
    return { channel: name, scale: medians.map((value) => (value > 0 ? value : known > 0 ? known : 1)) };
  });
  const controls = panel.roles.controls.map((control) => {
    const values = perUnit(control).flat();
    const centre = values.length > 0 ? mean(values) : 0;
    const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
    return { control, mean: centre, deviation: deviation > 1e-12 * Math.abs(centre) && deviation > 0 ? deviation : 1 };
  });
  return { units: panel.units, kpi, activity, controls };
}

/** KPI over each unit's mean, `[units, periods]`. */
export function scaleKpi(scalers: Scalers, values: Float64Array): Float64Array {
  return byUnit(values, scalers.kpi, (value, scale) => value / scale);
}

/** Inverse of {@link scaleKpi}. */
export function unscaleKpi(scalers: Scalers, values: Float64Array): Float64Array {
  return byUnit(values, scalers.kpi, (value, scale) => value * scale);
}

/** Activity of channel `channel` (index) over each unit's median, `[units, periods]`. */
export function scaleActivity(scalers: Scalers, channel: number, values: Float64Array): Float64Array {
  return byUnit(values, scalers.activity[channel]!.scale, (value, scale) => value / scale);
}

/** Inverse of {@link scaleActivity}. */
export function unscaleActivity(scalers: Scalers, channel: number, values: Float64Array): Float64Array {
  return byUnit(values, scalers.activity[channel]!.scale, (value, scale) => value * scale);
}

/** Control `control` (index) minus its mean, over its standard deviation. */
export function scaleControl(scalers: Scalers, control: number, values: Float64Array): Float64Array {
  const { mean: centre, deviation } = scalers.controls[control]!;
  return values.map((value) => (value - centre) / deviation);
}

/** Inverse of {@link scaleControl}. */
export function unscaleControl(scalers: Scalers, control: number, values: Float64Array): Float64Array {
  const { mean: centre, deviation } = scalers.controls[control]!;
  return values.map((value) => value * deviation + centre);
}

function byUnit(
  values: Float64Array,
  scales: readonly number[],
  apply: (value: number, scale: number) => number,
): Float64Array {
  const periods = values.length / scales.length;
  return values.map((value, cell) => apply(value, scales[Math.floor(cell / periods)]!));
}

function trainingValues(panel: Panel, column: string, end: number): number[][] {
  const values = columnValues(panel, column);
  const width = panel.periods.length;
  return panel.units.map((_, unit) => {
    const kept: number[] = [];
    for (let t = 0; t < end; t++) {
      const cell = unit * width + t;
      if (panel.observed[cell] === 1) kept.push(values[cell]!);
    }
    return kept;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
