// Which variables to hold fixed when the effect of one variable on another is read from a regression.

import { type Adjacency, parentsOf, sizeOf } from "./adjacency.js";
import { ancestralSet, descendants } from "./ancestry.js";
import { dSeparated } from "./separation.js";

/**
 * Pearl's backdoor criterion: no member of `set` descends from `cause`, and `set` blocks every path into `cause`.
 *
 * Source: Pearl (2009), "Causality", definition 3.3.1.
 */
export function isBackdoorSet(dag: Adjacency, cause: number, effect: number, set: readonly number[]): boolean {
  if (set.includes(cause) || set.includes(effect)) return false;
  const below = new Set(descendants(dag, cause));
  if (set.some((node) => below.has(node))) return false;
  return dSeparated(withoutOutgoing(dag, cause), [cause], [effect], set);
}

/**
 * A smallest-by-inclusion backdoor set for the effect of `cause` on `effect`, ascending; null when `effect` causes
 * `cause` (then nothing needs adjusting: the effect is zero).
 *
 * Starts from the ancestors of the two that do not descend from `cause` and drops members that are not needed, those
 * nearest to `cause` first, so the set prefers variables that also explain `effect` (lower variance).
 */
export function backdoorAdjustment(dag: Adjacency, cause: number, effect: number): number[] | null {
  if (descendants(dag, effect).includes(cause)) return null;
  const below = new Set(descendants(dag, cause));
  let set = ancestralSet(dag, [cause, effect]).filter((node) => node !== cause && node !== effect && !below.has(node));
  const direct = new Set(parentsOf(dag, cause));
  const effectParents = new Set(parentsOf(dag, effect));
  const byRelevance = [...set].sort(
    (a, b) =>
      Number(effectParents.has(a)) - Number(effectParents.has(b)) || Number(direct.has(b)) - Number(direct.has(a)),
  );
  for (const node of byRelevance) {
    const smaller = set.filter((other) => other !== node);
    if (isBackdoorSet(dag, cause, effect, smaller)) set = smaller;
  }
  return set;
}

function withoutOutgoing(dag: Adjacency, node: number): Adjacency {
  const size = sizeOf(dag);
  const cut = dag.slice();
  cut.fill(0, node * size, (node + 1) * size);
  return cut;
}
