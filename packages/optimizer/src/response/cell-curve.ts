// KPI of one cell as a curve of its own money, where cells do not touch each other: a cell that covers the whole horizon
// carries over only into itself.

import { type CarryingChannel, derivativeBuffer } from "./carry.js";
import type { Place } from "./lay-cells.js";
import type { ResponseModel, SpendCell } from "./response-model.js";

interface CellUnit {
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}

/** `cellResponse` of a grid, and how many points of curves one call of it needs. */
export interface CellCurves {
  readonly cellResponse: NonNullable<ResponseModel["cellResponse"]>;
  readonly cellCost: number;
}

/** @param places of every (channel, unit, period) of the grid, in that order */
export function cellCurves(
  channels: readonly CarryingChannel[],
  cells: readonly SpendCell[],
  places: readonly Place[],
  grid: { readonly units: number; readonly width: number; readonly repeat: number },
): CellCurves {
  const { units, width, repeat } = grid;
  const perChannel = units * width;
  const buffer = derivativeBuffer(channels.map(({ channel }) => channel));
  const parts: CellUnit[][] = cells.map(() => []);
  for (let block = 0; block < channels.length * units; block++) {
    const seen = new Map<number, CellUnit>();
    for (let t = 0; t < width; t++) {
      const { cell } = places[block * width + t]!;
      seen.set(cell, { unit: block % units, from: seen.get(cell)?.from ?? t, to: t });
    }
    for (const [cell, part] of seen) parts[cell]!.push(part);
  }
  const draws = channels[0]!.channel.draws.length;
  // KPI of what carries in and goes on without the cell's own money.
  const idle = new Float64Array(cells.length * draws).fill(Number.NaN);
  const points = parts.map((all, cell) => {
    const { reach, tail } = channels[cells[cell]!.channel]!;
    return all.reduce((sum, { from, to }) => sum + (reach === 1 ? to + 1 : width + tail) - from, 0);
  });
  const most = Math.max(...points);
  // Carried activity of the cell and draw looked at last: what is there anyway, and what one unit of money adds.
  let held = -1;
  let count = 0;
  // Where every cell is a handful of points, all cells and draws are kept.
  const keepsAll = most <= 4;
  const slots = keepsAll ? cells.length * draws : 1;
  const rest = new Float64Array(most * slots);
  const perMoney = new Float64Array(most * slots);
  const worth = new Float64Array(most * slots);
  const counts = new Int32Array(slots).fill(-1);
  const carry = (cell: number, draw: number): void => {
    const c = cells[cell]!.channel;
    const { channel, reach, tail } = channels[c]!;
    const { weights, effect } = channel.draws[draw]!;
    const { price, activityScale, before, after } = channel;
    const lags = Math.min(weights.length, reach);
    const first = keepsAll ? (cell * draws + draw) * most : 0;
    count = first;
    for (const { unit: r, from, to } of parts[cell]!) {
      const start = c * perChannel + r * width;
      const past = before?.[r];
      const future = after?.[r] ?? 0;
      const end = reach === 1 ? to + 1 : width + tail;
      for (let t = from; t < end; t++) {
        let there = 0;
        let share = 0;
        for (let l = 0; l < lags; l++) {
          const s = t - l;
          if (s >= width) there += weights[l]! * future;
          else if (s >= 0) share += weights[l]! * places[start + s]!.share;
          else if (past) there += weights[l]! * (past[past.length + s] ?? 0);
        }
        if (share === 0) continue;
        rest[count] = there / activityScale[r]!;
        perMoney[count] = share / (price[r]! * activityScale[r]!);
        worth[count++] = repeat * effect[r]!;
      }
    }
    held = cell * draws + draw;
    if (keepsAll) counts[held] = count;
  };
  const cellResponse: CellCurves["cellResponse"] = (cell, spend, draw, into) => {
    const at = cell * draws + draw;
    if (keepsAll ? counts[at]! < 0 : held !== at) carry(cell, draw);
    const first = keepsAll ? at * most : 0;
    const end = keepsAll ? counts[at]! : count;
    const { channel } = channels[cells[cell]!.channel]!;
    const { saturation } = channel.draws[draw]!;
    const { family } = channel;
    if (Number.isNaN(idle[at]!)) {
      let sum = 0;
      for (let k = first; k < end; k++) if (rest[k]! > 0) sum += worth[k]! * family.apply(rest[k]!, saturation);
      idle[at] = sum;
    }
    let value = -idle[at]!;
    let slope = 0;
    for (let k = first; k < end; k++) {
      family.derivatives(rest[k]! + spend * perMoney[k]!, saturation, buffer, 0);
      value += worth[k]! * buffer[0]!;
      slope += worth[k]! * buffer[1]! * perMoney[k]!;
    }
    into[0] = value;
    into[1] = slope;
  };
  return { cellResponse, cellCost: most };
}
