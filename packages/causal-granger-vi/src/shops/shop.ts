// One shop's history: the only form of data that the engine sees, so that any source (memory, CSV, Parquet) can feed it.

/** Regularly sampled history of one shop. */
export interface Shop {
  readonly unit: string;
  /** Row-major `[steps, nodes]`, consecutive in time; NaN where missing (a missing period is a row of NaN). */
  readonly values: Float64Array;
  /** Known facts about the shop that may shape its responses; same order for every shop. */
  readonly context?: readonly number[];
}

/** Names shared by all shops. */
export interface ShopLayout {
  readonly nodes: readonly string[];
  /** The node to forecast; every node's causes are estimated. */
  readonly target: string;
  readonly contextNames?: readonly string[];
}

/** Blocks of shops in a repeatable order: an array, or a function that opens the source again from the start. */
export type ShopSource = readonly Shop[] | (() => AsyncIterable<readonly Shop[]>);

/** Iterate a source in blocks of at most `size` shops. */
export async function* shopBlocks(source: ShopSource, size: number): AsyncGenerator<readonly Shop[]> {
  if (typeof source !== "function") {
    for (let start = 0; start < source.length; start += size) yield source.slice(start, start + size);
    return;
  }
  for await (const block of source()) {
    for (let start = 0; start < block.length; start += size) yield block.slice(start, start + size);
  }
}

/** Steps in a shop's history. */
export function shopSteps(shop: Shop, nodes: number): number {
  return shop.values.length / nodes;
}

/** One node's series. */
export function nodeSeries(shop: Shop, node: number, nodes: number): Float64Array {
  const steps = shopSteps(shop, nodes);
  const out = new Float64Array(steps);
  for (let t = 0; t < steps; t++) out[t] = shop.values[t * nodes + node]!;
  return out;
}
