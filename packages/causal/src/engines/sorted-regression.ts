// Yardsticks, not methods: order the columns by something that knows nothing of causes, then regress each on those
// before it. An engine that does not beat these on data of the same kind has found nothing.

import { createRandom } from "@mmm/core";
import type { EdgeRules } from "../constraints/edge-rules.js";
import { explainedShare } from "../moments/explained-share.js";
import type { Moments } from "../moments/moments.js";
import { dagOf, edgeWeights } from "../search/edge-weights.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { freeNodes, precedence } from "../search/precedence.js";
import { parentsInOrder, parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { contemporaneousEngine } from "./contemporaneous-engine.js";

export type SortKey = "variance" | "r2" | "random";

/**
 * Sort-and-regress: columns by rising variance (`varsort`), by rising R² on all others (`r2sort`) or at random
 * (`randsort`), then parents among the predecessors by extended BIC.
 *
 * Source: Reisach, Seiler & Weichwald (2021), "Beware of the simulated DAG!"; Reisach et al. (2023), "A scale-invariant
 * sorting criterion to find a causal order in additive noise models".
 */
export function sortedRegression({
  by,
  penalty = "extended",
}: {
  readonly by: SortKey;
  readonly penalty?: Penalty;
}): ResamplableEngine {
  const id = { variance: "varsort", r2: "r2sort", random: "randsort" }[by];

  return contemporaneousEngine({
    id,
    title: `Yardstick: order by ${by === "r2" ? "R²" : by}, then regress`,
    citations: [
      "Reisach, Seiler & Weichwald (2021), Beware of the simulated DAG! NeurIPS.",
      "Reisach, Tami, Seiler, Chambaz & Weichwald (2023), A scale-invariant sorting criterion to find a causal order in additive noise models. NeurIPS.",
    ],
    kind: "dag",
    settings: { by, penalty },
    weightScale: "standardised",
    scaleInvariant: by !== "variance",
    solve({ moments, rules, seed }) {
      const { size, rows, correlation } = moments;
      const perParent = pricePerParent(penalty, rows, size);
      const score = { kind: "bic", rows, perParent } as const;
      const trees = parentTrees({ moments: correlation, size, score, maxParents: parentCap(rows, size - 1), rules });
      const parents = parentsInOrder(trees, size, sortNodes(moments, rules, by, seed));
      return { lag: 0, weights: edgeWeights(moments, parents, perParent), adjacency: dagOf(parents) };
    },
  });
}

/** Nodes by the key, lowest first, as far as the rules let them. */
function sortNodes(moments: Moments, rules: EdgeRules, by: SortKey, seed: number): number[] {
  const { size } = moments;
  const random = createRandom(seed).split("randsort");
  const key =
    by === "variance"
      ? moments.scale
      : by === "r2"
        ? explainedShare(moments.correlation, size)
        : Float64Array.from({ length: size }, () => random.uniform());
  const before = precedence(rules);
  const open = new Uint8Array(size).fill(1);
  const order: number[] = [];
  while (order.length < size) {
    const next = freeNodes(before, open).reduce((best, node) => (key[node]! < key[best]! ? node : best));
    order.push(next);
    open[next] = 0;
  }
  return order;
}
