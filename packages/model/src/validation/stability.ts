// Do the numbers hold still when the data change in a way that should not matter much?

import { createPanel, createRandom, type Panel, type RunHooks, slicePeriods, usageError } from "@mmm/core";
import type { Interval } from "../result/types.js";
import { type Readings, readFit } from "./readings.js";
import { type RefitOptions, startRefits } from "./refit.js";
import type { Movement, Stability } from "./types.js";

/**
 * Fit with and without the last periods and say what moved: what a reader of last month's report would see change.
 * Shares, ROI, half-lives and the media fraction are compared over the periods that both fits have.
 *
 * @param options as for {@link fitStructural}, or {@link refitModel} of a model; `holdout` is not used
 * @param change `drop`: periods taken away. Default 4
 * @returns movements in widths of the interval of the fit to all periods; above 1 the intervals were too optimistic
 * @throws MmmError `BAD_OPTION`, `CANCELLED`
 * @example const { most, movements } = await refitStability(panel, { seed: 1 });
 */
export async function refitStability(
  panel: Panel,
  options: RefitOptions = {},
  { drop = 4 }: { readonly drop?: number } = {},
  hooks?: RunHooks,
): Promise<Stability> {
  const end = panel.periods.length - drop;
  if (!Number.isInteger(drop) || drop < 1 || end < 2) {
    throw usageError(
      "BAD_OPTION",
      `drop is ${drop}; it must be a whole number from 1 to ${panel.periods.length - 2} for these data.`,
      "Give a smaller number.",
    );
  }
  const refit = startRefits("stability", 2, hooks);
  const all = await refit(panel, { ...options, holdout: 0 }, "all periods");
  const shorter = await refit(slicePeriods(panel, 0, end), { ...options, holdout: 0 }, `without the last ${drop}`);
  return compare(`without the last ${drop} periods`, readFit(all, end), readFit(shorter));
}

/**
 * Fit with and without a control that is pure chance, drawn anew for each unit and period, and say what moved. A model
 * whose channels change because of it is not to be trusted with them.
 *
 * @returns movements in widths of the interval of the fit without it
 * @throws MmmError `CANCELLED`
 * @example const { most } = await randomCommonCause(panel, { seed: 1 });
 */
export async function randomCommonCause(
  panel: Panel,
  options: RefitOptions = {},
  hooks?: RunHooks,
): Promise<Stability> {
  const refit = startRefits("random common cause", 2, hooks);
  const before = await refit(panel, options, "as it is");
  const after = await refit(withChance(panel, options.seed ?? 1), options, "with a random control");
  return compare("with a control that is pure chance", readFit(before), readFit(after));
}

function withChance(panel: Panel, seed: number): Panel {
  let name = "chance";
  while (panel.columns.some((column) => column.name === name)) name += "_";
  const random = createRandom(seed).split("random common cause");
  const values = Float64Array.from({ length: panel.observed.length }, () => random.normal());
  return createPanel({
    ...panel,
    columns: [...panel.columns, { name, values }],
    roles: { ...panel.roles, controls: [...panel.roles.controls, name] },
  });
}

function compare(change: string, before: Readings, after: Readings): Stability {
  const moved = (
    quantity: Movement["quantity"],
    channel: string | null,
    a: Interval | null,
    b: Interval | null,
  ): Movement[] => {
    if (a === null || b === null) return [];
    const width = a.upper - a.lower;
    return [{ quantity, channel, before: a, after: b, widths: width > 0 ? Math.abs(b.mean - a.mean) / width : null }];
  };
  const movements = [
    ...moved("mediaFraction", null, before.mediaFraction, after.mediaFraction),
    ...before.channels.flatMap((channel, c) => {
      const now = after.channels[c]!;
      return [
        ...moved("share", channel.name, channel.share, now.share),
        ...moved("roi", channel.name, channel.roi, now.roi),
        ...moved("halfLife", channel.name, channel.halfLife, now.halfLife),
      ];
    }),
  ].sort((a, b) => (b.widths ?? -1) - (a.widths ?? -1));
  return { change, movements, most: movements[0]?.widths ?? null };
}
