// A tiny world with a known answer, for examples and first experiments.

import { createRandom } from "@mmm/core";
import type { Shop, ShopLayout } from "./shop.js";

export interface ExampleShops {
  readonly layout: ShopLayout;
  readonly shops: readonly Shop[];
  /** True edges per shop, `[from, to]` row-major, 0 or 1. */
  readonly truth: readonly Uint8Array[];
}

/**
 * Two kinds of shops: in even ones tv drives search and search drives sales; in odd ones tv and social drive sales.
 *
 * @example const { shops, layout } = exampleShops({ shops: 40 });
 */
export function exampleShops(options: { shops?: number; steps?: number; seed?: number } = {}): ExampleShops {
  const { shops = 40, steps = 80, seed = 1 } = options;
  const nodes = ["tv", "social", "search", "sales"];
  const kinds: [number, number][][] = [
    [
      [0, 2],
      [2, 3],
    ],
    [
      [0, 3],
      [1, 3],
    ],
  ];
  const random = createRandom(seed);
  const made = Array.from({ length: shops }, (_, s) => {
    const own = random.split(`shop ${s}`);
    const edges = kinds[s % 2]!;
    const values = new Float64Array(steps * 4);
    let state = Float64Array.of(1, 1, 1, 1);
    for (let t = 0; t < steps; t++) {
      const next = Float64Array.from({ length: 4 }, (_, node) => {
        let value = 0.3 * state[node]! + 0.4 + 0.3 * own.normal();
        if (node < 2 && own.uniform() < 0.1) value += 1.5;
        for (const [from, to] of edges) if (to === node) value += 1.2 * (state[from]! / (1 + state[from]!));
        return Math.max(0, value);
      });
      state = next;
      values.set(state, t * 4);
    }
    const truth = new Uint8Array(16);
    for (const [from, to] of edges) truth[from * 4 + to] = 1;
    return { shop: { unit: `shop ${s}`, values }, truth };
  });
  return {
    layout: { nodes, target: "sales" },
    shops: made.map(({ shop }) => shop),
    truth: made.map(({ truth }) => truth),
  };
}
