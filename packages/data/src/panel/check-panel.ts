// What a panel must satisfy before a response model can be fitted to it at all.

import { columnValues, dataError, type ErrorPlace, type Panel } from "@mmm/core";

export interface CheckPanelOptions {
  /** Last periods that will be held out of the fit. */
  readonly holdout?: number;
  /** Where a cell of the panel came from, for messages. */
  readonly place?: (cell: number, column: string) => ErrorPlace;
}

/**
 * Number of free quantities a structural model has at least: a level per unit, four per channel (effect, carry-over
 * and two of saturation), one per control, two of the season and one trend.
 */
export function leastParameters(panel: Panel): number {
  return panel.units.length + 4 * panel.roles.channels.length + panel.roles.controls.length + 3;
}

/**
 * Refuse a panel that no response model can learn from.
 *
 * @throws MmmError `NEGATIVE_VALUE`, `ZERO_CHANNEL`, `CONSTANT_KPI`, `TOO_FEW_PERIODS`
 */
export function checkPanel(panel: Panel, options: CheckPanelOptions = {}): void {
  const { holdout = 0, place = (cell, column) => cellPlace(panel, cell, column) } = options;
  const width = panel.periods.length;
  checkSigns(panel, place);
  for (const { name, column } of mediaColumns(panel)) {
    if (columnValues(panel, column).some((value) => value > 0)) continue;
    throw dataError(
      "ZERO_CHANNEL",
      `Channel '${name}' is 0 in every row of column '${column}'; nothing can be learned about it.`,
      "Leave it out with the option ignore, or pass history in which it was active.",
      { column },
    );
  }
  const kpi = columnValues(panel, panel.roles.kpi);
  let first = Number.NaN;
  let varies = false;
  let cells = 0;
  for (let i = 0; i < kpi.length; i++) {
    if (panel.observed[i] !== 1) continue;
    if (Number.isNaN(first)) first = kpi[i]!;
    if (kpi[i] !== first) varies = true;
    if (i % width < width - holdout) cells++;
  }
  if (!varies && !Number.isNaN(first)) {
    throw dataError(
      "CONSTANT_KPI",
      `The KPI '${panel.roles.kpi}' is ${first} in every row; there is nothing to explain.`,
      "Check that the option kpi names the right column.",
      { column: panel.roles.kpi },
    );
  }
  const needed = leastParameters(panel);
  if (cells <= needed) {
    throw dataError(
      "TOO_FEW_PERIODS",
      `${cells} observed rows${holdout > 0 ? ` before the holdout of ${holdout} periods` : ""} are too few: ${panel.units.length} unit${panel.units.length === 1 ? "" : "s"}, ${panel.roles.channels.length} channels and ${panel.roles.controls.length} controls have at least ${needed} parameters.`,
      "Pass more history or more regions, hold out fewer periods, or model fewer channels and controls.",
    );
  }
}

/** Refuse spend or exposure below zero. Throws `NEGATIVE_VALUE`. */
export function checkSigns(panel: Panel, place: (cell: number, column: string) => ErrorPlace): void {
  for (const { name, column } of mediaColumns(panel)) {
    const values = columnValues(panel, column);
    const negative = values.findIndex((value) => value < 0);
    if (negative < 0) continue;
    const where = place(negative, column);
    throw dataError(
      "NEGATIVE_VALUE",
      `Channel '${name}' has ${values[negative]} in column '${column}'${where.row === undefined ? "" : `, row ${where.row}`}; spend and exposure cannot be negative.`,
      "Book refunds into the period they belong to, or set the cell to 0.",
      where,
    );
  }
}

function mediaColumns(panel: Panel): { readonly name: string; readonly column: string }[] {
  return panel.roles.channels.flatMap(({ name, activity, spend }) =>
    [...new Set(spend === null ? [activity] : [activity, spend])].map((column) => ({ name, column })),
  );
}

function cellPlace(panel: Panel, cell: number, column: string): ErrorPlace {
  const width = panel.periods.length;
  return { column, unit: panel.units[Math.floor(cell / width)]!, period: panel.periods[cell % width]! };
}
