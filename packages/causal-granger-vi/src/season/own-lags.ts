// How many of its own past steps a series remembers, decided for all shops together.

import { nodeSeries, type Shop } from "../shops/shop.js";

const most = 4;

/**
 * Order of autoregression by BIC, 1 to 4, summed over shops and nodes; each series has its own level, trend and
 * coefficients. Smooth series need more than one step, or the past of others is credited with what is their own.
 *
 * @returns 1 when no history is long enough to tell
 */
export function detectOwnLags(shops: readonly Shop[], nodes: number): number {
  const criterion = new Float64Array(most + 1);
  for (const shop of shops) {
    for (let node = 0; node < nodes; node++) {
      const values = nodeSeries(shop, node, nodes);
      if (values.length < 8 * most || values.some(Number.isNaN)) continue;
      const variances = residualVariances(values);
      if (!variances) continue;
      const rows = values.length - most;
      for (let order = 1; order <= most; order++) {
        criterion[order]! += rows * Math.log(variances[order]!) + order * Math.log(rows);
      }
    }
  }
  let best = 1;
  for (let order = 2; order <= most; order++) if (criterion[order]! < criterion[best]!) best = order;
  return best;
}

/** Residual variance with 0 … most own lags beside level and trend, on the same rows; null for a constant series. */
function residualVariances(values: Float64Array): Float64Array | null {
  const rows = values.length - most;
  const columns = [
    new Float64Array(rows).fill(1),
    Float64Array.from({ length: rows }, (_, t) => t / rows),
    ...Array.from({ length: most }, (_, l) => values.slice(most - 1 - l, most - 1 - l + rows)),
  ];
  const left = values.slice(most);
  const out = new Float64Array(most + 1);
  const basis: Float64Array[] = [];
  // Gram–Schmidt: each further column takes away what only it explains.
  columns.forEach((column, k) => {
    const own = column.slice();
    for (const direction of basis) subtract(own, direction, dot(own, direction));
    const norm = Math.sqrt(dot(own, own));
    if (norm > 1e-9 * Math.sqrt(dot(column, column))) {
      const direction = own.map((value) => value / norm);
      basis.push(direction);
      subtract(left, direction, dot(left, direction));
    }
    if (k >= 1) out[k - 1] = dot(left, left) / rows;
  });
  return out[0]! > 1e-12 && out[most]! > 1e-12 * out[0]! ? out : null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let t = 0; t < a.length; t++) sum += a[t]! * b[t]!;
  return sum;
}

function subtract(from: Float64Array, direction: Float64Array, factor: number): void {
  for (let t = 0; t < from.length; t++) from[t] = from[t]! - factor * direction[t]!;
}
