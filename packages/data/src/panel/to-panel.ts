// A table whose roles are known to a Panel. Everything that would make a fit meaningless is refused here, with the row
// and the column; nothing is filled in.

import { createPanel, type Diagnostic, dataError, type Frequency, type Panel, type PanelColumn } from "@mmm/core";
import { type ColumnProfile, profileColumns } from "../number/column-profile.js";
import type { DecimalMark } from "../number/read-number.js";
import { readPeriods } from "../period/read-periods.js";
import { buildTimeline } from "../period/timeline.js";
import type { TableRoles } from "../roles/types.js";
import { type Table, tableColumn, tablePlace } from "../table/table.js";
import { checkPanel, checkSigns } from "./check-panel.js";
import { placeRows } from "./grid.js";

export interface ToPanelOptions {
  /** Pattern of the dates, see `readPeriods`. */
  readonly dateFormat?: string;
  /** Decimal mark of the numbers, when the columns do not decide it. */
  readonly decimal?: DecimalMark;
  /**
   * Empty cells of media columns: `error` refuses them, `zero` takes them as no activity. Rows with an empty KPI are
   * always kept and masked; rows with an empty control are masked under `zero`.
   */
  readonly emptyCells?: "error" | "zero";
  /** ISO 4217 code of the currency of the spend columns; taken from their cells when absent. */
  readonly currency?: string;
  /** Last periods that will be held out; the data needs of a fit are checked against the rest. */
  readonly holdout?: number;
  /**
   * `predict` is for tables of the future, with the roles of an earlier fit: the KPI may be absent (all rows are then
   * masked), and no variation is asked for. Default `fit`.
   */
  readonly purpose?: "fit" | "predict";
  /** Frequency of the periods, for tables too short to show it. */
  readonly frequency?: Frequency;
}

export interface ToPanelResult {
  readonly panel: Panel;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Put the rows of a table on the grid units × periods.
 *
 * Units are sorted (numbers by value), periods are in time order. `observed` is 0 where the table has no row, and
 * where the row has no KPI; in the latter case the other columns keep their values, so carry-over still sees them.
 *
 * @throws MmmError for every fault of the data, see the package README for the list
 */
export function toPanel(
  table: Table,
  roles: TableRoles,
  options: ToPanelOptions = {},
  profiles: readonly ColumnProfile[] = profileColumns(table, options),
): ToPanelResult {
  const { emptyCells = "error", purpose = "fit" } = options;
  const timeline = buildTimeline(table, roles.date, readPeriods(table, roles.date, options), options);
  const { units, cellOfRow, rowOfCell } = placeRows(table, roles, timeline);

  const warnings: Diagnostic[] = [];
  const observed = new Uint8Array(units.length * timeline.periods.length);
  for (const cell of cellOfRow) observed[cell] = 1;
  const profileOf = new Map(profiles.map((profile) => [profile.name, profile]));
  const numbers = (column: string) => numberColumn(table, profileOf.get(tableColumn(table, column).name)!);
  const onGrid = (values: ArrayLike<number>): Float64Array => {
    const grid = new Float64Array(observed.length).fill(Number.NaN);
    for (const [row, cell] of cellOfRow.entries()) grid[cell] = values[row]!;
    return grid;
  };

  const columns = new Map<string, PanelColumn>();
  const add = (name: string, values: Float64Array, measure?: string) => {
    if (columns.has(name)) {
      throw dataError("DUPLICATE_COLUMN", `Two columns of the panel would be named '${name}'.`, "Rename one of them.");
    }
    columns.set(name, { name, values: onGrid(values), ...(measure !== undefined && { measure }) });
  };

  const kpiKnown = profileOf.has(roles.kpi) && profileOf.get(roles.kpi)!.kind !== "empty";
  if (purpose === "predict" && !kpiKnown) {
    observed.fill(0);
    add(roles.kpi, new Float64Array(table.rows).fill(Number.NaN));
  } else {
    const kpi = numbers(roles.kpi);
    maskRows(kpi.missing, "MISSING_KPI", `the KPI '${roles.kpi}'`);
    add(roles.kpi, kpi.values, kpi.measure);
  }

  for (const { activity, spend } of roles.channels) {
    for (const column of new Set(spend === null ? [activity] : [activity, spend])) {
      const { values, missing, measure } = numbers(column);
      if (missing.length > 0 && emptyCells === "error") {
        throw missingValue(
          table,
          column,
          missing,
          "Write 0 where nothing was spent, or pass the option emptyCells 'zero' to take empty media cells as 0.",
        );
      }
      const filled = values.slice();
      for (const row of missing) filled[row] = 0;
      if (missing.length > 0) {
        warnings.push({
          severity: "warning",
          code: "EMPTY_AS_ZERO",
          message: `${missing.length} empty cells of '${column}' were taken as 0, as asked.`,
          fix: "Write the zeros into the file to make it explicit.",
        });
      }
      add(column, filled, spend === column ? (options.currency ?? measure) : measure);
    }
  }
  const controls: string[] = [];
  for (const { name, column, level } of roles.controls) {
    if (level !== null) {
      add(
        name,
        Float64Array.from(tableColumn(table, column).cells, (cell) => (cell === level ? 1 : 0)),
      );
      controls.push(name);
      continue;
    }
    const { values, measure } = describing(column);
    const known = values.filter((value) => !Number.isNaN(value));
    if (purpose === "fit" && known.every((value) => value === known[0])) {
      warnings.push({
        severity: "warning",
        code: "CONSTANT_CONTROL",
        message: `Control '${column}' never changes and was left out.`,
        fix: "Remove it from the controls.",
      });
      continue;
    }
    add(name, values, measure);
    controls.push(name);
  }
  for (const column of [roles.population, roles.revenuePerKpi, ...roles.context]) {
    if (column === null) continue;
    const { values, measure } = describing(column);
    add(column, values, measure);
  }

  const currency = options.currency ?? spendCurrency(roles, profileOf);
  const panel = createPanel({
    units,
    periods: timeline.periods,
    frequency: timeline.frequency,
    columns: [...columns.values()],
    observed,
    roles: {
      kpi: roles.kpi,
      channels: roles.channels,
      controls,
      population: roles.population,
      revenuePerKpi: roles.revenuePerKpi,
      context: roles.context,
    },
    ...(currency !== undefined && { currency }),
  });
  const place = (cell: number, column: string) => tablePlace(table, rowOfCell.get(cell), column);
  if (purpose === "predict") checkSigns(panel, place);
  else checkPanel(panel, { ...(options.holdout !== undefined && { holdout: options.holdout }), place });
  return { panel, warnings };

  function describing(column: string): NumberColumn {
    const profile = numbers(column);
    if (profile.missing.length > 0 && emptyCells === "error") {
      throw missingValue(
        table,
        column,
        profile.missing,
        "Fill the cells, or leave the column out with the option ignore, or pass emptyCells 'zero' to mask these rows.",
      );
    }
    maskRows(profile.missing, "MISSING_CONTROL", `'${column}'`);
    return profile;
  }

  function maskRows(rows: readonly number[], code: string, what: string): void {
    if (rows.length === 0) return;
    for (const row of rows) observed[cellOfRow[row]!] = 0;
    warnings.push({
      severity: "warning",
      code,
      message: `${rows.length} ${rows.length === 1 ? "row has" : "rows have"} no value for ${what} (${rowList(table, rows)}); masked, not filled.`,
      fix: "Fill the cells if the values are known.",
    });
  }
}

type NumberColumn = Pick<ColumnProfile, "values" | "missing" | "measure">;

function numberColumn(table: Table, profile: ColumnProfile): NumberColumn {
  const row = profile.firstText;
  if (row !== null) {
    const cell = tableColumn(table, profile.name).cells[row]!;
    throw dataError(
      "NOT_A_NUMBER",
      `Column '${profile.name}' holds '${cell}' in row ${table.lines[row]}, which is not a number.`,
      "Correct the cell, empty it, or leave the column out with the option ignore.",
      tablePlace(table, row, profile.name),
    );
  }
  if (profile.kind === "empty") {
    throw dataError(
      "EMPTY_COLUMN",
      `Column '${profile.name}' has no value in any row.`,
      "Fill the column or leave it out with the option ignore.",
      tablePlace(table, undefined, profile.name),
    );
  }
  return profile;
}

function missingValue(table: Table, column: string, rows: readonly number[], fix: string) {
  return dataError(
    "MISSING_VALUE",
    `Column '${column}' is empty in ${rows.length === 1 ? "row" : `${rows.length} rows:`} ${rowList(table, rows)}.`,
    fix,
    tablePlace(table, rows[0], column),
  );
}

function rowList(table: Table, rows: readonly number[]): string {
  const shown = rows.slice(0, 5).map((row) => table.lines[row]);
  return `${shown.join(", ")}${rows.length > 5 ? ", …" : ""}`;
}

// The signs of one currency only: "$", "¥" and "kr" are shared by several, and formats know codes.
const currencySigns: Readonly<Record<string, string>> = {
  "€": "EUR",
  "£": "GBP",
  "₹": "INR",
  "₩": "KRW",
  "₺": "TRY",
  R$: "BRL",
  ZŁ: "PLN",
};

function spendCurrency(roles: TableRoles, profiles: ReadonlyMap<string, ColumnProfile>): string | undefined {
  const measures = new Set(
    roles.channels.flatMap(({ spend }) => (spend === null ? [] : [profiles.get(spend)?.measure])),
  );
  const [measure] = measures;
  if (measures.size !== 1 || measure === undefined) return undefined;
  return /^[A-Z]{3}$/.test(measure) ? measure : currencySigns[measure];
}
