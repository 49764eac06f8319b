// A Parquet file too large to hold: its keys are read once to see that units follow each other in time order, its values
// block by block whenever they are needed.

import { statSync } from "node:fs";
import type { RowBlock } from "@mmm/causal-granger-vi";
import { type Diagnostic, dataError, dayToIso, isoDay, type MmmError } from "@mmm/core";
import { selectColumns } from "@mmm/data";
import { streamParquet } from "@mmm/data/node";
import type { ObservationFlags, Observations } from "./observations.js";

/** Files at least this large are streamed. */
export const streamedFrom = 20e6;

export interface UnitStream {
  readonly unit: string;
  readonly time: string;
  /** Rows with whole steps in place of periods. */
  open(): AsyncIterable<RowBlock>;
  readonly firstStep: ReadonlyMap<string, number>;
  label(step: number): string;
}

/**
 * Observations that stay in their file, for engines of units; null for other files than large Parquet files with
 * `--unit` and `--time`, and for rows that are not sorted by both: these are read whole.
 *
 * @throws MmmError `NO_SUCH_COLUMN`, `BAD_PERIOD`, `UNEVEN_PERIODS`, and what reading a Parquet file throws
 */
export async function streamObservations(
  path: string,
  flags: ObservationFlags,
  least: number = streamedFrom,
): Promise<Observations | null> {
  const { unit, time } = flags;
  if (unit === undefined || time === undefined || !/\.parquet$/i.test(path) || statSync(path).size < least) return null;
  let first: RowBlock | null = null;
  for await (const block of streamParquet(path)) {
    first = block;
    break;
  }
  if (!first || first.rows === 0) return null;
  const { variables, context, notes } = chosenColumns(first, flags);
  const steps = await readSteps(path, unit, time);
  if (!steps) return null;
  const columns = [...variables, ...context];
  return {
    data: {
      columns,
      rows: steps.rows,
      values: new Float64Array(0),
      temporal: true,
      units: [...steps.firstStep.keys()],
    },
    variables,
    context,
    calendar: null,
    complete: false,
    stream: {
      unit,
      time,
      firstStep: steps.firstStep,
      label: steps.label,
      async *open() {
        for await (const { rows, columns: cells } of streamParquet(path, [unit, time, ...columns])) {
          yield { rows, columns: { ...cells, [time]: cells[time]!.map(steps.stepOf) } };
        }
      },
    },
    notes: [
      {
        severity: "info",
        code: "STREAMED",
        message: "The file is read in blocks; checks that need all rows at once are left out.",
        fix: "Give a part of the units in a smaller file to see them.",
      },
      ...notes,
    ],
  };
}

function chosenColumns(
  { columns }: RowBlock,
  flags: ObservationFlags,
): Pick<Observations, "variables" | "context"> & { readonly notes: readonly Diagnostic[] } {
  const names = Object.keys(columns);
  for (const name of [flags.unit!, flags.time!]) if (!columns[name]) selectColumns(name, names, "--unit and --time");
  const pick = (patterns: string, option: string) => selectColumns(patterns, names, option).map(({ column }) => column);
  const context = flags.context === undefined ? [] : pick(flags.context, "--context");
  const taken = new Set([flags.unit, flags.time, ...context]);
  const numeric = (name: string): boolean => {
    const cell = columns[name]!.find((value) => value !== null);
    return typeof cell === "number" || typeof cell === "bigint";
  };
  const variables = (flags.vars === undefined ? names.filter(numeric) : pick(flags.vars, "--vars")).filter(
    (name) => !taken.has(name),
  );
  if (variables.length < 2) {
    throw dataError(
      "TOO_FEW_COLUMNS",
      `A graph needs at least 2 variables; ${variables.length === 0 ? "no column was" : `only '${variables[0]}' was`} chosen. The table has: ${names.join(", ")}.`,
      "Name number columns with --vars.",
    );
  }
  return {
    variables,
    context,
    notes:
      flags.vars === undefined
        ? [
            {
              severity: "info",
              code: "VARIABLES_CHOSEN",
              message: `Without --vars all number columns are variables: ${variables.join(", ")}.`,
              fix: "Name the variables with --vars.",
            },
          ]
        : [],
  };
}

interface Steps {
  readonly rows: number;
  readonly firstStep: ReadonlyMap<string, number>;
  stepOf(cell: unknown): number;
  label(step: number): string;
}

/** Keys of all rows; null when units are scattered or periods do not ascend within them. */
async function readSteps(path: string, unit: string, time: string): Promise<Steps | null> {
  let calendar: Calendar | null = null;
  const firstStep = new Map<string, number>();
  let [rows, last, step] = [0, "", 0];
  for await (const block of streamParquet(path, [unit, time])) {
    const units = block.columns[unit]!;
    const periods = block.columns[time]!;
    calendar ??= calendarOf(periods, time);
    for (let i = 0; i < block.rows; i++) {
      const name = String(units[i] ?? "");
      const next = calendar.stepOf(periods[i]);
      if (name === last ? next <= step : firstStep.has(name)) return null;
      if (name !== last) firstStep.set(name, next);
      [last, step] = [name, next];
    }
    rows += block.rows;
  }
  return calendar && { rows, firstStep, stepOf: calendar.stepOf, label: calendar.label };
}

interface Calendar {
  stepOf(cell: unknown): number;
  label(step: number): string;
}

/** How periods are counted: whole numbers as they are, dates by the smallest distance between them. */
function calendarOf(cells: readonly unknown[], column: string): Calendar {
  const bad = (cell: unknown): MmmError =>
    dataError(
      "BAD_PERIOD",
      `Column '${column}' holds '${String(cell)}', which is neither a whole number nor a date YYYY-MM-DD.`,
      "Write periods in one of these ways, or give a file that can be read whole.",
      { column },
    );
  if (typeof cells[0] === "number" || typeof cells[0] === "bigint") {
    const stepOf = (cell: unknown): number => {
      const step = Number(cell);
      if (cell === null || !Number.isInteger(step)) throw bad(cell);
      return step;
    };
    return { stepOf, label: String };
  }
  const dayOf = (cell: unknown): number => {
    const day = cell instanceof Date ? Math.floor(cell.getTime() / 86_400_000) : isoDay(String(cell).slice(0, 10));
    if (!Number.isFinite(day)) throw bad(cell);
    return day;
  };
  const days = [...new Set(cells.map(dayOf))].sort((a, b) => a - b);
  const apart = days.slice(1).reduce((least, day, i) => Math.min(least, day - days[i]!), Number.POSITIVE_INFINITY);
  if (apart >= 28) {
    const months = apart > 300 ? 12 : apart > 80 ? 3 : 1;
    const dayOfMonth = Number(dayToIso(days[0]!).slice(8));
    return {
      stepOf: (cell) => {
        const [year, month] = dayToIso(dayOf(cell)).split("-").map(Number);
        return Math.floor((12 * year! + month! - 1) / months);
      },
      label: (step) => {
        const at = step * months + (monthOf(days[0]!) % months);
        const last = new Date(Date.UTC(Math.floor(at / 12), (at % 12) + 1, 0)).getUTCDate();
        return `${Math.floor(at / 12)}-${pad((at % 12) + 1)}-${pad(Math.min(dayOfMonth, last))}`;
      },
    };
  }
  const length = Number.isFinite(apart) ? apart : 1;
  const origin = days[0]!;
  return {
    stepOf: (cell) => {
      const step = (dayOf(cell) - origin) / length;
      if (Number.isInteger(step)) return step;
      throw dataError(
        "UNEVEN_PERIODS",
        `Column '${column}' has '${dayToIso(dayOf(cell))}', which is not a multiple of ${length} days from '${dayToIso(origin)}'.`,
        "Use one distance between periods.",
        { column },
      );
    },
    label: (step) => dayToIso(origin + length * step),
  };
}

const monthOf = (day: number): number => {
  const [year, month] = dayToIso(day).split("-").map(Number);
  return 12 * year! + month! - 1;
};
const pad = (value: number): string => String(value).padStart(2, "0");
