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
  /** The same for a series, `[2 + parameters, x.length]` from the start of `out`; see {@link derivativesAlong}. */
  along?(x: Float64Array, parameters: ArrayLike<number>, out: Float64Array): void;
}

export interface SaturationDefinition extends FamilyDefinition {
  apply(x: number, parameters: ArrayLike<number>): number;
  derivatives(x: number, parameters: ArrayLike<number>, out: Float64Array, offset: number): void;
  /** `derivatives` for a series, where what the parameters alone decide is worth computing once. Optional. */
  along?(x: Float64Array, parameters: ArrayLike<number>, out: Float64Array): void;
  /** Negative activity passes through unchanged instead of counting as zero. */
  readonly signed?: boolean;
}

/** Make a saturation family; activity reaches the formulas between 0 and 1e150, where they cannot overflow. */
export function defineSaturation(definition: SaturationDefinition): SaturationFamily {
  const { id, title, formula, citation, parameters, apply, derivatives, along, signed = false } = definition;
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
    ...(along && { along }),
  });
}

/**
 * Response to each activity of a series, with its derivatives.
 *
 * @param out `[2 + parameters, x.length]`, filled row by row: response, d/dx, d/d parameter 0, …
 * @example derivativesAlong(hill(), Float64Array.of(0, 20, 40), [1.3, 40], new Float64Array(4 * 3))
 */
export function derivativesAlong(
  family: SaturationFamily,
  x: Float64Array,
  parameters: ArrayLike<number>,
  out: Float64Array,
): void {
  if (family.along) {
    family.along(x, parameters, out);
    return;
  }
  const count = x.length;
  const rows = 2 + family.parameters.length;
  const one = new Float64Array(rows);
  for (let i = 0; i < count; i++) {
    family.derivatives(x[i]!, parameters, one);
    for (let k = 0; k < rows; k++) out[k * count + i] = one[k]!;
  }
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

/** What a larger activity counts as. */
export const largestActivity = 1e150;

function within(x: number, floor: number): number {
  return Math.min(largestActivity, Math.max(floor, x));
}
