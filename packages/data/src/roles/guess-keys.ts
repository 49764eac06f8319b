// Guesses for the columns every panel needs: the date, the unit and the KPI.

import { dataError } from "@mmm/core";
import { dateShare } from "../period/read-periods.js";
import { tablePlace } from "../table/table.js";
import type { RoleDraft } from "./draft.js";
import * as names from "./names.js";

/** Part of a column's cells that must look like dates for it to be one; the rest is reported when it is read. */
const mostly = 0.75;

/** The date: by values and name, else by name alone for plain integers. Throws `NO_DATE_COLUMN`. */
export function guessDate(draft: RoleDraft): string {
  const ranked = draft
    .open()
    .map((column) => ({ column, ...dateScore(draft, column) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const best = ranked[0];
  if (!best) {
    throw dataError(
      "NO_DATE_COLUMN",
      `No column is recognised as the date; the table has: ${draft.columns.join(", ")}.`,
      "Name it with the option date.",
      tablePlace(draft.table),
    );
  }
  draft.guess(best.column, "date", best.reason);
  return best.column;
}

function dateScore(draft: RoleDraft, column: string): { readonly score: number; readonly reason: string } {
  const cells = draft.cells(column);
  const named = names.isDateName(column);
  if (dateShare(cells) >= mostly) {
    return named ? { score: 4, reason: "name and values say date" } : { score: 3, reason: "values are dates" };
  }
  const integers = cells.filter((cell) => /^\d+(\.0+)?$/.test(cell)).length;
  if (integers < mostly * cells.length) return { score: 0, reason: "" };
  if (named && !names.isTrendName(column)) return { score: 2, reason: "name says time, values are integers" };
  return column === "t" ? { score: 1, reason: "named t, values are integers" } : { score: 0, reason: "" };
}

/**
 * The unit, where periods repeat: a column by that name, else a text column that tells the rows of a period apart. Null
 * for a national series, also one with a few repeated periods, which are reported when rows are placed. Throws
 * `NO_GEO_COLUMN`.
 */
export function guessGeo(draft: RoleDraft, date: string): string | null {
  const dates = draft.cells(date);
  const open = draft.open();
  const named = open.filter(names.isGeoName);
  const distinct = (column: string) => new Set(draft.cells(column)).size;
  const periods = new Set(dates).size;
  const identifies = (column: string) => {
    const cells = draft.cells(column);
    const pairs = new Set(cells.map((cell, row) => `${cell}\0${dates[row]}`)).size;
    return distinct(column) > 1 && distinct(column) < cells.length && pairs === cells.length;
  };
  const texts = open.filter((column) => draft.profile(column).kind === "text");
  const choice =
    periods === dates.length
      ? undefined
      : (named.find(identifies) ?? texts.find(identifies) ?? named.find((column) => distinct(column) > 1));
  if (choice !== undefined) {
    draft.guess(choice, "geo", named.includes(choice) ? "name says unit" : "text that tells rows of one period apart");
    return choice;
  }
  if (2 * periods <= dates.length) {
    throw dataError(
      "NO_GEO_COLUMN",
      `Periods of column '${date}' occur in several rows, and no column is recognised as the region, shop or brand they belong to.`,
      "Name the unit column with the option geo, or add the rows up to one per period.",
      tablePlace(draft.table),
    );
  }
  for (const column of named) if (distinct(column) === 1) draft.leaveOut(column, "the same in every row");
  return null;
}

/**
 * The KPI by name: number columns before text (which is reported when it is read), and columns that a glob of the
 * caller matches only where there is no other. Throws `NO_KPI_COLUMN`.
 */
export function guessKpi(draft: RoleDraft, matched: ReadonlySet<string>): string {
  const rank = (column: string) => (names.kpiRank(column) ?? 0) + (matched.has(column) ? 1000 : 0);
  const named = (columns: readonly string[]) =>
    columns
      .filter((column) => names.kpiRank(column) !== null && !names.isSpendName(column) && !names.isExposureName(column))
      .sort((a, b) => rank(a) - rank(b));
  const best = named(draft.openNumbers())[0] ?? named(draft.open())[0];
  if (best === undefined) {
    throw dataError(
      "NO_KPI_COLUMN",
      `No column is recognised as the KPI; the number columns are: ${draft.openNumbers().join(", ") || "none"}.`,
      "Name it with the option kpi.",
      tablePlace(draft.table),
    );
  }
  draft.guess(best, "kpi", "name says outcome");
  return best;
}
