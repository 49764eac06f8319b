import { columnValues, createRandom, type Panel, type Random, type RunHooks, usageError, withColumn } from "@mmm/core";
import { readFit } from "./readings.js";
import { type RefitOptions, startRefits, withoutEvidence } from "./refit.js";
import type { PlaceboRun, PlaceboTest } from "./types.js";

export interface PlaceboOptions {
  /** Channels to test. Default all, one refit each. */
  readonly channels?: readonly string[];
  /** Refits per channel, each with other shifts. Default 1. */
  readonly repeats?: number;
}

/** Shares up to here count as nothing. */
const tolerance = 0.01;

/**
 * Does the model see an effect where there is none? One channel at a time is shifted in time, in a circle and by a
 * random part of each unit's history between a quarter and three quarters, and the model is refitted. What the shifted
 * channel did is unrelated to the KPI beside it, so the interval of its share should reach down to about nothing.
 * Lift tests and priors of the shifted channel are left out: they are not about the shifted spend.
 *
 * @throws MmmError `UNKNOWN_CHANNEL`, `BAD_OPTION`, `CANCELLED`
 * @example const { passed, runs } = await placeboTest(panel, { seed: 1 }, { repeats: 2 });
 */
export async function placeboTest(
  panel: Panel,
  options: RefitOptions = {},
  { channels = panel.roles.channels.map(({ name }) => name), repeats = 1 }: PlaceboOptions = {},
  hooks?: RunHooks,
): Promise<PlaceboTest> {
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw usageError("BAD_OPTION", `repeats is ${repeats}; it must be a whole number above 0.`, "Give 1 or more.");
  }
  const known = panel.roles.channels.map(({ name }) => name);
  const unknown = channels.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw usageError(
      "UNKNOWN_CHANNEL",
      `There is no channel '${unknown}'; there are: ${known.join(", ")}.`,
      "Correct it.",
    );
  }
  const refit = startRefits("placebo test", channels.length * repeats, hooks);
  const random = createRandom(options.seed ?? 1).split("placebo");
  const runs: PlaceboRun[] = [];
  for (const channel of channels) {
    for (let repeat = 1; repeat <= repeats; repeat++) {
      const shifted = shiftChannel(panel, channel, random.split(channel).split(repeat));
      const fit = await refit(shifted, withoutEvidence(options, channel), `${channel} shifted`);
      const { share, contribution } = readFit(fit).channels.find(({ name }) => name === channel)!;
      runs.push({ channel, repeat, share, contribution, passed: share.lower <= tolerance });
    }
  }
  return { tolerance, runs, passed: runs.filter(({ passed }) => passed).length };
}

/** Shift the columns of a channel in a circle over the known cells of each unit, each unit by its own random part. */
export function shiftChannel(panel: Panel, name: string, random: Random): Panel {
  const { activity, spend } = panel.roles.channels.find((channel) => channel.name === name)!;
  const periods = panel.periods.length;
  const parts = panel.units.map(() => 0.25 + 0.5 * random.uniform());
  const shift = (from: Panel, column: string): Panel => {
    const before = columnValues(from, column);
    const values = before.slice();
    parts.forEach((part, r) => {
      const cells: number[] = [];
      for (let i = r * periods; i < (r + 1) * periods; i++) if (Number.isFinite(values[i])) cells.push(i);
      const by = Math.round(part * cells.length);
      cells.forEach((cell, k) => {
        values[cell] = before[cells[(k + by) % cells.length]!]!;
      });
    });
    return withColumn(from, column, values);
  };
  const shifted = shift(panel, activity);
  return spend === null || spend === activity ? shifted : shift(shifted, spend);
}
