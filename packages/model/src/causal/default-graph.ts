import { lingam } from "@mmm/causal";
import type { CausalEngine } from "@mmm/core";

/**
 * The engine behind the graph of a fit when none is named: DirectLiNGAM. Spend is skewed, which tells directions that
 * moments leave open; in the benchmark (`npm run graph` in benchmarks/) it brings total effects nearest to the truth of
 * all engines on every kind of market with edges, and adds none where there are none.
 */
export function defaultGraph(): CausalEngine {
  return lingam();
}
