import type { Diagnostic } from "@mmm/core";
import { seriesScale } from "../response/shapes.js";
import { nodeSeries, type Shop, type ShopLayout, shopSteps } from "./shop.js";

/**
 * What is odd about a shop's history: too short, with gaps, or with a series that never changes.
 *
 * @param need steps that say anything
 */
export function describeGaps(shop: Shop, layout: ShopLayout, need: number): Diagnostic[] {
  const nodes = layout.nodes.length;
  const found: Diagnostic[] = [];
  let complete = 0;
  const steps = shopSteps(shop, nodes);
  for (let t = 0; t < steps; t++) {
    let whole = true;
    for (let i = 0; i < nodes && whole; i++) whole = !Number.isNaN(shop.values[t * nodes + i]!);
    if (whole) complete++;
  }
  if (complete < need) {
    found.push({
      severity: "warning",
      code: "SHORT_SERIES",
      message: `Shop '${shop.unit}' has ${complete} complete steps, fewer than ${need}: its graph is the prior's.`,
      fix: "Give a longer history.",
    });
  } else if (complete < steps) {
    found.push({
      severity: "info",
      code: "MISSING_PERIODS",
      message: `Shop '${shop.unit}' misses values in ${steps - complete} of ${steps} steps; regressions skip them and carry-over uses the mean.`,
      fix: "Fill the gaps if they are known to be zero.",
    });
  }
  for (let node = 0; node < nodes; node++) {
    if (seriesScale(nodeSeries(shop, node, nodes)).sd > 0) continue;
    found.push({
      severity: "warning",
      code: "CONSTANT_SERIES",
      message: `'${layout.nodes[node]}' never changes in shop '${shop.unit}': its edges keep the prior's probabilities.`,
      fix: "Nothing, if the shop does not use it.",
    });
  }
  return found;
}
