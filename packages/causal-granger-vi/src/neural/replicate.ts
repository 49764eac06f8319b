// Shops as a trained network believes they come about, with graphs that are therefore known: drawn edges and effects move
// a shop from its first step on, with shocks drawn from what the network left unexplained in the shop's own history.

import type { Random } from "@mmm/core";
import type { Shop } from "../shops/shop.js";
import type { BelievedShop } from "./belief.js";
import { expectedNext, type MovementOptions, shocksOf, standingAt, stepTo } from "./movement.js";

/** Edges and effects drawn from a belief: the graph of 0 and 1, and its effects, both `[V·V]`. */
export function drawGraph(
  { edges, effect, effectLogSd }: BelievedShop["belief"],
  random: Random,
): { readonly graph: Uint8Array; readonly weights: Float64Array } {
  const graph = Uint8Array.from(edges, (p) => (random.uniform() < p ? 1 : 0));
  const weights = effect.map((value, e) => (graph[e] === 1 ? value + Math.exp(effectLogSd[e]!) * random.normal() : 0));
  return { graph, weights };
}

/** A replica and the edges that made it. */
export function replicateShop(
  shop: Shop,
  { prepared, belief }: BelievedShop,
  options: MovementOptions,
  random: Random,
): { readonly shop: Shop; readonly graph: Uint8Array } {
  const { steps, level, measures } = prepared;
  const nodes = measures.length;
  const shocks = shocksOf(prepared, belief, options);
  const { graph, weights } = drawGraph(belief, random);
  const values = new Float64Array(steps * nodes);
  let standing = standingAt(prepared, 0, nodes);
  for (let t = 0; t < steps; t++) {
    let residual = standing.residual;
    if (t > 0) {
      residual = expectedNext(standing, belief, weights, options);
      // Each series has shocks of its own: a common draw would carry over what its model missed of their dependence.
      if (shocks.length > 0) for (let i = 0; i < nodes; i++) residual[i]! += shocks[random.integer(shocks.length)]![i]!;
    }
    const next = stepTo(standing, residual, level.subarray(t * nodes, (t + 1) * nodes), prepared, options.decays);
    measures.forEach(({ origin, unit }, node) => {
      values[t * nodes + node] = origin + unit * next.activity[node]!;
    });
    standing = t === 0 ? standing : next;
  }
  return { shop: { ...shop, values }, graph };
}
