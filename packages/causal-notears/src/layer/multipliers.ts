// The schedule of the two numbers that turn the acyclicity penalty into a constraint while a model trains.

import type { Multipliers } from "@mmm/tensor";

export interface MultiplierOptions {
  /** ρ grows by this when h has not fallen enough. Default 3. */
  readonly growth?: number;
  /** h has fallen enough when it is below this share of its last value. Default 0.25. */
  readonly progress?: number;
  /** Default 1e6, which float32 training still carries. */
  readonly largestRho?: number;
}

export const initialMultipliers: Multipliers = Object.freeze({ alpha: 0, rho: 1, previous: Number.POSITIVE_INFINITY });

/**
 * The next multipliers after a stretch of training that ended at h: α ← α + ρ·h, and ρ ← growth·ρ where h stalls.
 *
 * Call it every hundred steps or so, and stop when h is small enough.
 *
 * @example multipliers = nextMultipliers(multipliers, h)
 * @see Zheng et al., NeurIPS 2018, algorithm 1
 */
export function nextMultipliers(now: Multipliers, h: number, options: MultiplierOptions = {}): Multipliers {
  const { growth = 3, progress = 0.25, largestRho = 1e6 } = options;
  const rho = h > progress * now.previous ? Math.min(largestRho, growth * now.rho) : now.rho;
  return { alpha: now.alpha + rho * h, rho, previous: h };
}
