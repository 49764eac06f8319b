// Where each row of a table falls on the grid units × periods.

import { dataError } from "@mmm/core";
import type { Timeline } from "../period/timeline.js";
import type { TableRoles } from "../roles/types.js";
import { type Table, tableColumn, tablePlace } from "../table/table.js";
import { naturalOrder } from "./natural-order.js";

export interface Grid {
  /** Sorted, numbers by value. */
  readonly units: readonly string[];
  /** Index into `[units, periods]` of each row. */
  readonly cellOfRow: readonly number[];
  readonly rowOfCell: ReadonlyMap<number, number>;
}

/**
 * Place every row.
 *
 * @throws MmmError `MISSING_UNIT`, `DUPLICATE_ROW`
 */
export function placeRows(table: Table, roles: TableRoles, timeline: Timeline): Grid {
  const unitNames = unitLabels(table, roles.geo);
  const units = [...new Set(unitNames)].sort(naturalOrder);
  const unitIndex = new Map(units.map((unit, i) => [unit, i]));
  const width = timeline.periods.length;
  const cellOfRow = unitNames.map((unit, row) => unitIndex.get(unit)! * width + timeline.periodOfRow[row]!);
  return { units, cellOfRow, rowOfCell: refuseDuplicates(table, roles, cellOfRow, unitNames) };
}

function unitLabels(table: Table, geo: string | null): readonly string[] {
  if (geo === null) return Array.from({ length: table.rows }, () => "national");
  const { cells } = tableColumn(table, geo);
  const empty = cells.indexOf("");
  if (empty >= 0) {
    throw dataError(
      "MISSING_UNIT",
      `Column '${geo}' names no unit in row ${table.lines[empty]}.`,
      "Fill the cell or delete the row.",
      tablePlace(table, empty, geo),
    );
  }
  return cells;
}

function refuseDuplicates(
  table: Table,
  roles: TableRoles,
  cellOfRow: readonly number[],
  unitNames: readonly string[],
): ReadonlyMap<number, number> {
  const rowOfCell = new Map<number, number>();
  let first: readonly [number, number] | undefined;
  let count = 0;
  for (const [row, cell] of cellOfRow.entries()) {
    const earlier = rowOfCell.get(cell);
    if (earlier === undefined) rowOfCell.set(cell, row);
    else {
      first ??= [earlier, row];
      count++;
    }
  }
  if (first) {
    const [earlier, row] = first;
    const period = tableColumn(table, roles.date).cells[row]!;
    const unit = roles.geo === null ? "" : `unit '${unitNames[row]}', `;
    const many = count > 1 ? ` (${count} such rows)` : "";
    throw dataError(
      "DUPLICATE_ROW",
      `Rows ${table.lines[earlier]} and ${table.lines[row]} are both ${unit}period '${period}'${many}.`,
      roles.geo === null
        ? "Delete or add up the rows, or name the column that tells them apart with the option geo."
        : "Delete one of the rows or add them up; if another column tells them apart, name that one with the option geo.",
      { ...tablePlace(table, row), ...(roles.geo !== null && { unit: unitNames[row]! }), period },
    );
  }
  return rowOfCell;
}
