// A response model read from tables, for searching: where one curve of a cell is thousands of points of the fit's curves
// (units × periods), each cell is computed at a few spends and interpolated between them. Plans found on it are polished
// and judged on the model itself.

import type { ResponseModel } from "./response-model.js";

const fewest = 32;
/** Points of curves, over all draws, below which computing is quick enough: for one search, and for many at once. */
const quick = 500;
const quickEach = 10;
/** S-curves of this many cells are searched by branching, which asks for each of them again and again. */
const manyCells = 50;

/**
 * The model as tables over spends up to `upper`; the model itself where it is quick or its cells touch each other.
 *
 * Cubic Hermite pieces between spends `a·(e^(hk) − 1)`, even near 0 and growing by a part of themselves above today's, slopes limited so that each piece rises like its ends.
 *
 * Source: Fritsch & Carlson (1980), Monotone piecewise cubic interpolation.
 */
export function tabulate(model: ResponseModel, upper: Float64Array): ResponseModel {
  const { cellResponse, cellCost = 1, draws, cells, concave } = model;
  const few = concave || cells.length <= manyCells ? quick : quickEach;
  if (cellResponse === null || cellCost * draws <= few) return model;
  const grids = Array.from(upper, (most, i) => gridOf(most, model.current[i]!));
  const tables = new Map<number, Float64Array>();
  const out = new Float64Array(2);
  const tableOf = (cell: number): Float64Array => {
    const known = tables.get(cell);
    if (known) return known;
    const { nodes, at } = grids[cell]!;
    const stride = 2 * (nodes + 1);
    // The last of the tables is the mean over the draws.
    const table = new Float64Array((draws + 1) * stride);
    for (let d = 0; d < draws; d++) {
      for (let k = 0; k <= nodes; k++) {
        cellResponse(cell, at(k), d, out);
        for (const j of [0, 1]) {
          table[d * stride + 2 * k + j] = out[j]!;
          table[draws * stride + 2 * k + j]! += out[j]! / draws;
        }
      }
    }
    tables.set(cell, table);
    return table;
  };
  const exact: NonNullable<ResponseModel["cellResponse"]> = (cell, spend, draw, into) => {
    if (draw < draws) return cellResponse(cell, spend, draw, into);
    let value = 0;
    let slope = 0;
    for (let d = 0; d < draws; d++) {
      cellResponse(cell, spend, d, into);
      value += into[0]! / draws;
      slope += into[1]! / draws;
    }
    into[0] = value;
    into[1] = slope;
  };
  const read: NonNullable<ResponseModel["cellResponse"]> = (cell, spend, draw, into) => {
    const most = upper[cell]!;
    if (!(spend <= most) || most === 0) {
      exact(cell, spend, draw, into);
      return;
    }
    const table = tableOf(cell);
    const { nodes, at, below } = grids[cell]!;
    const k = below(spend);
    const from = at(k);
    const width = at(k + 1) - from;
    hermite(table, 2 * (draw * (nodes + 1) + k), width, (spend - from) / width, into);
  };
  const each = (spend: Float64Array, draw: number, gradient: Float64Array | null): number => {
    let total = 0;
    for (let i = 0; i < cells.length; i++) {
      read(i, spend[i]!, draw, out);
      total += out[0]!;
      if (gradient) gradient[i] = out[1]!;
    }
    return total;
  };
  const cellMean = (cell: number, spend: number, into: Float64Array): void => read(cell, spend, draws, into);
  return { ...model, evaluate: each, cellResponse: read, cellMean, cellCost: 1 };
}

interface Grid {
  readonly nodes: number;
  /** Spend of the k-th node. */
  at(k: number): number;
  /** The last node, but one, not above a spend. */
  below(spend: number): number;
}

function gridOf(most: number, current: number): Grid {
  const a = (current > 0 ? Math.min(current, most) : most) / 4;
  const nodes = Math.max(fewest, Math.min(200, Math.ceil(Math.log1p(most / a) / 0.07)));
  const h = Math.log1p(most / a) / nodes;
  const x = Float64Array.from({ length: nodes + 1 }, (_, k) => (k === nodes ? most : a * Math.expm1(k * h)));
  return {
    nodes,
    at: (k) => x[k]!,
    below(spend) {
      let k = Math.max(0, Math.min(nodes - 1, Math.floor(Math.log1p(spend / a) / h)));
      while (k > 0 && x[k]! > spend) k--;
      while (k < nodes - 1 && x[k + 1]! <= spend) k++;
      return k;
    },
  };
}

function hermite(table: Float64Array, at: number, width: number, t: number, into: Float64Array): void {
  const v0 = table[at]!;
  const v1 = table[at + 2]!;
  const rise = (v1 - v0) / width;
  const limit = (slope: number): number => (rise > 0 ? Math.max(0, Math.min(slope, 3 * rise)) : slope);
  const s0 = limit(table[at + 1]!) * width;
  const s1 = limit(table[at + 3]!) * width;
  const cubic = 2 * v0 + s0 - 2 * v1 + s1;
  const square = -3 * v0 - 2 * s0 + 3 * v1 - s1;
  into[0] = ((cubic * t + square) * t + s0) * t + v0;
  into[1] = ((3 * cubic * t + 2 * square) * t + s0) / width;
}
