// Activity that brings other activity along: what a causal graph says about channels that feed each other. A plan that
// differs from today's changes the activity of the children by `rate` per unit of difference; at today's plan nothing
// is added, because what was observed already contains it.

import { usageError } from "@mmm/core";
import type { ActivityLink } from "./grid.js";

export interface LinkPath {
  readonly from: number;
  readonly to: number;
  readonly lag: number;
  readonly rate: (draw: number, unit: number) => number;
}

/**
 * Links by channel index: first those from earlier periods, then those within a period, each after all of these into its
 * source. Throws `BAD_LINKS` for cycles within a period.
 */
export function topological(links: readonly ActivityLink[], names: readonly string[]): LinkPath[] {
  const index = (name: string): number => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw usageError("BAD_LINKS", `A link names '${name}'; the planned channels are: ${names.join(", ")}.`);
  };
  const all = links.map(({ from, to, lag, rate }) => ({
    from: index(from),
    to: index(to),
    lag,
    rate: typeof rate === "number" ? () => rate : rate,
  }));
  const ordered: LinkPath[] = all.filter(({ lag }) => lag > 0);
  let left = all.filter(({ lag }) => lag === 0);
  while (left.length > 0) {
    const targets = new Set(left.map(({ to }) => to));
    const ready = left.filter(({ from }) => !targets.has(from));
    if (ready.length === 0) {
      throw usageError(
        "BAD_LINKS",
        `The links between ${[...targets].map((c) => names[c]).join(", ")} form a cycle.`,
        "Leave one of them out.",
      );
    }
    ordered.push(...ready);
    left = left.filter(({ from }) => targets.has(from));
  }
  return ordered;
}

/** Add what links bring along to `activity`, `[channels, units, periods]`, in place. */
export function spread(
  paths: readonly LinkPath[],
  activity: Float64Array,
  today: Float64Array,
  units: number,
  periods: number,
  draw: number,
): void {
  for (let r = 0; r < units; r++) {
    for (let t = 0; t < periods; t++) {
      for (const { from, to, lag, rate } of paths) {
        if (t < lag) continue;
        const source = (from * units + r) * periods + t - lag;
        activity[(to * units + r) * periods + t]! += rate(draw, r) * (activity[source]! - today[source]!);
      }
    }
  }
}

/** The adjoint of {@link spread}: pass derivatives by activity back from children to parents. */
export function spreadBack(
  paths: readonly LinkPath[],
  slope: Float64Array,
  units: number,
  periods: number,
  draw: number,
): void {
  for (let r = 0; r < units; r++) {
    for (let t = periods - 1; t >= 0; t--) {
      for (let p = paths.length - 1; p >= 0; p--) {
        const { from, to, lag, rate } = paths[p]!;
        if (t < lag) continue;
        slope[(from * units + r) * periods + t - lag]! += rate(draw, r) * slope[(to * units + r) * periods + t]!;
      }
    }
  }
}
