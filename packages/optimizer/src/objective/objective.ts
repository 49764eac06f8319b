// What "best" means when the response is uncertain: a number computed from the KPI under every draw, with the weight of
// each draw in its gradient. Only the expected KPI is a sum over cells; the others need the general solver.

import { usageError } from "@mmm/core";

/** How a plan is judged over the draws. */
export type Objective =
  /** Mean KPI. */
  | { readonly kind: "expected" }
  /** The KPI that is exceeded with probability 1 − `probability`; 0.1 is cautious. */
  | { readonly kind: "quantile"; readonly probability: number }
  /** Mean KPI over the worst `share` of the draws; 0.1 is very cautious. */
  | { readonly kind: "cvar"; readonly share: number }
  /** Probability that the plan brings more than today's. */
  | { readonly kind: "beat-current" };

export interface DrawObjective {
  readonly kind: Objective["kind"];
  /** Keeps the value concave when every draw is. */
  readonly concave: boolean;
  /** @param weights receives the derivative by the KPI of each draw */
  combine(kpi: Float64Array, weights: Float64Array | null): number;
}

/**
 * An objective as a smooth function of the KPI per draw.
 *
 * Quantile, tail mean and probability jump from draw to draw; they are smoothed over a few per cent of the spread of
 * `reference`, so that a solver can follow them.
 *
 * `cvar = max_t t − mean(τ·softplus((t − kpi_d)/τ)) / share`; `quantile`: the t with `mean σ((t − kpi_d)/τ) = probability`
 *
 * @param current KPI of today's plan per draw
 * @param reference KPI per draw of a good plan, for the spread
 * @throws MmmError `BAD_OBJECTIVE`
 * Source: Rockafellar & Uryasev (2000), Optimization of conditional value-at-risk.
 */
export function drawObjective(objective: Objective, current: Float64Array, reference: Float64Array): DrawObjective {
  const { kind } = objective;
  switch (kind) {
    case "expected":
      return { kind, concave: true, combine: mean };
    case "quantile": {
      const p = share(kind, "probability", objective.probability);
      const tau = 0.1 * deviation(reference) || 1e-9;
      return {
        kind,
        concave: false,
        combine(kpi, weights) {
          const t = softQuantile(kpi, p, tau);
          if (weights) {
            let total = 0;
            for (let d = 0; d < kpi.length; d++) {
              const s = sigmoid((t - kpi[d]!) / tau);
              weights[d] = s * (1 - s);
              total += weights[d]!;
            }
            for (let d = 0; d < kpi.length; d++) weights[d] = total > 0 ? weights[d]! / total : 1 / kpi.length;
          }
          return t;
        },
      };
    }
    case "cvar": {
      const p = share(kind, "share", objective.share);
      const tau = 0.02 * deviation(reference) || 1e-9;
      return {
        kind,
        concave: true,
        combine(kpi, weights) {
          const t = softQuantile(kpi, p, tau);
          let shortfall = 0;
          for (let d = 0; d < kpi.length; d++) {
            const z = (t - kpi[d]!) / tau;
            shortfall += tau * (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)));
            if (weights) weights[d] = sigmoid(z) / (p * kpi.length);
          }
          return t - shortfall / (p * kpi.length);
        },
      };
    }
    case "beat-current": {
      const gains = reference.map((kpi, d) => kpi - current[d]!);
      const tau = 0.1 * deviation(gains) || 1e-9;
      // Among equally sure plans the one with the larger mean gain counts as better.
      const tie = 1e-3 / (deviation(gains) || 1);
      return {
        kind,
        concave: false,
        combine(kpi, weights) {
          let sum = 0;
          for (let d = 0; d < kpi.length; d++) {
            const gain = kpi[d]! - current[d]!;
            const s = sigmoid(gain / tau - 2);
            sum += s + tie * gain;
            if (weights) weights[d] = ((s * (1 - s)) / tau + tie) / kpi.length;
          }
          return sum / kpi.length;
        },
      };
    }
    default:
      return kind satisfies never;
  }
}

/** The exact, unsmoothed number that an objective stands for. */
export function objectiveValue(objective: Objective, kpi: Float64Array, current: Float64Array): number {
  const sorted = kpi.slice().sort();
  switch (objective.kind) {
    case "expected":
      return mean(kpi, null);
    case "quantile": {
      const position = objective.probability * (sorted.length - 1);
      const below = Math.floor(position);
      const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
      return sorted[below]! + (position - below) * (high - sorted[below]!);
    }
    case "cvar": {
      const count = objective.share * sorted.length;
      let sum = 0;
      for (let d = 0; d < sorted.length && d < count; d++) sum += Math.min(1, count - d) * sorted[d]!;
      return sum / count;
    }
    case "beat-current":
      return kpi.reduce((sum, value, d) => sum + (value > current[d]! ? 1 : 0), 0) / kpi.length;
    default:
      return objective satisfies never;
  }
}

function mean(kpi: Float64Array, weights: Float64Array | null): number {
  let sum = 0;
  for (let d = 0; d < kpi.length; d++) sum += kpi[d]!;
  weights?.fill(1 / kpi.length);
  return sum / kpi.length;
}

function deviation(values: Float64Array): number {
  const centre = mean(values, null);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

// t with mean σ((t − kpi)/τ) = p, by bisection.
function softQuantile(kpi: Float64Array, p: number, tau: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of kpi) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  low -= 50 * tau;
  high += 50 * tau;
  for (let turn = 0; turn < 100; turn++) {
    const middle = (low + high) / 2;
    if (!(middle > low && middle < high)) break;
    let sum = 0;
    for (let d = 0; d < kpi.length; d++) sum += sigmoid((middle - kpi[d]!) / tau);
    if (sum < p * kpi.length) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function share(kind: string, option: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw usageError(
    "BAD_OBJECTIVE",
    `The ${option} of the objective '${kind}' is ${value}; it must lie between 0 and 1.`,
    `Use for example ${option} 0.1.`,
  );
}
