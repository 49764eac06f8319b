// A Panel is the one shape of data that every engine reads: units × periods × named columns, with an explicit mask of
// what was observed. It is immutable; deriving data makes a new one. It is not a data frame: reading files, guessing
// roles and splitting live in @mmm/data.

import { dataError } from "../errors/errors.js";
import type { Frequency } from "./period.js";

/**
 * One thing that is bought or done to move the KPI.
 *
 * `activity` is the column that drives the response (exposure where it is known, otherwise spend); `spend` is what it
 * cost and is what ROI divides by. Both name columns of the panel. `spend` is null for organic activity and for
 * exposures whose cost is unknown.
 */
export interface Channel {
  readonly name: string;
  readonly activity: string;
  readonly spend: string | null;
  readonly kind: "paid" | "organic" | "treatment";
}

/** Which column means what. Every string is the name of a column. */
export interface PanelRoles {
  readonly kpi: string;
  readonly channels: readonly Channel[];
  readonly controls: readonly string[];
  readonly population: string | null;
  readonly revenuePerKpi: string | null;
  readonly context: readonly string[];
}

/** Values in row-major order `[units, periods]`; `unit` r and `period` t sit at `r * periods + t`. NaN where absent. */
export interface PanelColumn {
  readonly name: string;
  readonly values: Float64Array;
  /** Unit of measure, for example "EUR", "impressions". */
  readonly measure?: string;
}

export interface Panel {
  readonly units: readonly string[];
  /** Labels in time order without gaps: ISO dates or integers, at one frequency. */
  readonly periods: readonly string[];
  readonly frequency: Frequency;
  readonly columns: readonly PanelColumn[];
  /** 1 where the data have a row for (unit, period); shape `[units, periods]`. */
  readonly observed: Uint8Array;
  readonly roles: PanelRoles;
  readonly currency?: string;
}

/**
 * Check a panel's shape and freeze it.
 *
 * @throws MmmError when a column has the wrong length, a role names no column, or an observed cell is not finite
 */
export function createPanel(panel: Panel): Panel {
  const cells = panel.units.length * panel.periods.length;
  const names = new Set<string>();
  for (const column of panel.columns) {
    if (names.has(column.name)) {
      throw dataError("DUPLICATE_COLUMN", `Two columns are named '${column.name}'.`, "Rename one of them.");
    }
    names.add(column.name);
    if (column.values.length !== cells) {
      throw dataError(
        "SHAPE",
        `Column '${column.name}' has ${column.values.length} values; ${panel.units.length} units × ${panel.periods.length} periods need ${cells}.`,
      );
    }
    for (let i = 0; i < cells; i++) {
      if (panel.observed[i] === 1 && !Number.isFinite(column.values[i])) {
        throw dataError(
          "NOT_FINITE",
          `Column '${column.name}' is ${column.values[i]} in an observed row; every observed cell needs a finite number.`,
          "Fill the cell, drop the row, or leave the column out.",
          {
            unit: panel.units[Math.floor(i / panel.periods.length)]!,
            period: panel.periods[i % panel.periods.length]!,
            column: column.name,
          },
        );
      }
    }
  }
  if (panel.observed.length !== cells) {
    throw dataError("SHAPE", `The mask has ${panel.observed.length} cells, expected ${cells}.`);
  }
  const { kpi, channels, controls, population, revenuePerKpi, context } = panel.roles;
  const wanted = [
    kpi,
    ...channels.flatMap((channel) => (channel.spend === null ? [channel.activity] : [channel.activity, channel.spend])),
    ...controls,
    ...context,
    ...(population === null ? [] : [population]),
    ...(revenuePerKpi === null ? [] : [revenuePerKpi]),
  ];
  for (const name of wanted) {
    if (!names.has(name)) {
      throw dataError("MISSING_COLUMN", `No column is named '${name}'; the panel has: ${[...names].join(", ")}.`);
    }
  }
  return Object.freeze({ ...panel });
}

/** Values of a column, shape `[units, periods]`. Throws when the panel has no such column. */
export function columnValues(panel: Panel, name: string): Float64Array {
  const column = panel.columns.find((candidate) => candidate.name === name);
  if (!column) {
    const known = panel.columns.map((candidate) => candidate.name).join(", ");
    throw dataError("MISSING_COLUMN", `No column is named '${name}'; the panel has: ${known}.`);
  }
  return column.values;
}

/**
 * The panel with other values in one column.
 *
 * @param values the new ones, `[units, periods]`, or what becomes of the one in a period and unit
 * @throws MmmError `MISSING_COLUMN`, and whatever {@link createPanel} finds wrong with the new values
 * @example withColumn(panel, "tv", (value, period) => (period >= 52 ? 2 * value : value))
 */
export function withColumn(
  panel: Panel,
  name: string,
  values: Float64Array | ((value: number, period: number, unit: number) => number),
): Panel {
  const before = columnValues(panel, name);
  const periods = panel.periods.length;
  const after =
    typeof values === "function"
      ? before.map((value, i) => values(value, i % periods, Math.floor(i / periods)))
      : values;
  return createPanel({
    ...panel,
    columns: panel.columns.map((column) => (column.name === name ? { ...column, values: after } : column)),
  });
}

/** The panel restricted to periods `start … end−1`. Units are kept, also those without rows in the window. */
export function slicePeriods(panel: Panel, start: number, end: number): Panel {
  const total = panel.periods.length;
  const width = end - start;
  const cut = <A extends Float64Array | Uint8Array>(from: A, into: A): A => {
    for (let r = 0; r < panel.units.length; r++) into.set(from.subarray(r * total + start, r * total + end), r * width);
    return into;
  };
  return createPanel({
    ...panel,
    periods: panel.periods.slice(start, end),
    columns: panel.columns.map((column) => ({
      ...column,
      values: cut(column.values, new Float64Array(panel.units.length * width)),
    })),
    observed: cut(panel.observed, new Uint8Array(panel.units.length * width)),
  });
}
