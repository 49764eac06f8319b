import type { Panel } from "@mmm/core";
import { createTable, type Table } from "../table/table.js";

export interface PanelTableOptions {
  /** Name of the unit column; null leaves it out. Default "unit", or null for a single unit. */
  readonly unit?: string | null;
  /** Name of the period column. Default: "date" for days, "period" for integers, else the frequency. */
  readonly period?: string;
}

/**
 * A panel in long rows, one per unit and period of which anything is known, as a file would hold it. Values are written
 * so that reading them gives the same numbers; unknown ones are empty cells.
 *
 * @example toCsv(panelToTable(panel))
 */
export function panelToTable(panel: Panel, options: PanelTableOptions = {}): Table {
  const width = panel.periods.length;
  const names = { day: "date", index: "period" } as const;
  const {
    unit = panel.units.length === 1 ? null : "unit",
    period = panel.frequency === "day" || panel.frequency === "index" ? names[panel.frequency] : panel.frequency,
  } = options;
  const rows = Array.from({ length: panel.units.length * width }, (_, cell) => cell).filter((cell) =>
    panel.columns.some(({ values }) => !Number.isNaN(values[cell]!)),
  );
  return createTable({
    ...(unit !== null && { [unit]: rows.map((cell) => panel.units[Math.floor(cell / width)]!) }),
    [period]: rows.map((cell) => panel.periods[cell % width]!),
    ...Object.fromEntries(panel.columns.map(({ name, values }) => [name, rows.map((cell) => values[cell]!)])),
  });
}
