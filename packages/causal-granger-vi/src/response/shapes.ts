// What the past of one series may do to another: carry-over (a geometric memory) followed by saturation. An edge is not
// tied to one shape; it uses a few principal directions of the whole dictionary, so its effect is a smooth blend.

export type Saturation = "linear" | "concave" | "s-shaped";

export interface ResponseShape {
  /** Weight kept from one step to the next, in [0, 1). */
  readonly decay: number;
  readonly saturation: Saturation;
  /** Steps that the response waits beyond the usual one. */
  readonly delay: number;
}

/** Every combination of the given decays, saturations and delays. */
export function responseShapes(
  decays: readonly number[],
  saturations: readonly Saturation[],
  delays: readonly number[] = [0],
): readonly ResponseShape[] {
  return delays.flatMap((delay) =>
    decays.flatMap((decay) => saturations.map((saturation) => ({ decay, saturation, delay }))),
  );
}

/**
 * `a_t = (1 − decay) x_t + decay a_{t−1}`, started at the mean of the observed values; a missing step counts as the mean.
 *
 * @param values length `steps`, NaN where missing
 */
export function carryOver(values: ArrayLike<number>, decay: number, mean: number): Float64Array {
  const out = new Float64Array(values.length);
  let carried = mean;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    carried = (1 - decay) * (Number.isNaN(value) ? mean : value) + decay * carried;
    out[t] = carried;
  }
  return out;
}

/**
 * Response to an activity level. Non-negative series are measured in units of their own mean (`u = level / mean`):
 * linear `u`, concave `u / (1 + u)`, s-shaped `u² / (1 + u²)`. Series with negative values are centred and measured in
 * standard deviations, with `tanh` and a soft threshold as the bent shapes.
 */
export function saturate(level: number, saturation: Saturation, scale: SeriesScale): number {
  const u = (level - scale.origin) / scale.unit;
  switch (saturation) {
    case "linear":
      return u;
    case "concave":
      return scale.nonNegative ? u / (1 + Math.max(0, u)) : Math.tanh(u);
    case "s-shaped":
      return scale.nonNegative ? (u * Math.abs(u)) / (1 + u * u) : (u * u * u) / (1 + u * u);
    default:
      return saturation satisfies never;
  }
}

/** How a series is measured before it enters a response shape. */
export interface SeriesScale {
  readonly nonNegative: boolean;
  readonly origin: number;
  readonly unit: number;
}

/** Scale of a series from its observed values (NaN = missing). A constant series has unit 1. */
export function seriesScale(values: ArrayLike<number>): SeriesScale & { readonly mean: number; readonly sd: number } {
  let count = 0;
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < minimum) minimum = value;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (let t = 0; t < values.length; t++) {
    const value = values[t]!;
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  const sd = count === 0 ? 0 : Math.sqrt(squares / count);
  const varies = sd > 1e-9 * (Math.abs(mean) + 1e-300) && sd > 0;
  const nonNegative = minimum >= 0 && mean > 0;
  return {
    nonNegative,
    origin: nonNegative ? 0 : mean,
    unit: nonNegative ? mean : varies ? sd : 1,
    mean,
    sd: varies ? sd : 0,
  };
}
