import { orderBic } from "@mmm/causal";
import type { CausalEngine } from "@mmm/core";

/** The engine behind the graph of a fit when none is named. */
export function defaultGraph(): CausalEngine {
  return orderBic();
}
