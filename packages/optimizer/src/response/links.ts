// Activity that brings other activity along: what a causal graph says about channels that feed each other. A plan that
// differs from today's changes the activity of the children by `rate` per unit of difference; at today's plan nothing
// is added, because what was observed already contains it.

import { usageError } from "@mmm/core";
import type { ActivityLink } from "./grid.js";

export interface LinkPath {
  readonly from: number;
  readonly to: number;
  readonly lag: number;
  readonly rate: number;
}

/** Links by channel index, every link after all links into its source. Throws `BAD_LINKS` for cycles. */
export function topological(links: readonly ActivityLink[], names: readonly string[]): LinkPath[] {
  const index = (name: string): number => {
    const at = names.indexOf(name);
    if (at >= 0) return at;
    throw usageError("BAD_LINKS", `A link names '${name}'; the planned channels are: ${names.join(", ")}.`);
  };
  let left = links.map((link) => ({ ...link, from: index(link.from), to: index(link.to) }));
  const ordered: LinkPath[] = [];
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
): void {
  for (const { from, to, lag, rate } of paths) {
    for (let r = 0; r < units; r++) {
      const source = (from * units + r) * periods;
      const target = (to * units + r) * periods;
      for (let t = lag; t < periods; t++) {
        activity[target + t]! += rate * (activity[source + t - lag]! - today[source + t - lag]!);
      }
    }
  }
}

/** The adjoint of {@link spread}: pass derivatives by activity back from children to parents. */
export function spreadBack(paths: readonly LinkPath[], slope: Float64Array, units: number, periods: number): void {
  for (let p = paths.length - 1; p >= 0; p--) {
    const { from, to, lag, rate } = paths[p]!;
    for (let r = 0; r < units; r++) {
      const source = (from * units + r) * periods;
      const target = (to * units + r) * periods;
      for (let t = lag; t < periods; t++) {
        slope[source + t - lag]! += rate * slope[target + t]!;
      }
    }
  }
}
