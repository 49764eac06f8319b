import type { ChartTable } from "../chart/chart.js";
import type { Format } from "../format/format.js";
import type { Sparks } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import { sparkLine } from "./spark-line.js";

/**
 * A table as HTML with row headers, numbers in the reader's format. End tags that HTML lets one leave out are left out:
 * tables are a fifth of a large report.
 */
export function tableHtml(table: ChartTable, caption: string, format: Format, sparks?: Sparks): string {
  const isText = table.header.map(({ style }) => style === "text" || style === "period");
  const head = table.header.map(
    ({ label }, i) => `<th scope="col"${isText[i] ? "" : ' class="n"'}>${escapeHtml(label)}</th>`,
  );
  if (sparks) head.splice(1, 0, `<th scope="col">${escapeHtml(sparks.label)}</th>`);
  const body = table.rows.map((row, r) => {
    const cells = row.map((value, i) => {
      const text = escapeHtml(format.value(value, table.header[i]!.style));
      if (i === 0) return `<th scope="row">${text}`;
      return isText[i] ? `<td class="t">${text}` : `<td>${text}`;
    });
    const spark = sparks ? `<td class="t">${sparkLine(sparks.lines[r] ?? [])}` : "";
    return `<tr>${cells[0]}${spark}${cells.slice(1).join("")}`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
