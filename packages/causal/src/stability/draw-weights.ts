// How often each row counts in one bootstrap replicate.

import type { Random } from "@mmm/core";

export interface DrawPlan {
  readonly rows: number;
  readonly unitOffsets: readonly number[];
  /** Consecutive rows drawn together; 1 for rows without order. */
  readonly blockLength: number;
  /** Draw units with replacement first, then rows within each. */
  readonly drawUnits: boolean;
}

/**
 * Row counts of one replicate, `[rows]`.
 *
 * Each drawn unit is filled with blocks that start anywhere in it and wrap around its end (circular block bootstrap), as
 * many rows as the unit has.
 *
 * Source: Politis & Romano (1992), "A circular block-resampling procedure for stationary data".
 */
export function drawRowWeights(plan: DrawPlan, random: Random): Float64Array {
  const { unitOffsets, blockLength, drawUnits } = plan;
  const weights = new Float64Array(plan.rows);
  const units = unitOffsets.length - 1;
  for (let k = 0; k < units; k++) {
    const unit = drawUnits ? random.integer(units) : k;
    const start = unitOffsets[unit]!;
    const length = unitOffsets[unit + 1]! - start;
    for (let drawn = 0; drawn < length; ) {
      const block = Math.min(blockLength, length - drawn);
      const from = random.integer(length);
      for (let t = 0; t < block; t++) weights[start + ((from + t) % length)]! += 1;
      drawn += block;
    }
  }
  return weights;
}

/**
 * Block length for a series of `periods`: 1 for unordered rows, else `periods^(1/3)` rounded up (Hall et al. 1995).
 *
 * @param ownLags lags of an engine that builds them itself: every drawn run is then a short series of its own, with its
 *   own mean and its own missing past, so runs are longer: 12 rows per lag and for the present, at most a quarter of the
 *   periods
 */
export function defaultBlockLength(temporal: boolean, periods: number, ownLags: number = 0): number {
  if (!temporal) return 1;
  const usual = Math.max(1, Math.ceil(Math.cbrt(periods)));
  return ownLags === 0 ? usual : Math.max(usual, Math.min(Math.floor(periods / 4), 12 * (ownLags + 1)));
}
