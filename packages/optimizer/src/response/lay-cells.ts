import type { GridOptions } from "./grid.js";
import type { SpendCell } from "./response-model.js";

export interface Place {
  readonly cell: number;
  /** Part of the cell's money that one repetition of this unit and period receives. */
  readonly share: number;
}

/** Which cell each (channel, unit, period) of the grid belongs to, and its share of that cell's money. */
export function layCells(options: GridOptions): { cells: SpendCell[]; places: Place[] } {
  const { channels, units, periods, perUnit = false, perPeriod = false, repeat = 1, spread: how = "pattern" } = options;
  const cells: SpendCell[] = [];
  const places: Place[] = [];
  const width = periods.length;
  for (const [c, { current, activityScale, price }] of channels.entries()) {
    const index = new Map<string, number>();
    const weights = new Float64Array(units.length * width);
    const cellOf = new Int32Array(units.length * width);
    for (let r = 0; r < units.length; r++) {
      const own = current.subarray(r * width, (r + 1) * width);
      const mean = own.reduce((a, b) => a + b, 0) / width;
      for (let t = 0; t < width; t++) {
        const unit = perUnit ? r : null;
        const period = perPeriod ? t : null;
        const key = `${unit}/${period}`;
        let cell = index.get(key);
        if (cell === undefined) {
          cell = cells.push({ channel: c, unit, period }) - 1;
          index.set(key, cell);
        }
        cellOf[r * width + t] = cell;
        // A period planned on its own is split over units by their usual size, not by that one period.
        weights[r * width + t] = how === "even" || perPeriod ? mean : own[t]!;
      }
    }
    const sums = new Map<number, number>();
    for (let at = 0; at < weights.length; at++) {
      sums.set(cellOf[at]!, (sums.get(cellOf[at]!) ?? 0) + weights[at]!);
    }
    // A cell that has never been used spreads by the size of its units.
    for (let at = 0; at < weights.length; at++) {
      if (sums.get(cellOf[at]!) === 0)
        weights[at] = activityScale[Math.floor(at / width)]! * price[Math.floor(at / width)]!;
    }
    sums.clear();
    for (let at = 0; at < weights.length; at++) {
      sums.set(cellOf[at]!, (sums.get(cellOf[at]!) ?? 0) + weights[at]!);
    }
    for (let at = 0; at < weights.length; at++) {
      places.push({ cell: cellOf[at]!, share: weights[at]! / sums.get(cellOf[at]!)! / repeat });
    }
  }
  return { cells, places };
}
