// Where a lift test lies in a panel, and what the channel would have done there without it.

import { columnValues, dataError, isoDay, type MmmError, type Panel, shiftPeriod } from "@mmm/core";
import { describeLiftTest, type LiftTest } from "./lift-test.js";

export interface PlacedLiftTest {
  /** Index of the channel in the panel's roles. */
  readonly channel: number;
  /** Indices of the units. */
  readonly units: readonly number[];
  /** Periods `start … end − 1` of the change; the KPI is compared in `start … until − 1`. */
  readonly start: number;
  readonly end: number;
  readonly until: number;
  /** Activity without the test, `[units, end − start]`; NaN where the panel has no row. */
  readonly withoutTest: Float64Array;
  /** Actual minus counterfactual spend (activity where no cost is known), summed. */
  readonly spendChange: number;
}

/**
 * Find the cells of a test and the counterfactual activity in them.
 *
 * An increase and a change in per cent scale the observed activity. A cut of an amount is added to what was observed, in
 * proportion to each unit's mean before the test, because a channel that was switched off shows nothing to scale.
 *
 * @throws MmmError of kind `data`: `UNKNOWN_CHANNEL`, `UNKNOWN_UNIT`, `BAD_PERIOD`, `OUTSIDE_DATA`, `NO_ROWS`,
 *   `BAD_SPEND_CHANGE`, `BAD_LIFT`; `place.column` names the part of the test that is wrong
 */
export function placeLiftTest(panel: Panel, test: LiftTest): PlacedLiftTest {
  const channel = panel.roles.channels.findIndex(({ name }) => name === test.channel);
  if (channel < 0) {
    throw fault(
      "UNKNOWN_CHANNEL",
      `There is no channel '${test.channel}'; the channels are: ${panel.roles.channels.map(({ name }) => name).join(", ")}.`,
      "Use a name of the list.",
      "channel",
    );
  }
  const units = placeUnits(panel, test.units);
  const start = placePeriod(panel, test.from, "from");
  const end = placePeriod(panel, test.to, "to") + 1;
  const until = test.until === undefined ? end : placePeriod(panel, test.until, "until") + 1;
  if (end <= start) {
    throw fault("BAD_PERIOD", `The test ends (${test.to}) before it begins (${test.from}).`, "Swap the dates.", "to");
  }
  if (until < end) {
    throw fault(
      "BAD_PERIOD",
      `The KPI is measured until ${test.until}, which is before the test ends (${test.to}).`,
      "Give the last period in which the KPI was measured, or leave it out.",
      "until",
    );
  }
  checkMeasurement(test);
  return { channel, units, start, end, until, ...counterfactual(panel, test, channel, units, start, end) };
}

function placeUnits(panel: Panel, units: LiftTest["units"]): number[] {
  if (units === "all") return panel.units.map((_, r) => r);
  const unknown = units.filter((unit) => !panel.units.includes(unit));
  if (unknown.length > 0 || units.length === 0) {
    const some = `${panel.units.slice(0, 8).join(", ")}${panel.units.length > 8 ? ", …" : ""}`;
    throw fault(
      "UNKNOWN_UNIT",
      units.length === 0
        ? "The test names no unit."
        : `There is no unit '${unknown.join("', '")}'; there are: ${some}.`,
      "Write 'all', or names of units separated by ';'.",
      "units",
    );
  }
  return [...new Set(units)].map((unit) => panel.units.indexOf(unit));
}

function placePeriod({ periods, frequency }: Panel, label: string, column: string): number {
  const position = (text: string): number => (frequency === "index" ? Number(text) : isoDay(text));
  const at = position(label);
  if (Number.isNaN(at) || label.trim() === "") {
    throw fault(
      "BAD_PERIOD",
      `'${label}' is no ${frequency === "index" ? "number of a period" : "date"}.`,
      frequency === "index" ? "Give whole numbers as in the data." : "Write dates as YYYY-MM-DD.",
      column,
    );
  }
  const afterLast = position(shiftPeriod(periods.at(-1)!, frequency, 1));
  if (at < position(periods[0]!) || at >= afterLast) {
    throw fault(
      "OUTSIDE_DATA",
      `${label} is outside the data, which run from ${periods[0]} to ${periods.at(-1)}.`,
      "Add the periods of the test to the data, or leave the test out.",
      column,
    );
  }
  let found = 0;
  while (found + 1 < periods.length && position(periods[found + 1]!) <= at) found++;
  return found;
}

function checkMeasurement({ lift, standardError, degreesOfFreedom }: LiftTest): void {
  if (!Number.isFinite(lift)) {
    throw fault("BAD_LIFT", `The lift is ${lift}.`, "Give the difference in KPI units as a number.", "lift");
  }
  if (!(standardError > 0)) {
    throw fault(
      "BAD_LIFT",
      `The standard error is ${standardError}; it must be above 0.`,
      "Give the standard error of the lift, or the ends of its confidence interval.",
      "standard_error",
    );
  }
  if (degreesOfFreedom !== undefined && !(degreesOfFreedom > 0)) {
    throw fault(
      "BAD_LIFT",
      `The degrees of freedom are ${degreesOfFreedom}; they must be above 0.`,
      "Give the number of regions minus the number of estimated means, or leave it out.",
      "degrees_of_freedom",
    );
  }
}

function counterfactual(
  panel: Panel,
  test: LiftTest,
  channel: number,
  units: readonly number[],
  start: number,
  end: number,
): Pick<PlacedLiftTest, "withoutTest" | "spendChange"> {
  const periods = panel.periods.length;
  const role = panel.roles.channels[channel]!;
  const activity = columnValues(panel, role.activity);
  const spend = columnValues(panel, role.spend ?? role.activity);
  const width = end - start;
  const withoutTest = new Float64Array(units.length * width).fill(Number.NaN);
  const forEachCell = (visit: (cell: number, into: number, unit: number) => void): void => {
    units.forEach((r, k) => {
      for (let t = start; t < end; t++) {
        if (panel.observed[r * periods + t] === 1) visit(r * periods + t, k * width + t - start, k);
      }
    });
  };
  let spent = 0;
  let cells = 0;
  forEachCell((cell) => {
    spent += spend[cell]!;
    cells++;
  });
  const what = describeLiftTest(test);
  if (cells === 0) {
    throw fault(
      "NO_ROWS",
      `The data have no row for ${what}.`,
      "Correct units and dates, or leave the test out.",
      "units",
    );
  }
  const scaled = (factor: number): Pick<PlacedLiftTest, "withoutTest" | "spendChange"> => {
    forEachCell((cell, into) => {
      withoutTest[into] = factor * activity[cell]!;
    });
    return { withoutTest, spendChange: (1 - factor) * spent };
  };
  const change = test.spendChange;
  const needsSpend = change === "all" || "percent" in change || change.amount > 0;
  if (needsSpend && !(spent > 0)) {
    throw fault(
      "BAD_SPEND_CHANGE",
      `The data show no spend in ${what}, so nothing can have been added to it.`,
      "Correct channel, units or dates; for a test that switched the channel off give the amount that was cut, such as -12000.",
      "spend_change",
    );
  }
  if (change === "all") return scaled(0);
  if ("percent" in change) {
    if (!(change.percent > -100) || change.percent === 0) {
      throw fault(
        "BAD_SPEND_CHANGE",
        `A change of ${change.percent}% leaves no spend to tell from the data what there would have been without the test.`,
        "For a test that switched the channel off give the amount that was cut, such as -12000; a change is never 0%.",
        "spend_change",
      );
    }
    return scaled(1 / (1 + change.percent / 100));
  }
  const { amount } = change;
  if (!Number.isFinite(amount) || amount === 0) {
    throw fault(
      "BAD_SPEND_CHANGE",
      `The spend change is ${amount}.`,
      "Give the amount added or cut (12000, -12000), a per cent (50%), or 'all'.",
      "spend_change",
    );
  }
  if (amount > 0) {
    if (amount > spent * (1 + 1e-9)) {
      throw fault(
        "BAD_SPEND_CHANGE",
        `${what[0]!.toUpperCase()}${what.slice(1)} is said to have added ${amount}, but the data show only ${Number(spent.toPrecision(6))} there.`,
        "Give the total over units and periods in the unit of the data; check channel, units and dates.",
        "spend_change",
      );
    }
    return scaled(1 - amount / spent);
  }
  const { shares, activityPerSpend } = meansBefore(panel, activity, spend, units, start, end);
  const weight = (k: number): number => shares[k]!;
  let total = 0;
  forEachCell((_, __, k) => {
    total += weight(k);
  });
  if (!(total > 0)) {
    throw fault(
      "BAD_SPEND_CHANGE",
      `Outside ${what} these units spent nothing, so it cannot be said where the ${-amount} were cut.`,
      "Name only units in which the channel runs.",
      "units",
    );
  }
  forEachCell((cell, into, k) => {
    withoutTest[into] = activity[cell]! + ((-amount * weight(k)) / total) * activityPerSpend;
  });
  return { withoutTest, spendChange: amount };
}

// Mean spend of each unit before the test, or after it where there is nothing before.
function meansBefore(
  panel: Panel,
  activity: Float64Array,
  spend: Float64Array,
  units: readonly number[],
  start: number,
  end: number,
): { readonly shares: readonly number[]; readonly activityPerSpend: number } {
  const periods = panel.periods.length;
  const over = (from: number, to: number) => {
    let spent = 0;
    let done = 0;
    const shares = units.map((r) => {
      let sum = 0;
      let rows = 0;
      for (let t = from; t < to; t++) {
        const cell = r * periods + t;
        if (panel.observed[cell] !== 1) continue;
        sum += spend[cell]!;
        done += activity[cell]!;
        rows++;
      }
      spent += sum;
      return rows === 0 ? 0 : sum / rows;
    });
    return { shares, activityPerSpend: spent > 0 ? done / spent : 0, spent };
  };
  const before = over(0, start);
  return before.spent > 0 ? before : over(end, periods);
}

function fault(code: string, message: string, fix: string, column: string): MmmError {
  return dataError(code, message, fix, { column });
}
