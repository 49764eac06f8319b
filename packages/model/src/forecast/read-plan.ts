// A table of future rows as a plan for `forecast`: the columns mean what they meant in the fit.

import { type Diagnostic, dataError, type Panel } from "@mmm/core";
import {
  type ControlSource,
  detectRoles,
  profileColumns,
  type Table,
  type TableRoles,
  type ToPanelOptions,
  toPanel,
} from "@mmm/data";
import type { Fit } from "../fit/fit.js";

export interface ReadPlanOptions extends Pick<ToPanelOptions, "dateFormat" | "decimal" | "emptyCells"> {
  /** Column of the periods. Default: recognised as in a fit. */
  readonly date?: string;
  /** Column of the units. Default: the one that holds names of the fit's units. */
  readonly geo?: string;
}

/**
 * Put the rows of a table on the grid of a fit's future.
 *
 * Columns carry the names they had in the data of the fit; KPI and spend beside an exposure may be absent. Text
 * controls are expanded into the levels that the fit knows.
 *
 * @throws MmmError of kind `data` with the row and column at fault
 * @example const { panel } = readPlan(fit, readTable(csv, { file: "plan.csv" }));
 */
export function readPlan(
  fit: Fit,
  table: Table,
  options: ReadPlanOptions = {},
): { readonly panel: Panel; readonly warnings: readonly Diagnostic[] } {
  const { roles, frequency } = fit.panel;
  const has = (column: string): boolean => table.columns.some(({ name }) => name === column);
  const channels = roles.channels.map((channel) => {
    if (!has(channel.activity)) {
      throw missing(table, "MISSING_CHANNEL", channel.activity, `the activity of channel '${channel.name}'`);
    }
    return channel.spend !== null && has(channel.spend) ? channel : { ...channel, spend: null };
  });
  const controls = roles.controls.map((name) => controlSource(table, name));
  const used = new Set([
    ...channels.flatMap(({ activity, spend }) => [activity, spend]),
    ...controls.map(({ column }) => column),
    roles.kpi,
    roles.population,
    roles.revenuePerKpi,
    ...roles.context,
  ]);
  const keys = keyColumns(fit, table, used, options);
  const planRoles: TableRoles = {
    ...keys,
    kpi: roles.kpi,
    channels,
    controls,
    population: roles.population !== null && has(roles.population) ? roles.population : null,
    revenuePerKpi: null,
    context: [],
    unused: [],
    assignments: [],
  };
  const { date: _, geo: __, ...reading } = options;
  // The KPI of the future is not known; where a file has one it is not looked at.
  const known = { ...table, columns: table.columns.filter(({ name }) => name !== roles.kpi) };
  const { panel, warnings } = toPanel(known, planRoles, { ...reading, purpose: "predict", frequency });
  const rest = table.columns
    .map(({ name }) => name)
    .filter((name) => !used.has(name) && name !== keys.date && name !== keys.geo);
  return {
    panel,
    warnings: [...table.warnings, ...warnings, ...unusedColumns(rest), ...newLevels(table, controls)],
  };
}

function missing(table: Table, code: string, column: string, what: string) {
  return dataError(
    code,
    `The plan has no column '${column}', ${what}; it has: ${table.columns.map(({ name }) => name).join(", ")}.`,
    "Add the column under the name it had in the data of the fit.",
    { ...(table.file !== null && { file: table.file }), column },
  );
}

// A control of the fit is a number column of that name, or the level of a text column: `event_launch` of `event`.
function controlSource(table: Table, name: string): ControlSource {
  const names = table.columns.map((column) => column.name);
  if (names.includes(name)) return { name, column: name, level: null };
  const text = names.filter((column) => name.startsWith(`${column}_`)).sort((a, b) => b.length - a.length)[0];
  if (text === undefined) throw missing(table, "MISSING_CONTROL", name, "a control of the fit");
  return { name, column: text, level: name.slice(text.length + 1) };
}

function keyColumns(
  fit: Fit,
  table: Table,
  used: ReadonlySet<string | null>,
  { date, geo: givenGeo, ...reading }: ReadPlanOptions,
): { readonly date: string; readonly geo: string | null } {
  const { units, roles } = fit.panel;
  const open = table.columns.filter(({ name }) => !used.has(name) && name !== date);
  const overlap = (cells: readonly string[]): number => cells.filter((cell) => units.includes(cell)).length;
  const best = open.reduce<{ name: string | null; count: number }>(
    (top, { name, cells }) => (overlap(cells) > top.count ? { name, count: overlap(cells) } : top),
    { name: null, count: 0 },
  );
  const geo = givenGeo ?? best.name;
  if (date !== undefined) return { date, geo };
  const blank = { name: roles.kpi, cells: new Array<string>(table.rows).fill("") };
  const activity = roles.channels[0]!.activity;
  const media = table.columns.find(({ name }) => name === activity)!;
  const candidates = { ...table, columns: [...open, media, blank] };
  const found = detectRoles(candidates, profileColumns(candidates, reading), {
    kpi: roles.kpi,
    media: [activity],
    ...(geo !== null && { geo }),
    organic: [],
    treatments: [],
    controls: [],
    context: [],
  });
  return { date: found.date, geo: geo ?? found.geo };
}

function unusedColumns(columns: readonly string[]): Diagnostic[] {
  if (columns.length === 0) return [];
  return [
    {
      severity: "info",
      code: "UNUSED_COLUMN",
      message: `${columns.map((name) => `'${name}'`).join(", ")} ${columns.length === 1 ? "is" : "are"} not in the fit and not used.`,
      fix: "",
    },
  ];
}

const nothing = /^(|-|na|n\/a|none|no|nothing|null|false|0|no[ _-]?event|normal|regular|other)$/i;

// One level of a text control stands for "nothing" and has no series. A word for nothing, or a level that fills most of
// the column, is taken to be that one; any other unknown level is new.
function newLevels(table: Table, controls: readonly ControlSource[]): Diagnostic[] {
  const texts = new Set(controls.filter(({ level }) => level !== null).map(({ column }) => column));
  return [...texts].flatMap((name): Diagnostic[] => {
    const known = new Set(controls.filter(({ column }) => column === name).map(({ level }) => level));
    const { cells } = table.columns.find((column) => column.name === name)!;
    const rows = (level: string): number => cells.filter((cell) => cell === level).length;
    const levels = [...new Set(cells)].filter((cell) => cell !== "" && !known.has(cell));
    const base = levels.find((level) => nothing.test(level)) ?? levels.find((level) => 2 * rows(level) > cells.length);
    const unknown = levels.filter((level) => level !== base);
    if (unknown.length === 0 && (base === undefined || nothing.test(base))) return [];
    if (unknown.length === 0) {
      return [
        {
          severity: "info",
          code: "BASE_LEVEL",
          message: `'${base}' in column '${name}' is forecast as no event, because the fit has no effect for it.`,
          fix: "",
        },
      ];
    }
    return [
      {
        severity: "warning",
        code: "UNKNOWN_LEVEL",
        message: `Column '${name}' holds ${unknown.map((level) => `'${level}'`).join(", ")}, forecast as no event because the fit has no effect for ${unknown.length === 1 ? "it" : "them"}; it knows ${[...known].map((level) => `'${level}'`).join(", ")}.`,
        fix: "Correct the spelling, or fit with data that contain the event.",
      },
    ];
  });
}
