import { columnValues, type Panel } from "@mmm/core";

/**
 * Sum of a column over the observed cells of the periods before `end`.
 *
 * @param times another column to multiply by
 */
export function observedTotal(
  panel: Panel,
  column: string,
  end: number = panel.periods.length,
  times: string | null = null,
): number {
  const values = columnValues(panel, column);
  const factors = times === null ? null : columnValues(panel, times);
  const periods = panel.periods.length;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (panel.observed[i] === 1 && i % periods < end) sum += values[i]! * (factors?.[i] ?? 1);
  }
  return sum;
}
