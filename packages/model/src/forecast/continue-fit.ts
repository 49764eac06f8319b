// A fit whose panel goes on into the future: same parameters and scales, more periods after the training ones. The
// decomposition of such a fit is the forecast; carry-over, season, trend, level and shocks go on as in a holdout.

import { columnValues, createPanel, dataError, type Panel, shiftPeriod } from "@mmm/core";
import type { Fit } from "../fit/fit.js";
import { buildDesign } from "../structural/design.js";
import { makeProblem } from "../structural/objective.js";

export interface ContinuedFit {
  readonly fit: Fit;
  /** First future period. */
  readonly start: number;
  /** 1 where the plan has a row, `[units, periods]`; 0 in the periods of the fit. */
  readonly planned: Uint8Array;
}

/**
 * Append the periods of a plan. Its KPI, if it has one, is not looked at.
 *
 * @throws MmmError of kind `data`: `FREQUENCY`, `NOT_NEXT_PERIOD`, `UNKNOWN_UNIT`, `UNKNOWN_CHANNEL`,
 *   `MISSING_CHANNEL`, `MISSING_CONTROL`, `MISSING_VALUE`, `NEGATIVE_ACTIVITY`, `NO_PLAN`
 */
export function continueFit(fit: Fit, plan: Panel): ContinuedFit {
  const { panel: past, layout, learned } = fit;
  const labels = futureLabels(past, plan);
  checkChannels(past, plan);
  const start = past.periods.length;
  const future = labels.length;
  const periods = start + future;
  const rowOf = unitRows(past, plan);

  const columns = past.columns.map((column) => {
    const given = column.name === past.roles.kpi ? undefined : plan.columns.find(({ name }) => name === column.name);
    const values = new Float64Array(past.units.length * periods).fill(Number.NaN);
    for (let r = 0; r < past.units.length; r++) {
      values.set(column.values.subarray(r * start, (r + 1) * start), r * periods);
      const row = rowOf[r]!;
      if (given && row >= 0) values.set(given.values.subarray(row * future, (row + 1) * future), r * periods + start);
    }
    return { ...column, values };
  });
  const observed = new Uint8Array(past.units.length * periods);
  for (let r = 0; r < past.units.length; r++) {
    observed.set(past.observed.subarray(r * start, (r + 1) * start), r * periods);
  }
  const panel = createPanel({ ...past, periods: [...past.periods, ...labels], columns, observed });
  const settings = { ...fit.settings, holdout: fit.settings.holdout + future };
  const design = buildDesign(panel, settings, fit.design.scales);
  const { variances, weights, evidence } = learned.problem;
  const problem = makeProblem(design, layout, variances, weights, evidence);
  return {
    fit: { ...fit, panel, settings, design, learned: { ...learned, problem } },
    start,
    planned: plannedCells(panel, start),
  };
}

function futureLabels(past: Panel, plan: Panel): string[] {
  if (plan.frequency !== past.frequency) {
    throw dataError(
      "FREQUENCY",
      `The plan has one row per ${plan.frequency}, the fit one per ${past.frequency}.`,
      `Bring the plan to one row per ${past.frequency}.`,
    );
  }
  const last = past.periods.at(-1)!;
  const expected = plan.periods.map((_, h) => shiftPeriod(last, past.frequency, h + 1));
  const wrong = plan.periods.findIndex((label, h) => !samePeriod(label, expected[h]!, past));
  if (wrong >= 0) {
    const given = plan.periods[wrong]!;
    throw dataError(
      "NOT_NEXT_PERIOD",
      wrong === 0
        ? `The plan begins with ${given}, but the data of the fit end with ${last}, so the next ${unitOf(past)} is ${expected[0]}.`
        : `In the plan ${given} follows ${plan.periods[wrong - 1]}; the next ${unitOf(past)} is ${expected[wrong]}.`,
      "Give every period from the first after the fit's data on, without a gap and without periods the fit has seen.",
      { period: given },
    );
  }
  return expected;
}

const unitOf = (panel: Panel): string => (panel.frequency === "index" ? "period" : panel.frequency);

// Dates of months, quarters and years may name any day of their month.
function samePeriod(a: string, b: string, { frequency }: Panel): boolean {
  const monthly = frequency === "month" || frequency === "quarter" || frequency === "year";
  return monthly ? a.slice(0, 7) === b.slice(0, 7) : a === b;
}

function unitRows(past: Panel, plan: Panel): number[] {
  const unknown = plan.units.filter((unit) => !past.units.includes(unit));
  if (unknown.length > 0) {
    const some = past.units.slice(0, 8).join(", ");
    throw dataError(
      "UNKNOWN_UNIT",
      `The plan has rows for '${unknown.slice(0, 5).join("', '")}', which the fit does not know; it has: ${some}${past.units.length > 8 ? ", …" : ""}.`,
      "Correct the name, drop the rows, or predict new units from the others: option newUnits, `--new-units` of mmm predict.",
      { unit: unknown[0]! },
    );
  }
  return past.units.map((unit) => plan.units.indexOf(unit));
}

function checkChannels(past: Panel, plan: Panel): void {
  const known = past.roles.channels;
  const unknown = plan.roles.channels.filter(({ name }) => !known.some((channel) => channel.name === name));
  if (unknown.length > 0) {
    throw dataError(
      "UNKNOWN_CHANNEL",
      `The plan has the channel '${unknown[0]!.name}', which the fit does not know; it has: ${known.map(({ name }) => name).join(", ")}.`,
      "Drop the channel from the plan, or fit a model that has seen it.",
    );
  }
  const has = (column: string): boolean => plan.columns.some(({ name }) => name === column);
  for (const { name, activity } of known) {
    if (has(activity)) continue;
    throw dataError(
      "MISSING_CHANNEL",
      `The plan has no column '${activity}', the activity of channel '${name}'.`,
      "Add the column, with 0 where nothing is planned.",
      { column: activity },
    );
  }
  for (const name of past.roles.controls) {
    if (has(name)) continue;
    throw dataError(
      "MISSING_CONTROL",
      `The plan has no column '${name}', a control of the fit.`,
      "Add the column with the values you expect, or fit without this control.",
      { column: name },
    );
  }
}

// A future cell is planned where any channel has a value; then all of them, and the controls, must have one.
function plannedCells(panel: Panel, start: number): Uint8Array {
  const periods = panel.periods.length;
  const media = panel.roles.channels.map(({ activity }) => activity);
  const needed = [...media, ...panel.roles.controls].map((name) => ({ name, values: columnValues(panel, name) }));
  const planned = new Uint8Array(panel.units.length * periods);
  let count = 0;
  for (let i = 0; i < planned.length; i++) {
    if (i % periods < start || !needed.some(({ values }, k) => k < media.length && Number.isFinite(values[i])))
      continue;
    planned[i] = 1;
    count++;
    needed.forEach(({ name, values }, k) => {
      const place = { unit: panel.units[Math.floor(i / periods)]!, period: panel.periods[i % periods]!, column: name };
      if (!Number.isFinite(values[i])) {
        throw dataError("MISSING_VALUE", `The plan has no value of '${name}'.`, "Fill the cell.", place);
      }
      if (k < media.length && values[i]! < 0) {
        throw dataError(
          "NEGATIVE_ACTIVITY",
          `The plan has ${values[i]} of '${name}'; activity cannot be negative.`,
          "Set the cell to 0 or more.",
          place,
        );
      }
    });
  }
  if (count === 0) throw dataError("NO_PLAN", "The plan has no row.", "Give one row per unit and future period.");
  return planned;
}
