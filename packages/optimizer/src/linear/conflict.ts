// Why a problem has no solution: the smallest set of conditions that already contradict each other, found by leaving
// out one after the other and keeping only those without which the contradiction vanishes.

import type { LinearRow, Polytope } from "./rows.js";
import { feasiblePoint } from "./simplex.js";

/** A bound on single cells that was asked for under one name. */
export interface NamedBound {
  readonly name: string;
  readonly cells: readonly number[];
}

/**
 * Names of conditions that cannot hold together, none of which is superfluous; empty when the polytope is not empty.
 *
 * @param bounds names for the bounds of cells; bounds without a name are always kept
 * @param outer what a cell may be when its named bound is left out
 */
export function conflictingConditions(
  set: Polytope,
  bounds: readonly NamedBound[],
  outer: { readonly lower: number; readonly upper: number },
): string[] {
  if (feasiblePoint(set) !== null) return [];
  let rows = [...set.rows];
  let kept = [...bounds];
  const named = new Set(bounds.flatMap(({ cells }) => cells));
  const build = (withRows: readonly LinearRow[], withBounds: readonly NamedBound[]): Polytope => {
    const lower = set.lower.map((value, i) => (named.has(i) ? outer.lower : value));
    const upper = set.upper.map((value, i) => (named.has(i) ? outer.upper : value));
    for (const { cells } of withBounds) {
      for (const i of cells) {
        lower[i] = set.lower[i]!;
        upper[i] = set.upper[i]!;
      }
    }
    return { lower, upper, rows: withRows };
  };
  for (const bound of bounds) {
    const rest = kept.filter((other) => other !== bound);
    if (feasiblePoint(build(rows, rest)) === null) kept = rest;
  }
  for (const row of set.rows) {
    const rest = rows.filter((other) => other !== row);
    if (feasiblePoint(build(rest, kept)) === null) rows = rest;
  }
  return [...rows.map(({ name }) => name), ...kept.map(({ name }) => name)];
}
