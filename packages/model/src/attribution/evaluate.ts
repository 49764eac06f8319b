// What results and charts need, in KPI units: the decomposition at the mode, and the spread of its totals over the
// posterior draws.

import type { Fit } from "../fit/fit.js";
import { type Decomposition, decompose } from "./decompose.js";
import { type PosteriorSums, posteriorSums } from "./posterior-sums.js";
import { replicate } from "./replicate.js";

export interface Evaluation extends PosteriorSums {
  readonly decomposition: Decomposition;
  /** Per draw, the total over observed cells of a new sample of the data, by period. */
  readonly replicated: readonly Float64Array[];
}

export function evaluateFit(fit: Fit): Evaluation {
  return { ...posteriorSums(fit), decomposition: decompose(fit), replicated: replicatedTotals(fit) };
}

function replicatedTotals(fit: Fit): Float64Array[] {
  const totals = fit.draws.shared.map(() => new Float64Array(fit.design.periods));
  replicate(fit, fit.panel.observed, (_, t, d, value) => {
    totals[d]![t]! += value;
  });
  return totals;
}
