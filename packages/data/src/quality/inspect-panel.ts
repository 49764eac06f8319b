import { columnValues, type Panel } from "@mmm/core";
import { columnQuality, observedCells } from "./column-quality.js";
import { correlationMatrix, varianceInflation, withinUnit } from "./correlation.js";
import { findProblems } from "./problems.js";
import type { ColumnQuality, DataQuality } from "./types.js";

/**
 * What a panel can and cannot tell, before any model sees it: statistics per column, collinearity within units, and the
 * problems of this data set in plain words, worst first.
 *
 * Correlations and variance inflation are computed after removing each unit's mean. Outliers are cells beyond 1.5
 * interquartile ranges of their unit (Tukey 1977).
 *
 * @param options `holdout`: last periods that will be held out; data needs are judged by the rest
 * @example inspectPanel(panel).diagnostics[0]?.message
 */
export function inspectPanel(panel: Panel, { holdout = 0 }: { readonly holdout?: number } = {}): DataQuality {
  const cells = observedCells(panel);
  const observed = cells.reduce((sum, own) => sum + own.length, 0);
  const { channels, controls } = panel.roles;
  const columns = rolesOfColumns(panel).map(([name, role]) => columnQuality(panel, name, role, cells));
  const activities = [...new Set(channels.map(({ activity }) => activity))];
  const names = [...activities, ...controls];
  const values = correlationMatrix(names.map((name) => withinUnit(columnValues(panel, name), cells)));
  const inflation = varianceInflation(values).slice(0, activities.length);
  const described = {
    units: panel.units.length,
    periods: panel.periods.length,
    firstPeriod: panel.periods[0]!,
    lastPeriod: panel.periods.at(-1)!,
    frequency: panel.frequency,
    observedCells: observed,
    missingCells: panel.observed.length - observed,
    columns,
    correlations: { names, values },
    varianceInflation: activities.map((name, i) => ({ name, value: inflation[i]! })),
  };
  return { ...described, diagnostics: findProblems(panel, described, cells, holdout) };
}

function rolesOfColumns(panel: Panel): [name: string, role: ColumnQuality["role"]][] {
  const { kpi, channels, controls, population, revenuePerKpi, context } = panel.roles;
  const roles = new Map<string, ColumnQuality["role"]>([[kpi, "kpi"]]);
  const add = (name: string | null, role: ColumnQuality["role"]) => {
    if (name !== null && !roles.has(name)) roles.set(name, role);
  };
  for (const { activity } of channels) add(activity, "activity");
  for (const { spend } of channels) add(spend, "spend");
  for (const name of controls) add(name, "control");
  add(population, "population");
  add(revenuePerKpi, "revenuePerKpi");
  for (const name of context) add(name, "context");
  return [...roles];
}
