// For columns in the same unit with the same noise level only: then variances tell the order, in microseconds. On
// standardised or unlike columns it is worse than a random order, so it is never a default and always says so.

import { createRandom, type Diagnostic } from "@mmm/core";
import type { Moments } from "../moments/moments.js";
import { dagOf, edgeWeights } from "../search/edge-weights.js";
import { type Penalty, parentCap, pricePerParent } from "../search/local-score.js";
import { searchOrder } from "../search/order-search.js";
import { freeNodes, precedence } from "../search/precedence.js";
import { parentTrees } from "../search/trees.js";
import type { ResamplableEngine } from "../stability/resampler.js";
import { contemporaneousEngine } from "./contemporaneous-engine.js";

export interface EqualVarianceSettings {
  /** Price of an edge. Default "extended". */
  readonly penalty?: Penalty;
  /** Shakes of the order after the first climb. Default 5, above 30 columns 1. */
  readonly shakes?: number;
}

/**
 * Equal-variance order search: top-down order by conditional variance, then best moves under
 * `n · Σ_j v(j | parents) / σ² + price · edges`, with σ² the median conditional variance of the first order.
 *
 * Source: Chen, Drton & Wang (2019), "On causal discovery with an equal-variance assumption"; moves as in `orderBic`.
 * @example await eqvar().discover(dataInOneUnit) // opt-in: same unit, same noise level
 */
export function eqvar(settings: EqualVarianceSettings = {}): ResamplableEngine {
  const { penalty = "extended", shakes = null } = settings;

  return contemporaneousEngine({
    id: "eqvar",
    title: "Equal-variance order search",
    citations: ["Chen, Drton & Wang (2019), On causal discovery with an equal-variance assumption. Biometrika 106."],
    kind: "dag",
    settings: { penalty, shakes },
    weightScale: "raw units of to per raw unit of from",
    scaleInvariant: false,
    diagnose: equalVarianceWarnings,
    solve({ moments, rules, seed }, hooks) {
      const { size, rows, covariance } = moments;
      const start = topDownOrder(covariance, size, precedence(rules));
      const perParent = pricePerParent(penalty, rows, size);
      const score = { kind: "equal-variance", rows, perParent, noiseVariance: median(start.variances) } as const;
      const trees = parentTrees({ moments: covariance, size, score, maxParents: parentCap(rows, size - 1), rules });
      const random = createRandom(seed).split("eqvar");
      const { parents } = searchOrder(
        {
          trees,
          size,
          movable: size,
          required: rules.required,
          random,
          restarts: 0,
          shakes: shakes ?? (size <= 30 ? 5 : 1),
          starts: [start.order],
        },
        hooks,
      );
      const weights = edgeWeights(moments, parents, perParent, { raw: true });
      return { lag: 0, weights, adjacency: dagOf(parents) };
    },
  });
}

/** What a reader must know before believing an equal-variance result. */
export function equalVarianceWarnings(moments: Pick<Moments, "scale">): Diagnostic[] {
  const scale = [...moments.scale];
  const standardised = scale.every((sd) => Math.abs(sd - 1) < 0.02);
  return [
    standardised
      ? {
          severity: "error",
          code: "STANDARDISED_COLUMNS",
          message: "Every column has variance 1, so the equal-variance order carries no information about causes.",
          fix: "Pass raw columns of one unit, or use 'order-bic' or 'lingam', which do not read the scale.",
        }
      : {
          severity: "warning",
          code: "EQUAL_VARIANCE_ASSUMED",
          message: "The order is read from variances: valid only when all columns share one unit and one noise level.",
          fix: "Use 'order-bic' or 'lingam' unless you know that they do.",
        },
  ];
}

/** Repeatedly take the variable with the smallest variance given those taken; each step is a rank-one downdate. */
function topDownOrder(
  covariance: Float64Array,
  size: number,
  before: Uint8Array,
): { readonly order: readonly number[]; readonly variances: readonly number[] } {
  const rest = covariance.slice();
  const open = new Uint8Array(size).fill(1);
  const order: number[] = [];
  const variances: number[] = [];
  while (order.length < size) {
    let next = -1;
    for (const node of freeNodes(before, open)) {
      if (next < 0 || rest[node * size + node]! < rest[next * size + next]!) next = node;
    }
    const variance = Math.max(rest[next * size + next]!, 1e-300);
    order.push(next);
    variances.push(variance);
    open[next] = 0;
    for (let i = 0; i < size; i++) {
      if (!open[i]) continue;
      const factor = rest[i * size + next]! / variance;
      for (let j = 0; j < size; j++) if (open[j]) rest[i * size + j]! -= factor * rest[next * size + j]!;
    }
  }
  return { order, variances };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
