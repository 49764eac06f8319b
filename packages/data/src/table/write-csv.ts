import type { Table } from "./table.js";

/**
 * The table as CSV text with a header row, cells quoted where needed, lines ended by `\n`.
 *
 * @example toCsv(createTable({ week: ["2024-01-01"], tv: [10] })) // "week,tv\n2024-01-01,10\n"
 */
export function toCsv(table: Table, { delimiter = "," }: { readonly delimiter?: string } = {}): string {
  const cell = (text: string) =>
    text.includes(delimiter) || /["\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = [table.columns.map(({ name }) => cell(name)).join(delimiter)];
  for (let row = 0; row < table.rows; row++) {
    lines.push(table.columns.map(({ cells }) => cell(cells[row]!)).join(delimiter));
  }
  return `${lines.join("\n")}\n`;
}
