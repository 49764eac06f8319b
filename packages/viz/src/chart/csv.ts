import type { ChartTable } from "./chart.js";

/** A table as CSV (RFC 4180, decimal points, unrounded). Texts that a spreadsheet would run as formulas get a quote mark. */
export function tableToCsv(table: ChartTable): string {
  const cell = (value: string | number | null): string => {
    if (value === null) return "";
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [table.header.map(({ label }) => label), ...table.rows]
    .map((row) => row.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}
