// The smallest concave function above a curve, as a polygon: what a relaxation may hope for. The polygon lies above the
// curve also between the points where it was computed, because tangents are part of it.

/** A curve known at points: spend ascending, value and slope there. */
export interface SampledCurve {
  readonly x: Float64Array;
  readonly value: Float64Array;
  readonly slope: Float64Array;
}

/** Corners of the polygon; `exact` is 1 where the corner lies on the curve. */
export interface Hull {
  readonly x: Float64Array;
  readonly value: Float64Array;
  readonly exact: Uint8Array;
}

/**
 * Concave hull over the samples `from … to` (inclusive), and 0 when `withZero`.
 *
 * Between two samples the curve is taken to bend one way, so the samples must be dense enough.
 */
export function concaveHull(curve: SampledCurve, from: number, to: number, withZero: boolean): Hull {
  const x: number[] = [];
  const value: number[] = [];
  const exact: number[] = [];
  const add = (px: number, pv: number, on: number): void => {
    while (x.length >= 2) {
      const k = x.length - 1;
      const before = (value[k]! - value[k - 1]!) * (px - x[k]!);
      const after = (pv - value[k]!) * (x[k]! - x[k - 1]!);
      if (before > after) break;
      x.pop();
      value.pop();
      exact.pop();
    }
    if (x.length > 0 && px === x.at(-1)) {
      if (pv <= value.at(-1)!) return;
      x.pop();
      value.pop();
      exact.pop();
    }
    x.push(px);
    value.push(pv);
    exact.push(on);
  };
  if (withZero && curve.x[from]! > 0) add(0, 0, 1);
  for (let k = from; k <= to; k++) {
    add(curve.x[k]!, curve.value[k]!, 1);
    if (k === to) break;
    const width = curve.x[k + 1]! - curve.x[k]!;
    const left = curve.slope[k]!;
    const right = curve.slope[k + 1]!;
    if (!(left > right) || width <= 0) continue;
    // Where the two tangents meet.
    const rise = curve.value[k + 1]! - curve.value[k]! - right * width;
    const at = Number.isFinite(left) ? Math.min(width, Math.max(0, rise / (left - right))) : 0;
    add(curve.x[k]! + at, curve.value[k + 1]! - right * (width - at), 0);
  }
  return { x: Float64Array.from(x), value: Float64Array.from(value), exact: Uint8Array.from(exact) };
}

/** Value of the polygon. */
export function hullValue(hull: Hull, at: number): number {
  const k = segmentOf(hull, at);
  const width = hull.x[k + 1]! - hull.x[k]!;
  if (!(width > 0)) return hull.value[k]!;
  return hull.value[k]! + ((hull.value[k + 1]! - hull.value[k]!) * (at - hull.x[k]!)) / width;
}

/** Corner up to which the slope of the polygon is above `price` (or not below it, with `inclusive`). */
export function cornerAt(hull: Hull, price: number, inclusive: boolean): number {
  let low = 0;
  let high = hull.x.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const slope = (hull.value[middle + 1]! - hull.value[middle]!) / (hull.x[middle + 1]! - hull.x[middle]!);
    if (slope > price || (inclusive && slope === price)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function segmentOf({ x }: Hull, at: number): number {
  let low = 0;
  let high = Math.max(0, x.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
