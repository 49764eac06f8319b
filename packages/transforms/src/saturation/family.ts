// What every saturation family offers: a response to one non-negative activity, with exact derivatives in float64.
// Zero activity gives exactly zero. Negative activity counts as zero (in `noSaturation` it passes through). The size
// of the effect is not part of a family, except where a convention's own formula contains it.

import type { FamilyDefinition, TransformFamily } from "../parameter/parameter.js";

/**
 * A family of response curves. Parameters are constrained values in the order of `parameters`; a value outside the
 * mathematical domain counts as the nearest value inside it, so every result is finite.
 */
export interface SaturationFamily extends TransformFamily {
  /** Response to one activity. */
  apply(x: number, parameters: ArrayLike<number>): number;
  /** Write `[value, d/dx, d/d parameter 0, d/d parameter 1, …]` to `out`, starting at `offset` (default 0). */
  derivatives(x: number, parameters: ArrayLike<number>, out: Float64Array, offset?: number): void;
}

export interface SaturationDefinition extends FamilyDefinition {
  apply(x: number, parameters: ArrayLike<number>): number;
  derivatives(x: number, parameters: ArrayLike<number>, out: Float64Array, offset: number): void;
  /** Negative activity passes through unchanged instead of counting as zero. */
  readonly signed?: boolean;
}

/** Make a saturation family; activity reaches the formulas between 0 and 1e150, where they cannot overflow. */
export function defineSaturation(definition: SaturationDefinition): SaturationFamily {
  const { id, title, formula, citation, parameters, apply, derivatives, signed = false } = definition;
  const floor = signed ? -largestActivity : 0;
  return Object.freeze({
    id,
    title,
    formula,
    citation,
    parameters,
    settings: definition.settings ?? {},
    apply: (x: number, values: ArrayLike<number>) => apply(within(x, floor), values),
    derivatives(x: number, values: ArrayLike<number>, out: Float64Array, offset = 0) {
      derivatives(within(x, floor), values, out, offset);
      if (x < floor) out[offset + 1] = 0;
    },
  });
}

/** Response to each activity of a series. */
export function saturate(
  family: SaturationFamily,
  activity: ArrayLike<number>,
  parameters: ArrayLike<number>,
  out: Float64Array = new Float64Array(activity.length),
): Float64Array {
  for (let i = 0; i < activity.length; i++) out[i] = family.apply(activity[i]!, parameters);
  return out;
}

/** Positive parameters are kept between 1e-12 and 1e12. */
export function positive(value: number): number {
  return Math.min(1e12, Math.max(1e-12, value));
}

const largestActivity = 1e150;

function within(x: number, floor: number): number {
  return Math.min(largestActivity, Math.max(floor, x));
}
